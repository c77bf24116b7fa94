"""Forms: one module a domain. They check how something was typed; rules stay in the domain."""

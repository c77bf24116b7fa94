"""The web door: one blueprint a domain. Views load, ask who may, call the domain, and commit once."""

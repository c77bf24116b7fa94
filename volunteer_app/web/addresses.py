"""What an address asks for: the parameters that pages know, and characters that nobody types."""

from flask import Flask, abort, request

PARAMETERS = frozenset(
    (
        "action code community day directly field figure from kind management month next office page person place q "
        "role show sort state team theme to until week what when year"
    ).split()
)
"""All that any page reads from a query, beside the choices of ``preferences``."""
LONGEST_VALUE = 300
"""Characters; a page repeats its query in each of its links."""


def asked() -> dict[str, str]:
    """The query of the present address as links repeat it: what no page knows is left out.

    Kept pages go to everyone, so that a stranger's parameter must not stay in their links.
    """
    return {
        name: value
        for name, value in request.args.items()
        if name in PARAMETERS and value and len(value) <= LONGEST_VALUE
    }


def refuse_nul(app: Flask) -> None:
    """Refuse requests with a NUL in address, form or cookie: no text has one, and PostgreSQL can't take it."""

    @app.before_request
    def refuse() -> None:
        asked = (text for texts in request.args.listvalues() for text in texts)
        if any("\0" in text for text in (request.path, *asked, *request.cookies.values())):
            abort(404)
        if any("\0" in text for texts in request.form.listvalues() for text in texts):
            abort(400)

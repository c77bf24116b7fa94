"""Where to go after signing in."""

from urllib.parse import urlsplit

from flask import request, url_for


def onward() -> str:
    """Back to the page that asked for it, on this host only."""
    address = request.values.get("next", "")
    parts = urlsplit(address)
    if not address.startswith("/") or address.startswith("//") or "\\" in address or parts.netloc or parts.scheme:
        return url_for("home.week")
    return address

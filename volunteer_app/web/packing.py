"""Compressing pages for slow phones.

A page with a form's token is left as it is: whoever can make a victim's browser send guesses could otherwise learn the
token from the lengths of the answers (BREACH). Kept pages are packed already.
"""

import gzip

from flask import Flask, g, request
from werkzeug.wrappers import Response

SMALLEST = 1_000
"""Bytes from which packing is worth its while."""


def pack_pages(app: Flask) -> None:
    """Answer with gzip where the browser takes it and the page holds no token."""

    @app.after_request
    def pack(response: Response) -> Response:
        if response.mimetype != "text/html" or response.direct_passthrough or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        plain = response.get_data()
        if request.accept_encodings["gzip"] and "csrf_token" not in g and len(plain) >= SMALLEST:
            response.set_data(gzip.compress(plain, 5, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response

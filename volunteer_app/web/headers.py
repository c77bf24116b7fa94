"""Security headers: a strict policy without inline script or style, and no third-party host."""

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def set_headers(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own Cache-Control."""
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.location and response.location.startswith(request.host_url):
            # The router's own redirects: the host that a request names is anybody's word.
            response.location = f"/{response.location.removeprefix(request.host_url).lstrip('/')}"
        if request.endpoint == "static" and "v" in request.args:
            # The address changes with the file's content.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in response.headers:
            # Pages hold names and forms: shared caches must not keep them.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

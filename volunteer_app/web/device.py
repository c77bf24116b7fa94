"""This device: a signed cookie with the links of its receipts, and a random name by which its sign-ups are counted.

Whoever signs up without an account finds their receipts again by it, on this device alone. It's set by signing up,
by scanning the code at the venue, and by nothing else.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import cast

from flask import after_this_request, current_app, g, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from ..activities.models import Receipt
from ..activities.signing import receipts as kept
from .preferences import YEAR_SECONDS

COOKIE = "device"
MOST_RECEIPTS = 50
"""A browser takes a cookie of some four thousand characters."""


@dataclass(frozen=True, slots=True)
class Device:
    """What the cookie holds."""

    name: str
    tokens: tuple[str, ...] = ()
    """Of its receipts, the newest first."""


def present() -> Device:
    """The device of the present request; a new one where the cookie is missing or altered."""
    if "device" not in g:
        g.device = _read()
    return cast(Device, g.device)


def token(nonce: str) -> str:
    """The end of the private link of the receipt that a form with *nonce* gets: the same each time it's sent."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return urlsafe_b64encode(hmac.digest(secret, f"receipt {nonce}".encode(), hashlib.sha256)).decode().rstrip("=")


def remember(receipt: Receipt) -> None:
    """Keep *receipt* on this device, for a year; the oldest one goes when there are too many."""
    device, new = present(), token(receipt.nonce)
    tokens = (new, *(other for other in device.tokens if other != new))[:MOST_RECEIPTS]
    keep(replace(device, tokens=tokens))


def keep(device: Device) -> None:
    """Let this device be known as *device*, for a year."""
    g.device = device

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            _serializer().dumps([device.name, *device.tokens]),
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def receipts() -> list[Receipt]:
    """This device's receipts with all that a list shows, as the activities begin; none of people who were erased."""
    tokens = present().tokens
    found = kept.of_tokens(tokens) if tokens else []
    return [receipt for receipt in found if receipt.sign_up.person.anonymised_at is None]


def sign_up_ids() -> set[int]:
    """The sign-ups of which whoever holds this device may know."""
    tokens = present().tokens
    return kept.sign_up_ids(tokens) if tokens else set()


def address(receipt: Receipt) -> str:
    """The private address of one of this device's receipts."""
    return url_for("receipts.show", token=token(receipt.nonce))


def _read() -> Device:
    try:
        name, *tokens = _serializer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError):
        return Device(secrets.token_urlsafe(16))
    return Device(name, tuple(tokens))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")

"""Signing in and out."""

from flask import Blueprint

from .access import public

pages = Blueprint("accounts", __name__)


@pages.get("/login")
@public
def login() -> str:
    """Sign in."""
    return ""

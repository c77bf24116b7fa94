"""Who is signed in: flask-login stays at this door, the rest of the product knows accounts."""

from typing import cast

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..audit import trail
from ..database import db, set_reading
from ..people import accounts
from ..people.models import Account

LOOPBACK = ("127.0.0.1", "::1")


class _Session:
    """What flask-login wants to know of an account."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """The account and its stamp: a new stamp ends all its sessions."""
        return f"{self.account.id}:{self.account.session_stamp}"


def signed_in() -> Account | None:
    """The account of the present request, or None for a guest."""
    return cast(Account, current_user.account) if current_user.is_authenticated else None


def on_loopback() -> bool:
    """Whether the request comes from this machine itself, not through a proxy."""
    return request.remote_addr in LOOPBACK and not request.headers.get("X-Forwarded-For")


def start(account: Account) -> None:
    """Sign *account* in on this device."""
    login_user(_Session(account))


def end() -> None:
    """Sign out on this device."""
    logout_user()


def keep_sessions(app: Flask) -> None:
    """Load the account of each request, and let requests which only read take no write lock."""

    @app.after_request
    def share(response: Response) -> Response:
        # Registered first, so it runs after flask-login has looked: what is public depends on no session.
        if response.cache_control.public:
            session.accessed = False
        return response

    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(session_id: str) -> _Session | None:
        account_id, _, stamp = session_id.partition(":")
        account = db.session.get(Account, int(account_id)) if account_id.isdecimal() else None
        if account is None or not accounts.may_stay(account, stamp=stamp, loopback=on_loopback()):
            return None
        return _Session(account)

    @app.before_request
    def begin() -> None:
        trail.door.set(trail.WEB)
        set_reading(request.method in ("GET", "HEAD", "OPTIONS"))

    @app.teardown_request
    def finish(_error: BaseException | None) -> None:
        set_reading(False)
        trail.door.set(trail.COMMAND)

"""Who is signed in: flask-login stays at this door, the rest of the product knows accounts and their sessions."""

from typing import cast

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..audit import trail
from ..database import set_reading
from ..people import sessions
from ..people.models import Account, AccountSession

LOOPBACK = ("127.0.0.1", "::1")


class _Session:
    """What flask-login wants to know of an account."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, key: str, row: AccountSession | None = None) -> None:
        self.key = key
        self.row = row

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.key


def present() -> AccountSession | None:
    """The session of the present request, or None for a guest."""
    return cast("AccountSession | None", current_user.row) if current_user.is_authenticated else None


def signed_in() -> Account | None:
    """The account of the present request, or None for a guest."""
    session = present()
    return session.account if session else None


def on_loopback() -> bool:
    """Whether the request comes from this machine itself, not through a proxy."""
    return request.remote_addr in LOOPBACK and not request.headers.get("X-Forwarded-For")


def start(account: Account, *, second_factor: bool = False) -> None:
    """Sign *account* in on this device; the caller commits."""
    login_user(_Session(sessions.start(account, device=request.user_agent.string, second_factor=second_factor)))


def end() -> None:
    """Sign out on this device; the caller commits."""
    row = present()
    if row:
        sessions.end(row, by=row.account_id)
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
    def load(key: str) -> _Session | None:
        row = sessions.find(key, loopback=on_loopback())
        return _Session(key, row) if row else None

    @app.before_request
    def begin() -> None:
        trail.door.set(trail.WEB)
        set_reading(request.method in ("GET", "HEAD", "OPTIONS"))

    @app.teardown_request
    def finish(_error: BaseException | None) -> None:
        set_reading(False)
        trail.door.set(trail.COMMAND)

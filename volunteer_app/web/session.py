"""Who is signed in: flask-login stays at this door, the rest of the product knows accounts and their sessions.

The cookie is signed. It holds the key of a session, and ``seen``: when it was last used, so that whoever has a role is
signed out after some idle minutes without a write to the database.
"""

import hashlib
from datetime import timedelta
from typing import cast

from flask import Flask, abort, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user
from werkzeug.wrappers import Response

from .. import clock
from ..audit import trail
from ..database import db, set_reading
from ..people import sessions, totp
from ..people.models import Account, AccountSession
from ..people.roles import living

LOOPBACK = ("127.0.0.1", "::1")
LONGEST = timedelta(days=30)
"""How long a session without a role lasts without a request."""
RENEWED_AFTER = 60
"""Seconds after which ``seen`` is written anew: most answers set no cookie."""
STEP_WITHIN = timedelta(minutes=5)
"""How long the second step of signing in waits after the first."""


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
    """The session of the present request, or None for a guest; its second factor may be still to be set up."""
    return cast("AccountSession | None", current_user.row) if current_user.is_authenticated else None


def signed_in() -> Account | None:
    """The account of the present request; None for a guest, and for whoever must set up a second factor first."""
    row = present()
    return row.account if row and not lacks_second_factor(row.account, shown=row.second_factor) else None


def own_session() -> AccountSession:
    """The session of whoever is signed in, where a view lets nobody else come.

    Raises:
        werkzeug.exceptions.Forbidden: nobody is.
    """
    row = present()
    if row is None:
        abort(403)
    return row


def actor() -> Account:
    """The account that acts, where a view lets members alone come.

    Raises:
        werkzeug.exceptions.Forbidden: nobody is signed in, or the second factor is still to be set up.
    """
    account = signed_in()
    if account is None:
        abort(403)
    return account


def lacks_second_factor(account: Account, *, shown: bool) -> bool:
    """Whether *account* may do nothing until its second factor is set up."""
    return not shown and totp.is_required(account)


def is_idle() -> bool:
    """Whether the present request came with a session that had not been used for too long."""
    # The cookie is read when somebody asks who is signed in.
    return present() is None and g.get("idle", False)


def on_loopback() -> bool:
    """Whether the request comes from this machine itself, not through a proxy."""
    return request.remote_addr in LOOPBACK and not request.headers.get("X-Forwarded-For")


def start(account: Account, *, second_factor: bool = False) -> None:
    """Sign *account* in on this device, where nothing stays of who was signed in before; the caller commits."""
    end()
    session.permanent = True
    session["seen"] = _now()
    login_user(_Session(sessions.start(account, device=request.user_agent.string, second_factor=second_factor)))


def end() -> None:
    """Sign out on this device; the caller commits."""
    key = session.get("_user_id")
    row = sessions.find(key, loopback=on_loopback()) if key else None
    if row:
        sessions.end(row, by=row.account_id)
    # A token that somebody planted or read before must not work after.
    session.clear()


def await_second_step(account: Account) -> None:
    """The password was right: remember for a while that the figures are still to come."""
    end()
    session["second_step"] = [account.id, _digest(account), _now()]


def awaiting() -> Account | None:
    """Whose figures are awaited on this device; None where nobody's are, or it took too long."""
    account_id, digest, since = session.get("second_step", (0, "", 0))
    account = db.session.get(Account, account_id)
    if account is None or account.disabled_at or account.totp_secret is None:
        return None
    # With another password the first step has to be taken again.
    return account if digest == _digest(account) and _now() - since < STEP_WITHIN.total_seconds() else None


def keep_sessions(app: Flask) -> None:
    """Load the account of each request, and let requests which only read take no write lock."""
    app.config.update(PERMANENT_SESSION_LIFETIME=LONGEST, SESSION_REFRESH_EACH_REQUEST=False)

    @app.after_request
    def share(response: Response) -> Response:
        # Registered first, so it runs after flask-login has looked: what is public depends on no session.
        if response.cache_control.public:
            session.accessed = session.modified = False
        return response

    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> _Session | None:
        row = sessions.find(key, loopback=on_loopback())
        if row is None:
            return None
        g.idle = not _is_awake(row)
        return None if g.idle else _Session(key, row)

    @app.before_request
    def begin() -> None:
        trail.door.set(trail.WEB)
        set_reading(request.method in ("GET", "HEAD", "OPTIONS"))

    @app.teardown_request
    def finish(_error: BaseException | None) -> None:
        set_reading(False)
        trail.door.set(trail.COMMAND)


def _is_awake(row: AccountSession) -> bool:
    """Whether the session was used lately enough for what its account may do."""
    now = _now()
    seen = session.get("seen", int(row.started_at.timestamp()))
    minutes = current_app.config["SETTINGS"].idle_minutes
    if now - seen >= (minutes * 60 if living(row.account) else LONGEST.total_seconds()):
        return False
    if now - seen >= RENEWED_AFTER:
        session["seen"] = now
    return True


def _now() -> int:
    return int(clock.now().timestamp())


def _digest(account: Account) -> str:
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16]

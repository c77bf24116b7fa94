"""Settings, read once from VOLUNTEER_… variables and checked at start."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from .errors import N_, NotConfigured

ON, OFF = ("on", "yes", "true", "1"), ("off", "no", "false", "0")
DATABASES = ("sqlite", "postgresql")
LIMITS = (
    "people_per_device",
    "sign_ups_per_phone",
    "posts_per_minute",
    "popular_sign_ups",
    "idle_minutes",
    "kept_months",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator may set; each field names its variable in capitals after ``VOLUNTEER_``."""

    instance: Path
    """Folder of the database file, uploads and the secret."""
    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the product: addresses in calendars, QR codes and prints are built from it."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-… headers."""
    limits_url: str = "memory://"
    """Where rate limits are counted: in memory of one process, or ``redis://…``."""
    people_per_device: int = 5
    """How many people one device may sign up for a shift without an account."""
    sign_ups_per_phone: int = 10
    """Sign-ups an hour with one phone number, without an account."""
    posts_per_minute: int = 300
    """Forms a minute from one address: an office or a carrier shares one among many people."""
    popular_sign_ups: int = 2
    """Places in popular activities that a person may hold at once."""
    idle_minutes: int = 30
    """After so many minutes without a request whoever has a role is signed out."""
    kept_months: int = 12
    """How long sign-ups of people in no roster keep their names."""
    duty_makes_up: bool = False
    """Whether a week of duty that was short may be made up in the week after: shown, changing no figure."""
    star_hours: tuple[int, ...] = (100, 300, 600, 1000, 1500)
    """Hours of volunteering that each star asks for, rising."""
    clock: datetime | None = None
    """Freezes the clock at this moment: for measuring and for demonstrations only."""

    @property
    def secure(self) -> bool:
        """Cookies are Secure exactly when people come by https."""
        return self.base_url.startswith("https://")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read and check the settings; makes the instance folder and its secret where they are missing.

        Raises:
            NotConfigured: a variable has a value that can't be used.
        """
        instance = Path(environment.get("VOLUNTEER_INSTANCE") or "instance").resolve()
        instance.mkdir(parents=True, exist_ok=True)
        return cls(
            instance=instance,
            database_url=_database_url(environment.get("VOLUNTEER_DATABASE_URL", ""), instance),
            secret_key=environment.get("VOLUNTEER_SECRET_KEY") or _kept_secret(instance),
            base_url=_base_url(environment.get("VOLUNTEER_BASE_URL") or cls.base_url),
            trusted_proxies=_count("VOLUNTEER_TRUSTED_PROXIES", environment.get("VOLUNTEER_TRUSTED_PROXIES", "")),
            limits_url=environment.get("VOLUNTEER_LIMITS_URL") or cls.limits_url,
            **_counts(environment),
            duty_makes_up=_switch("VOLUNTEER_DUTY_MAKES_UP", environment.get("VOLUNTEER_DUTY_MAKES_UP", "")),
            star_hours=_rising("VOLUNTEER_STAR_HOURS", environment.get("VOLUNTEER_STAR_HOURS", "")) or cls.star_hours,
            clock=_moment("VOLUNTEER_CLOCK", environment.get("VOLUNTEER_CLOCK", "")),
        )


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'volunteer.sqlite3'}"
    if url.split(":", 1)[0].split("+", 1)[0] not in DATABASES:
        raise NotConfigured(
            N_("VOLUNTEER_DATABASE_URL must begin with sqlite: or postgresql:, not %(start)s."),
            start=url.split(":", 1)[0],
        )
    return url


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise NotConfigured(N_("VOLUNTEER_BASE_URL must be an http or https address, not %(value)s."), value=url)
    return url.rstrip("/")


def _count(name: str, value: str) -> int:
    if value and not value.isdecimal():
        raise NotConfigured(N_("%(name)s must be a whole number, not %(value)s."), name=name, value=value)
    return int(value or 0)


def _counts(environment: Mapping[str, str]) -> dict[str, int]:
    """The limits that an operator may set, those which are set."""
    names = {f"VOLUNTEER_{name.upper()}": name for name in LIMITS}
    found = {name: _count(variable, environment.get(variable, "")) for variable, name in names.items()}
    return {name: count for name, count in found.items() if count}


def _switch(name: str, value: str) -> bool:
    if value.lower() not in ("", *ON, *OFF):
        raise NotConfigured(N_("%(name)s must be on or off, not %(value)s."), name=name, value=value)
    return value.lower() in ON


def _rising(name: str, value: str) -> tuple[int, ...]:
    """Whole numbers with commas between them, each more than the one before; none where nothing is set."""
    texts = [text.strip() for text in value.split(",")] if value.strip() else []
    numbers = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 7]
    if len(numbers) < len(texts) or any(b <= a for a, b in zip([0, *numbers], numbers, strict=False)):
        raise NotConfigured(
            N_("%(name)s must be rising whole numbers such as 100,300,600, not %(value)s."), name=name, value=value
        )
    return tuple(numbers)


def _moment(name: str, value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotConfigured(
            N_("%(name)s must be a moment with its zone, such as 2026-11-25T09:00+08:00, not %(value)s."),
            name=name,
            value=value,
        )
    return moment


def _kept_secret(instance: Path) -> str:
    """The secret of this instance: made on the first start, readable by its owner alone."""
    path = instance / "secret"
    try:
        with path.open("x", encoding="ascii") as new:
            path.chmod(0o600)
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text("ascii").strip()

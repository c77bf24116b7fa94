"""Settings: what is read, what is refused, and the secret that stays."""

from datetime import datetime

import pytest

from volunteer_app.config import Settings
from volunteer_app.errors import NotConfigured


def read(tmp_path, **variables: str) -> Settings:
    return Settings.read({"VOLUNTEER_INSTANCE": str(tmp_path / "instance")} | variables)


def test_what_stands_without_any_variable(tmp_path):
    settings = read(tmp_path)
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/volunteer.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.trusted_proxies, settings.limits_url) == (0, "memory://")
    assert settings.clock is None
    assert not settings.secure


def test_the_secret_is_made_once_and_is_its_owners(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "instance" / "secret").stat().st_mode & 0o777 == 0o600
    assert read(tmp_path / "other").secret_key != first.secret_key
    assert read(tmp_path, VOLUNTEER_SECRET_KEY="mine").secret_key == "mine"


def test_every_variable_is_read(tmp_path):
    settings = read(
        tmp_path,
        VOLUNTEER_DATABASE_URL="postgresql://office@db/volunteers",
        VOLUNTEER_BASE_URL="https://volunteers.example/",
        VOLUNTEER_TRUSTED_PROXIES="1",
        VOLUNTEER_LIMITS_URL="redis://cache.example",
        VOLUNTEER_CLOCK="2020-11-25T09:00+08:00",
    )
    assert settings.database_url == "postgresql://office@db/volunteers"
    assert settings.base_url == "https://volunteers.example"
    assert settings.secure
    assert settings.trusted_proxies == 1
    assert settings.limits_url == "redis://cache.example"
    assert settings.clock == datetime.fromisoformat("2020-11-25T01:00+00:00")


@pytest.mark.parametrize(
    ("value", "on"), [("", False), ("on", True), ("Yes", True), ("1", True), ("off", False), ("0", False)]
)
def test_what_is_on_or_off(tmp_path, value, on):
    assert read(tmp_path, VOLUNTEER_DUTY_MAKES_UP=value).duty_makes_up is on


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://office@db/volunteers"),
        ("DATABASE_URL", "volunteers.sqlite3"),
        ("BASE_URL", "volunteers.example"),
        ("BASE_URL", "ftp://volunteers.example"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("DUTY_MAKES_UP", "perhaps"),
        ("CLOCK", "yesterday"),
        ("CLOCK", "2020-11-25T09:00"),
    ],
)
def test_what_cant_be_used_is_named(tmp_path, name, value):
    with pytest.raises(NotConfigured) as refused:
        read(tmp_path, **{f"VOLUNTEER_{name}": value})
    assert f"VOLUNTEER_{name}" in str(refused.value)

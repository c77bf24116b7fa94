"""The code that the leader's phone shows: another one each minute, of use until the next one's end."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_activity
from volunteer_app import clock
from volunteer_app.activities.attendance import self_check_in
from volunteer_app.activities.models import Activity

SECRET = b"a secret"
SECOND = timedelta(seconds=1)


@pytest.mark.now("2020-11-25T19:00:30+08:00")
@pytest.mark.parametrize(
    ("seconds", "current"), [(-31, False), (0, True), (29, True), (30, True), (89, True), (90, False), (3600, False)]
)
def test_how_long_a_code_is_of_use(app: Flask, seconds: int, current: bool) -> None:
    activity = make_activity()
    shown = self_check_in.code(activity, secret=SECRET)
    with clock.frozen(clock.now() + seconds * SECOND):
        assert self_check_in.is_current(shown, activity, secret=SECRET) is current


@pytest.mark.parametrize("shown", ["", "x" * 16, "码" * 16])
def test_what_was_never_shown(app: Flask, shown: str) -> None:
    assert not self_check_in.is_current(shown, make_activity(), secret=SECRET)


def test_a_code_is_of_one_activity_and_one_secret(app: Flask) -> None:
    one, other = make_activity(), make_activity()
    shown = self_check_in.code(one, secret=SECRET)
    assert self_check_in.is_current(shown, one, secret=SECRET)
    assert not self_check_in.is_current(shown, other, secret=SECRET)
    assert not self_check_in.is_current(shown, one, secret=b"another")


@given(seconds=st.integers(0, 4_000_000_000), later=st.integers(-300, 300))
def test_two_minutes_at_most_and_one_at_least(seconds: int, later: int) -> None:
    activity, shown_at = Activity(id=7), datetime.fromtimestamp(seconds, UTC)
    shown = self_check_in.code(activity, secret=SECRET, at=shown_at)
    with clock.frozen(shown_at + later * SECOND):
        current = self_check_in.is_current(shown, activity, secret=SECRET)
    if not -60 < later < 120:
        assert not current
    if 0 <= later <= 60:
        assert current

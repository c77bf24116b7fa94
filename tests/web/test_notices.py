"""What people are told, in a sentence."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.contests.rounds import telling
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.web.notices import sentence


@pytest.fixture
def activity(sqlite_app):
    """One of tomorrow."""
    return make.make_activity(theme="用电安全课", starts_at=clock.now() + timedelta(days=1), cancel_reason="下雨。")


def said(app, activity, kind, **values):
    notice = outbox.tell(kind, person_id=make.make_person().id, activity_id=activity.id, values=values)
    db.session.flush()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        return sentence(notice, activity)


ABOUT_NO_ACTIVITY = (NoticeKind.SHORT, *telling.KINDS)


@pytest.mark.parametrize("kind", [it for it in NoticeKind if it not in ABOUT_NO_ACTIVITY])
def test_each_names_the_activity_and_its_time(sqlite_app, activity, kind):
    words = said(sqlite_app, activity, kind)
    assert "用电安全课" in words
    assert "08:30–10:00" in words


def test_a_cancellation_gives_the_reason(sqlite_app, activity):
    assert "下雨" in said(sqlite_app, activity, NoticeKind.CANCELLED)
    assert "停电" in said(sqlite_app, activity, NoticeKind.CANCELLED, reason="停电")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"starts_at": "2020-11-25T23:00:00+00:00"}, "07:00–10:00"),
        ({"place_text": "东门凉亭"}, "东门凉亭"),
    ],
)
def test_a_move_says_what_it_was_before(sqlite_app, activity, values, words):
    assert words in said(sqlite_app, activity, NoticeKind.MOVED, **values)

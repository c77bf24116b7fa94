"""Publishing, changing and cancelling."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, SignUp, SignUpState
from volunteer_app.activities.planning import changes
from volunteer_app.activities.signing import signups
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.notifications.models import Notice, NoticeKind


def entries(activity: Activity) -> list[AuditEntry]:
    db.session.flush()
    query = select(AuditEntry).where(AuditEntry.subject == "activity", AuditEntry.subject_id == activity.id)
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def told() -> list[tuple[NoticeKind, int, dict[str, object]]]:
    query = select(Notice.kind, Notice.person_id, Notice.values).order_by(Notice.person_id, Notice.id)
    return list(db.session.execute(query).all())


def signed_up(activity: Activity, *states: SignUpState) -> list[SignUp]:
    return [factories.make_sign_up(activity, state=state) for state in states]


def test_publishing(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, state=ActivityState.DRAFT)
    assert stamps.of_team(cast.team.id) is None
    changes.publish(activity, by=cast.officer.id)
    assert (activity.state, activity.revision) == (ActivityState.PUBLISHED, 1)
    assert stamps.of_team(cast.team.id) == (clock.now(), clock.now())
    (entry,) = entries(activity)
    assert (entry.action, entry.account_id, entry.place_id) == ("publish", cast.officer.id, cast.subdistrict.id)
    assert entry.changes == {"state": ["draft", "published"]}
    with pytest.raises(Refused):
        changes.publish(activity, by=None)


def test_changing_what_is_shown(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, place_text="院内小广场")
    before = activity.changed_at
    assert changes.change(activity, {"place_text": "大门口", "about": "带水杯"}, by=cast.leader.id)
    assert (activity.place_text, activity.about, activity.revision) == ("大门口", "带水杯", 1)
    assert activity.changed_at == before + timedelta(seconds=1)
    (entry,) = entries(activity)
    assert entry.changes == {"place_text": ["院内小广场", "大门口"], "about": ["", "带水杯"]}


def test_changing_what_is_not_shown_raises_nothing(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team)
    assert changes.change(activity, {"bring": "水杯"}, by=None)
    assert activity.revision == 0
    assert stamps.of_team(cast.team.id) is None
    assert len(entries(activity)) == 1


def test_changing_nothing(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team)
    assert not changes.change(activity, {"place_text": activity.place_text}, by=None)
    assert (activity.revision, entries(activity)) == (0, [])


def test_what_is_not_to_be_changed_here(app: Flask, cast: Cast) -> None:
    with pytest.raises(ValueError, match="state"):
        changes.change(factories.make_activity(cast.team), {"state": ActivityState.HELD}, by=None)


def test_moving_takes_the_shifts_along(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, minutes=120)
    starts_at, ends_at = activity.starts_at, activity.ends_at
    hour = timedelta(hours=1)
    late = factories.make_shift(activity, starts_at=starts_at + hour, ends_at=ends_at)
    whole = activity.shifts[0]
    changes.change(activity, {"starts_at": starts_at + 24 * hour, "ends_at": ends_at + 25 * hour}, by=None)
    assert (whole.starts_at, whole.ends_at) == (starts_at + 24 * hour, ends_at + 25 * hour)
    assert (late.starts_at, late.ends_at) == (starts_at + 25 * hour, ends_at + 24 * hour)


def test_the_place_that_it_leaves_learns_of_it(app: Flask, cast: Cast) -> None:
    old, new = factories.make_venue(cast.compound), factories.make_venue(cast.compound)
    activity = factories.make_activity(cast.team, venue_id=old.id)
    changes.change(activity, {"venue_id": new.id}, by=None)
    assert activity.venue == new
    assert stamps.of_place(old) == stamps.of_place(new) == (clock.now(), clock.now())


def test_refused_hours(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team)
    other = factories.make_activity(cast.team, starts_at=clock.now() + timedelta(days=2))
    with pytest.raises(Refused, match="end before"):
        changes.change(activity, {"ends_at": activity.starts_at}, by=None)
    with pytest.raises(Refused, match="another activity"):
        changes.change(activity, {"starts_at": other.starts_at, "ends_at": other.ends_at}, by=None)
    assert activity.revision == 0


def test_cancelling(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team)
    changes.cancel(activity, reason="  场地检修 ", by=cast.officer.id)
    assert (activity.state, activity.cancel_reason, activity.revision) == (ActivityState.CANCELLED, "场地检修", 1)
    assert stamps.of_place(cast.subdistrict) == (clock.now(), clock.now())
    (entry,) = entries(activity)
    assert (entry.action, entry.reason) == ("cancel", "场地检修")
    for verb in (
        lambda: changes.cancel(activity, reason="再取消", by=None),
        lambda: changes.change(activity, {"place_text": "大门口"}, by=None),
    ):
        with pytest.raises(Refused):
            verb()


@pytest.mark.parametrize("reason", ["", "  ", "长" * 101])
def test_a_reason_is_wanted(app: Flask, cast: Cast, reason: str) -> None:
    activity = factories.make_activity(cast.team)
    with pytest.raises(BadInput):
        changes.cancel(activity, reason=reason, by=None)
    assert activity.state is ActivityState.PUBLISHED


@pytest.mark.parametrize("state", [ActivityState.DRAFT, ActivityState.HELD])
def test_what_can_not_be_cancelled(app: Flask, cast: Cast, state: ActivityState) -> None:
    activity = factories.make_activity(cast.team, state=state)
    with pytest.raises(Refused):
        changes.cancel(activity, reason="场地检修", by=None)


# Those who signed up


@pytest.mark.parametrize("column", ["starts_at", "ends_at", "place_text", "venue_id"])
def test_who_signed_up_is_told_what_was_there_before(app: Flask, cast: Cast, column: str) -> None:
    venue = factories.make_venue(cast.compound)
    activity = factories.make_activity(cast.team, places=1)
    confirmed, waiting, _withdrawn = signed_up(activity, *SignUpState)
    hour = timedelta(hours=1)
    new = {
        "starts_at": activity.starts_at - hour,
        "ends_at": activity.ends_at + hour,
        "place_text": "大门口",
        "venue_id": venue.id,
    }
    before = getattr(activity, column)
    changes.change(activity, {column: new[column], "about": "带水杯"}, by=cast.leader.id)
    values = {column: before.isoformat() if column.endswith("_at") else before}
    assert told() == [(NoticeKind.MOVED, each.person_id, values) for each in (confirmed, waiting)]


def test_of_nothing_else(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    signed_up(activity, SignUpState.CONFIRMED)
    theme = factories.make_theme(cast.subdistrict)
    new = {"theme_id": theme.id, "popular": True, "withdraw_until": activity.starts_at, "sign_up_closes_at": None}
    changes.change(activity, new, by=None)
    assert (activity.popular, activity.withdraw_until) == (True, activity.starts_at)
    assert told() == []


def test_nor_of_what_is_over(app: Flask, cast: Cast) -> None:
    start = clock.now() - timedelta(hours=3)
    activity = factories.make_activity(cast.team, places=1, starts_at=start, state=ActivityState.HELD)
    signed_up(activity, SignUpState.CONFIRMED)
    changes.change(activity, {"ends_at": activity.ends_at + timedelta(minutes=30)}, by=None)
    assert told() == []


def test_hours_stay_once_attendance_is_closed(app: Flask, cast: Cast) -> None:
    start = clock.now() - timedelta(hours=3)
    activity = factories.make_activity(cast.team, starts_at=start, state=ActivityState.HELD, closed_at=clock.now())
    with pytest.raises(Refused, match="closed"):
        changes.change(activity, {"ends_at": activity.ends_at + timedelta(minutes=30)}, by=None)
    assert changes.change(activity, {"about": "来了很多人"}, by=None)


def test_cancelling_tells_once_who_has_a_place_or_waits(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    confirmed, waiting, _withdrawn = signed_up(activity, *SignUpState)
    shift = factories.make_shift(activity, places=1)
    signups.sign_up(shift, confirmed.person, by=None, known=(), most_popular=2)
    changes.cancel(activity, reason="场地检修", by=cast.officer.id)
    assert told() == [(NoticeKind.CANCELLED, each.person_id, {"reason": "场地检修"}) for each in (confirmed, waiting)]
    assert [each.state for each in (confirmed, waiting)] == [SignUpState.CONFIRMED, SignUpState.WAITING]


@pytest.mark.parametrize("verb", ["cancel", "move"])
def test_who_is_free_again_moves_up_elsewhere(app: Flask, cast: Cast, verb: str) -> None:
    activity, elsewhere = factories.make_activity(cast.team, places=1), factories.make_activity(places=1)
    (mine,) = signed_up(activity, SignUpState.CONFIRMED)
    waits = factories.make_sign_up(elsewhere, mine.person, SignUpState.WAITING)
    if verb == "cancel":
        changes.cancel(activity, reason="场地检修", by=cast.officer.id)
    else:
        day = timedelta(days=1)
        hours = {"starts_at": activity.starts_at + day, "ends_at": activity.ends_at + day}
        changes.change(activity, hours, by=cast.officer.id)
    assert waits.state is SignUpState.CONFIRMED
    assert [kind for kind, *_ in told()] == [
        NoticeKind.CANCELLED if verb == "cancel" else NoticeKind.MOVED,
        NoticeKind.PROMOTED,
    ]
    assert stamps.of_team(elsewhere.team_id or 0) is not None


def test_a_later_deadline_lets_people_move_up(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1, withdraw_until=clock.now())
    (waits,) = signed_up(activity, SignUpState.WAITING)
    changes.change(activity, {"about": "带水杯"}, by=None)
    assert waits.state is SignUpState.WAITING
    changes.change(activity, {"withdraw_until": None}, by=None)
    assert waits.state is SignUpState.CONFIRMED

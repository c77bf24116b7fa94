"""Signing up and withdrawing: who may, who gets a place, what is written and who is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, SignUp, SignUpState
from volunteer_app.activities.signing import refusals, signups
from volunteer_app.activities.signing.refusals import RefusalKind
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.accounts import find_or_add_person
from volunteer_app.people.models import Person

CONFIRMED, WAITING, WITHDRAWN = SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.WITHDRAWN
HOUR = timedelta(hours=1)


def sign_up(activity: Activity, person: Person | None = None, **options: Any) -> SignUp:
    given = {"by": None, "most_popular": 2} | options
    return signups.sign_up(activity.shifts[0], person or factories.make_person(), **given)


def why_not(activity: Activity, person: Person | None = None, **options: Any) -> RefusalKind | None:
    given = {"at": clock.now(), "most_popular": 2} | options
    refusal = refusals.refusal(activity.shifts[0], person, **given)
    return refusal and refusal.kind


def trail_of(sign_up: SignUp) -> list[tuple[str, int | None, dict[str, Any]]]:
    query = select(AuditEntry).where(AuditEntry.subject == "sign_up", AuditEntry.subject_id == sign_up.id)
    return [(it.action, it.account_id, it.changes) for it in db.session.scalars(query.order_by(AuditEntry.id))]


def told(person: Person) -> list[NoticeKind]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)))


# Signing up


def test_a_place_then_the_waiting_list(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    first, second = sign_up(activity, note="  会晚到十分钟 "), sign_up(activity)
    assert (first.state, second.state) == (CONFIRMED, WAITING)
    assert (first.asked_at, first.by_id, first.note, first.excused) == (clock.now(), None, "会晚到十分钟", False)
    assert trail_of(first) == [("sign up", None, {"state": [None, "confirmed"]})]
    assert trail_of(second) == [("sign up", None, {"state": [None, "waiting"]})]
    assert told(first.person) == told(second.person) == []


def test_the_office_may_read_of_it_and_numbers_change(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    sign_up(activity)
    assert db.session.scalar(select(AuditEntry.place_id)) == cast.subdistrict.id
    # Calendars show no numbers, so that only the second moment rises: both were nothing before.
    assert stamps.of_team(cast.team.id) == stamps.of_place(cast.compound) == (clock.now(), clock.now())
    sign_up(activity)
    assert stamps.of_team(cast.team.id) == (clock.now(), clock.now() + timedelta(seconds=1))


def test_who_entered_it(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=9)
    own = sign_up(activity, cast.volunteer.person, by=cast.volunteer.id)
    others = sign_up(activity, by=cast.leader.id, waive=True)
    assert (own.by_id, others.by_id) == (None, cast.leader.id)
    assert [trail_of(each)[0][1] for each in (own, others)] == [cast.volunteer.id, cast.leader.id]


def test_signing_up_again_uses_the_row_again(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    made = sign_up(activity, note="第一次")
    row, code, asked_at = made.id, made.code, made.asked_at
    signups.verify(made, by=cast.leader.id)
    made.excused = True
    signups.withdraw(made, by=None)
    sign_up(activity)
    with clock.frozen(clock.now() + HOUR):
        again = sign_up(activity, made.person)
    assert (again.id, again.code, again.verified_by_id) == (row, code, cast.leader.id)
    assert (again.state, again.asked_at, again.excused, again.note) == (WAITING, asked_at + HOUR, False, "")
    assert trail_of(again)[-1] == ("sign up", None, {"state": ["withdrawn", "waiting"]})


def test_a_private_calendar_sees_each_change(app: Flask, cast: Cast) -> None:
    made = sign_up(factories.make_activity(cast.team, places=1))
    moments = [made.changed_at]
    for _ in range(2):
        signups.withdraw(made, by=None)
        moments.append(made.changed_at)
        sign_up(made.shift.activity, made.person)
        moments.append(made.changed_at)
    assert moments == sorted(set(moments))


def test_it_takes_few_statements_known_or_not(
    app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """No clock tells who is known: the statements are the same, down to their order."""
    later = factories.make_activity(cast.team, places=1, starts_at=clock.now() + 48 * HOUR)
    factories.make_sign_up(later, factories.make_person("沈春生", "19900012345"))
    shift = factories.make_activity(cast.team, places=9).shifts[0]
    db.session.commit()
    assert shift.activity.id
    found = []
    for name in ("沈春生", "沈秋生"):
        with count_queries() as queries:
            person = find_or_add_person(name=name, phone="19900012345")
            signups.sign_up(shift, person, by=None, most_popular=2)
            db.session.flush()
        found.append(queries)
    assert found[0] == found[1]
    assert len(found[0]) == 12


# Why not


@pytest.mark.parametrize(
    ("values", "after", "refused", "waived"),
    [
        ({}, 0, None, None),
        ({"state": ActivityState.DRAFT}, 0, "draft", "draft"),
        ({"state": ActivityState.CANCELLED}, 0, "cancelled", "cancelled"),
        ({"sign_up_opens_at": 1}, 0, "not_yet_open", None),
        ({"sign_up_opens_at": 1}, 1, None, None),
        ({"sign_up_closes_at": 1}, 1, "closed", None),
        ({}, 24, "running", None),
        ({"state": ActivityState.HELD}, 23, "running", None),
        ({"state": ActivityState.HELD, "closed_at": 24}, 24, "running", "running"),
        ({}, 26, "over", "over"),
        ({"places": None}, 0, "open_to_all", "open_to_all"),
        ({"places": None}, 24, "running", "open_to_all"),
        ({"places": None, "state": ActivityState.DRAFT}, 0, "draft", "draft"),
    ],
)
def test_what_the_activity_says(
    sqlite_app: Flask, cast: Cast, values: dict[str, Any], after: int, refused: str | None, waived: str | None
) -> None:
    """It begins in 24 hours and takes two; numbers are hours from now."""
    start = clock.now()
    given = {name: start + value * HOUR if name.endswith("_at") else value for name, value in values.items()}
    activity = factories.make_activity(cast.team, minutes=120, **({"places": 5} | given))
    person = factories.make_person()
    for who in (None, person):
        assert why_not(activity, who, at=start + after * HOUR) == refused
        assert why_not(activity, who, at=start + after * HOUR, waive=True) == waived


def test_the_form_is_answered_as_the_button_said(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=5, sign_up_opens_at=clock.now() + HOUR)
    with pytest.raises(Refused) as refused:
        sign_up(activity)
    refusal = refusals.refusal(activity.shifts[0], None, at=clock.now(), most_popular=2)
    assert refusal
    assert refused.value.message == refusal.message
    assert db.session.scalars(select(SignUp)).all() == []


def test_already_signed_up_is_always_said(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    first, second = sign_up(activity), sign_up(activity)
    for person in (first.person, second.person):
        assert why_not(activity, person) is why_not(activity, person, known=(), waive=True) is RefusalKind.ALREADY


def test_whose_data_were_erased(app: Flask, cast: Cast) -> None:
    person = factories.make_person(anonymised_at=clock.now())
    assert why_not(factories.make_activity(cast.team, places=1), person) is RefusalKind.ANONYMISED


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [(0, 2, True), (-1, 1, True), (1, 3, True), (0.5, 1, True), (-1, 3, True), (-2, 0, False), (2, 3, False)],
)
def test_clashes(sqlite_app: Flask, cast: Cast, starts: float, ends: float, clashes: bool) -> None:
    """Against an activity from 0 to 2 hours after a moment: half-open hours."""
    begins = clock.now() + 24 * HOUR
    held = factories.make_activity(theme="乐龄合唱", starts_at=begins, minutes=120, places=5)
    other = factories.make_activity(
        cast.team, starts_at=begins + starts * HOUR, minutes=int((ends - starts) * 60), places=5
    )
    person = sign_up(held).person
    refusal = refusals.refusal(other.shifts[0], person, at=clock.now(), most_popular=2)
    if not clashes:
        assert refusal is None
        return
    assert refusal
    assert refusal.kind is RefusalKind.CLASH
    hours = f"{clock.local(held.starts_at):%H:%M}–{clock.local(held.ends_at):%H:%M}"
    assert refusal.message.values == {"title": "乐龄合唱", "hours": hours}


def test_no_clash_with_what_is_cancelled_waiting_withdrawn_or_unknown(app: Flask, cast: Cast) -> None:
    cancelled, full, left, secret = (factories.make_activity(places=1) for _ in range(4))
    person = factories.make_person()
    sign_up(cancelled, person)
    cancelled.state = ActivityState.CANCELLED
    sign_up(full)
    assert sign_up(full, person).state is WAITING
    signups.withdraw(sign_up(left, person), by=None)
    hidden = sign_up(secret, person)
    wanted = factories.make_activity(cast.team, places=1)
    assert why_not(wanted, person) is why_not(wanted, person, waive=True) is RefusalKind.CLASH
    assert why_not(wanted, person, known={hidden.id}) is RefusalKind.CLASH
    assert why_not(wanted, person, known=()) is None
    # A place is given as to everybody else: to be sent to the waiting list would say the same as a refusal.
    assert sign_up(wanted, person, known=()).state is CONFIRMED


def test_two_shifts_of_one_activity(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, minutes=120, places=5)
    first, begins = activity.shifts[0], activity.starts_at
    first.ends_at = begins + HOUR
    factories.make_shift(activity, places=5, starts_at=begins + HOUR, ends_at=begins + 2 * HOUR)
    factories.make_shift(activity, places=5, starts_at=begins, ends_at=begins + HOUR)
    person = sign_up(activity).person
    found = [refusals.refusal(shift, person, at=clock.now(), most_popular=2) for shift in activity.shifts]
    assert [each and each.kind for each in found] == [RefusalKind.ALREADY, None, RefusalKind.CLASH]


def test_the_limit_of_popular_ones(app: Flask, cast: Cast) -> None:
    def popular(hours: int, **values: Any) -> Activity:
        values = {"popular": True, "places": 1} | values
        return factories.make_activity(cast.team, starts_at=clock.now() + hours * HOUR, minutes=30, **values)

    person = factories.make_person()
    begun, cancelled, full, coming = popular(0), popular(1), popular(2), popular(3)
    factories.make_sign_up(begun, person)
    factories.make_sign_up(cancelled, person)
    cancelled.state = ActivityState.CANCELLED
    sign_up(popular(4, popular=False), person)
    sign_up(full)
    wanted, plain = popular(5), popular(6, popular=False)
    known = [sign_up(full, person).id]
    assert why_not(wanted, person) is None
    known.append(sign_up(coming, person).id)
    assert why_not(wanted, person) is why_not(wanted, person, known=known) is RefusalKind.TOO_MANY
    assert why_not(wanted, person, most_popular=3) is None
    assert why_not(plain, person) is None
    assert why_not(wanted, person, waive=True) is why_not(wanted, person, known=known[:1]) is None
    signups.withdraw(db.session.get_one(SignUp, known[0]), by=None)
    assert why_not(wanted, person) is None


# Withdrawing


def test_withdrawing(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    first, second, third = (sign_up(activity) for _ in range(3))
    counted_at = stamps.of_team(cast.team.id)
    assert signups.withdraw(second, by=None) == []
    assert signups.withdraw(first, by=cast.volunteer.id) == [third]
    assert [each.state for each in (first, second, third)] == [WITHDRAWN, WITHDRAWN, CONFIRMED]
    assert trail_of(first)[-1] == ("withdraw", cast.volunteer.id, {"state": ["confirmed", "withdrawn"]})
    assert trail_of(third)[-1] == ("promote", cast.volunteer.id, {"state": ["waiting", "confirmed"]})
    assert [told(each.person) for each in (first, second, third)] == [[], [], [NoticeKind.PROMOTED]]
    assert stamps.of_team(cast.team.id) > counted_at


def test_withdrawing_twice_is_once(app: Flask, cast: Cast) -> None:
    made = sign_up(factories.make_activity(cast.team, places=1))
    for _ in range(2):
        assert signups.withdraw(made, by=None) == []
    assert [action for action, *_ in trail_of(made)] == ["sign up", "withdraw"]


@pytest.mark.parametrize(("hours", "until"), [(20, 20), (24, None), (24, 30)])
def test_until_when(sqlite_app: Flask, cast: Cast, hours: int, until: int | None) -> None:
    """It begins in 24 hours; a deadline after the start is the start."""
    start = clock.now()
    activity = factories.make_activity(cast.team, places=9, withdraw_until=until and start + until * HOUR)
    late, in_time = sign_up(activity), sign_up(activity)
    with clock.frozen(start + hours * HOUR - timedelta(seconds=1)):
        signups.withdraw(in_time, by=None)
    with clock.frozen(start + hours * HOUR):
        with pytest.raises(Refused, match="too late"):
            signups.withdraw(late, by=None)
        signups.withdraw(late, by=cast.leader.id, by_keeper=True)
    assert [told(each.person) for each in (in_time, late)] == [[], [NoticeKind.RELEASED]]


def test_what_keepers_can_not_release(app: Flask, cast: Cast) -> None:
    closed, cancelled, came = (factories.make_activity(places=9) for _ in range(3))
    made = [sign_up(activity) for activity in (closed, cancelled, came)]
    closed.closed_at = clock.now()
    cancelled.state = ActivityState.CANCELLED
    factories.make_attendance(came, made[2].person, sign_up_id=made[2].id)
    for each, words in zip(made, ("closed", "cancelled", "checked in"), strict=True):
        with pytest.raises(Refused, match=words):
            signups.withdraw(each, by=cast.leader.id, by_keeper=True)


# Promoting and verifying


def test_the_leader_promotes_after_the_deadline(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1, withdraw_until=clock.now() + HOUR)
    first, second, third = (sign_up(activity) for _ in range(3))
    with clock.frozen(clock.now() + 2 * HOUR):
        with pytest.raises(Refused, match="No place"):
            signups.promote(third, by=cast.leader.id)
        assert signups.withdraw(first, by=cast.leader.id, by_keeper=True) == []
        assert sign_up(activity).state is WAITING  # who asked earlier may still take it
        signups.promote(third, by=cast.leader.id)
        with pytest.raises(Refused, match="isn't on the waiting list"):
            signups.promote(third, by=cast.leader.id)
    assert (second.state, third.state) == (WAITING, CONFIRMED)
    assert trail_of(third)[-1] == ("promote", cast.leader.id, {"state": ["waiting", "confirmed"]})
    assert told(third.person) == [NoticeKind.PROMOTED]


def test_nobody_is_promoted_into_a_clash_or_out_of_time(app: Flask, cast: Cast) -> None:
    activity, elsewhere = factories.make_activity(cast.team, places=1), factories.make_activity(places=1)
    first, waiting = sign_up(activity), sign_up(activity)
    sign_up(elsewhere, waiting.person)
    assert signups.withdraw(first, by=None) == []
    with pytest.raises(Refused, match="elsewhere"):
        signups.promote(waiting, by=cast.leader.id)
    activity.closed_at = clock.now()
    with pytest.raises(Refused, match="closed"):
        signups.promote(waiting, by=cast.leader.id)


def test_verifying(app: Flask, cast: Cast) -> None:
    made = sign_up(factories.make_activity(cast.team, places=1))
    signups.verify(made, by=cast.leader.id)
    signups.verify(made, by=cast.officer.id)
    assert made.verified_by_id == cast.leader.id
    assert trail_of(made)[1:] == [("verify", cast.leader.id, {"verified_by_id": [None, cast.leader.id]})]

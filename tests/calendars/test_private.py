"""A person's own feed."""

from datetime import timedelta

from flask import Flask

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, SignUp, SignUpState
from volunteer_app.activities.planning import changes
from volunteer_app.calendars import private, tokens
from volunteer_app.calendars.models import CalendarToken
from volunteer_app.calendars.private import Own
from volunteer_app.database import db
from volunteer_app.duty import planned
from volunteer_app.people.models import Person

from .. import factories
from ..factories import Cast
from . import reading

BASE_URL = "https://calendars.example.org"


def token_of(person: Person) -> CalendarToken:
    token = tokens.living(person) or tokens.look_up(tokens.make(person, by=None))
    assert token
    return token


def own(cast: Cast) -> Own:
    return private.of(token_of(cast.volunteer.person), base_url=BASE_URL)


def test_what_one_signed_up_for(app: Flask, cast: Cast) -> None:
    coming = factories.make_activity(cast.team, places=10)
    waiting = factories.make_activity(cast.team, places=1, starts_at=clock.now() + timedelta(days=2))
    withdrawn = factories.make_activity(cast.team, starts_at=clock.now() + timedelta(days=3))
    others = factories.make_activity(cast.team, starts_at=clock.now() + timedelta(days=4))
    factories.make_sign_up(coming, cast.volunteer.person)
    factories.make_sign_up(waiting, cast.volunteer.person, SignUpState.WAITING)
    factories.make_sign_up(withdrawn, cast.volunteer.person, SignUpState.WITHDRAWN)
    factories.make_sign_up(others, cast.leader.person)
    found = reading.events(own(cast).body.plain)
    assert [(str(it["uid"]), str(it["status"])) for it in found] == [
        (coming.uid, "CONFIRMED"),
        (waiting.uid, "TENTATIVE"),
    ]
    assert all(len(it.walk("VALARM")) == 2 for it in found)
    assert str(found[1]["description"]).splitlines()[0] == "您在候补名单里，有名额时按先后补上。"
    assert cast.volunteer.person.name not in own(cast).body.plain.decode()


def test_a_cancelled_one_stays_without_alarm(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=10)
    factories.make_sign_up(activity, cast.volunteer.person, SignUpState.WAITING)
    day = clock.today()
    changes.cancel(activity, reason="场地检修", by=None)
    found = reading.event(own(cast).body.plain)
    assert (str(found["status"]), found.walk("VALARM")) == ("CANCELLED", [])
    with clock.frozen(clock.midnight(day + timedelta(days=31))):
        assert reading.events(own(cast).body.plain) == []


def test_an_activity_that_became_a_draft_again_is_not_shown(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=10, state=ActivityState.DRAFT)
    factories.make_sign_up(activity, cast.volunteer.person)
    assert reading.events(own(cast).body.plain) == []


def test_shifts_of_one_activity_are_one_event(app: Flask, cast: Cast) -> None:
    starts_at = reading.moment("2020-12-01 08:00")
    activity = factories.make_activity(cast.team, starts_at=starts_at, minutes=600, places=5)
    hour = timedelta(hours=1)
    early = factories.make_shift(activity, places=5, starts_at=starts_at + hour, ends_at=starts_at + 2 * hour)
    late = factories.make_shift(activity, places=5, starts_at=starts_at + 3 * hour, ends_at=starts_at + 4 * hour)
    whole = activity.shifts[0]
    for shift, state in (
        (early, SignUpState.CONFIRMED),
        (late, SignUpState.CONFIRMED),
        (whole, SignUpState.WAITING),
    ):
        sign_up = SignUp(shift_id=shift.id, person_id=cast.volunteer.person_id, state=state, asked_at=clock.now())
        sign_up.changed_at = clock.now()
        db.session.add(sign_up)
    db.session.flush()
    found = reading.event(own(cast).body.plain)
    assert str(found["status"]) == "CONFIRMED"
    assert (found.start, found.end) == (starts_at + hour, starts_at + 4 * hour)


def test_the_tag_is_that_of_the_bytes(app: Flask, cast: Cast) -> None:
    sign_up = factories.make_sign_up(factories.make_activity(cast.team, places=10), cast.volunteer.person)
    first = own(cast)
    assert own(cast) == first
    sign_up.state = SignUpState.WAITING
    db.session.flush()
    second = own(cast)
    assert second.etag != first.etag
    assert second.body != first.body


def test_the_date_never_goes_back(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=10)
    began = clock.now()
    token_of(cast.volunteer.person)
    dates = [own(cast).last_modified]
    # The present second is left out: more may happen in it.
    assert dates == [began - timedelta(seconds=1)]
    with clock.frozen(began + timedelta(minutes=1)):
        dates.append(own(cast).last_modified)
        assert dates[-1] == began
        sign_up = factories.make_sign_up(activity, cast.volunteer.person)
    with clock.frozen(began + timedelta(minutes=2)):
        dates.append(own(cast).last_modified)
        assert dates[-1] == began + timedelta(minutes=1)
        changes.change(activity, {"place_text": "大门口"}, by=None)
    with clock.frozen(began + timedelta(minutes=4)):
        dates.append(own(cast).last_modified)
        assert dates[-1] == began + timedelta(minutes=2)
        sign_up.state, sign_up.changed_at = SignUpState.WITHDRAWN, clock.now()
        db.session.flush()
    with clock.frozen(began + timedelta(minutes=5)):
        dates.append(own(cast).last_modified)
        assert dates[-1] == began + timedelta(minutes=4)
        assert reading.events(own(cast).body.plain) == []
    midnight = clock.midnight(clock.today() + timedelta(days=1))
    with clock.frozen(midnight + timedelta(hours=1)):
        dates.append(own(cast).last_modified)
        assert dates[-1] == midnight
    assert dates == sorted(dates)


def test_a_later_sign_up_makes_a_later_event(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=10)
    later = clock.now() + timedelta(hours=1)
    factories.make_sign_up(activity, cast.volunteer.person, changed_at=later)
    found = reading.event(own(cast).body.plain)
    assert found["dtstamp"].dt == found["last-modified"].dt == later


def test_who_may_read(app: Flask, cast: Cast) -> None:
    token = token_of(cast.volunteer.person)
    assert private.is_open(token)
    cast.volunteer.disabled_at = clock.now()
    db.session.flush()
    assert not private.is_open(token)
    cast.volunteer.disabled_at = None
    cast.volunteer.person.anonymised_at = clock.now()
    db.session.flush()
    assert not private.is_open(token)
    cast.volunteer.person.anonymised_at = None
    tokens.revoke(cast.volunteer.person, by=None)
    assert not private.is_open(token)


def test_a_fixed_number_of_queries(app: Flask, cast: Cast, count_queries) -> None:
    token = token_of(cast.volunteer.person)
    numbers = []
    for days in range(1, 4):
        activity = factories.make_activity(cast.team, places=10, starts_at=clock.now() + timedelta(days=days))
        factories.make_sign_up(activity, cast.volunteer.person)
        if days in (1, 3):
            with count_queries() as queries:
                private.of(token, base_url=BASE_URL)
            numbers.append(len(queries))
    assert numbers == [9, 9]


def test_planned_visits_of_a_cadre(app: Flask, cast: Cast, count_queries) -> None:
    person = cast.volunteer.person
    compound = factories.make_pairing(person, cast.compound).compound
    activity = factories.make_activity(cast.team, places=10, starts_at=reading.moment("2020-11-28 09:00"))
    factories.make_sign_up(activity, person)
    starts_at = reading.moment("2020-11-26 14:00")
    hour = timedelta(hours=1)
    visits = planned.plan(person, compound, starts_at, starts_at + 2 * hour, "走访独居老人", weeks=2, by=None)
    factories.make_pairing(cast.leader.person, cast.compound)
    planned.plan(cast.leader.person, compound, starts_at, starts_at + hour, by=None)
    before = own(cast)
    found = reading.events(before.body.plain)
    assert [str(it["uid"]) for it in found] == [visits[0].uid, activity.uid, visits[1].uid]
    first = found[0]
    assert (first.start, first.end) == (starts_at, starts_at + 2 * hour)
    assert [str(first[name]) for name in ("summary", "location", "status", "sequence")] == [
        "三小时走访 · 云台里5号院",
        "云台里5号院（云台社区）",
        "CONFIRMED",
        "0",
    ]
    assert str(first["description"]).splitlines() == ["走访独居老人", f"填报：{BASE_URL}/duty/"]
    assert len(first.walk("VALARM")) == 2
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        planned.cancel(visits[0], by=None)
        changed_at = clock.now()
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        after = own(cast)
    assert after.etag != before.etag
    assert after.last_modified == changed_at
    first = reading.events(after.body.plain)[0]
    assert (str(first["status"]), str(first["sequence"]), first.walk("VALARM")) == ("CANCELLED", "1", [])
    assert str(first["summary"]) == "【已取消】三小时走访 · 云台里5号院"
    with clock.frozen(clock.midnight(clock.today() + timedelta(days=31))):
        assert [str(it["uid"]) for it in reading.events(own(cast).body.plain)] == [activity.uid, visits[1].uid]

"""Coming, leaving, counting and closing, while an activity is open."""

from datetime import time, timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.attendance import keeping, presence
from volunteer_app.activities.attendance.roll import roll
from volunteer_app.activities.models import ActivityState, Attendance, SignUpState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Person

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def activity(app):
    """One that began half an hour ago and lasts an hour and a half."""
    return make.make_activity(starts_at=clock.now() - 30 * MINUTE, places=3)


def rows(activity):
    return db.session.query(Attendance).filter_by(activity_id=activity.id).order_by(Attendance.id).all()


def trail():
    return [(entry.action, entry.subject) for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_check_in_links_the_sign_up_and_makes_the_activity_held(activity, cast):
    sign_up = make.make_sign_up(activity)
    revision = activity.revision

    row = keeping.check_in(activity, sign_up.person, by=cast.leader.id)

    assert (row.sign_up_id, row.checked_in_at, row.checked_out_at) == (sign_up.id, clock.now(), None)
    assert row.by_id == cast.leader.id
    assert activity.state is ActivityState.HELD
    assert activity.revision == revision
    assert trail()[-1] == ("check in", "attendance")


def test_a_second_tap_changes_nothing(activity):
    person = make.make_person()
    first = keeping.check_in(activity, person, by=None, at=activity.starts_at)
    entries = len(trail())

    assert keeping.check_in(activity, person, by=None) is first
    assert first.checked_in_at == activity.starts_at
    assert len(rows(activity)) == 1
    assert len(trail()) == entries


@pytest.mark.parametrize(
    ("state", "linked", "walk_ins"),
    [(SignUpState.CONFIRMED, True, 0), (SignUpState.WAITING, True, 1), (SignUpState.WITHDRAWN, False, 0)],
)
def test_whoever_has_no_place_is_a_walk_in_where_anybody_signed_up(activity, state, linked, walk_ins):
    sign_up = make.make_sign_up(activity, state=state)

    row = keeping.check_in(activity, sign_up.person, by=None)

    assert row.sign_up_id == (sign_up.id if linked else None)
    assert len(roll(activity).walk_ins) == walk_ins


def test_of_two_sign_ups_the_confirmed_one_is_linked(activity):
    later = make.make_shift(activity, starts_at=activity.starts_at + HOUR)
    person = make.make_person()
    make.make_sign_up(activity, person, state=SignUpState.WAITING)
    confirmed = make.make_sign_up(activity, person, shift_id=later.id)

    assert keeping.check_in(activity, person, by=None).sign_up_id == confirmed.id


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": ActivityState.DRAFT}, "draft"),
        ({"state": ActivityState.CANCELLED}, "cancelled"),
        ({"closed_at": clock.midnight(clock.EARLIEST)}, "closed"),
    ],
)
def test_nobody_comes_to_a_draft_or_what_is_cancelled_or_closed(sqlite_app, values, words):
    activity = make.make_activity(starts_at=clock.now(), **values)
    person = make.make_person()

    with pytest.raises(Refused, match=words):
        keeping.check_in(activity, person, by=None)
    with pytest.raises(Refused, match=words):
        keeping.set_headcount(activity, 3, by=None)
    assert rows(activity) == []


@pytest.mark.parametrize(("ahead", "allowed"), [(HOUR, True), (HOUR + MINUTE, False)])
def test_check_in_opens_an_hour_before(sqlite_app, ahead, allowed):
    activity = make.make_activity(starts_at=clock.now() + ahead)
    if allowed:
        assert keeping.check_in(activity, make.make_person(), by=None).checked_in_at == clock.now()
    else:
        with pytest.raises(Refused, match="an hour before"):
            keeping.check_in(activity, make.make_person(), by=None)


def test_after_the_end_a_tap_stands_for_the_planned_hours(sqlite_app):
    activity = make.make_activity(starts_at=clock.now() - 5 * HOUR, places=3)
    second = make.make_shift(activity, starts_at=activity.starts_at + HOUR, ends_at=activity.ends_at)
    whole = keeping.check_in(activity, make.make_sign_up(activity).person, by=None)
    later = keeping.check_in(activity, make.make_sign_up(activity, shift_id=second.id).person, by=None)
    keeping.check_out(whole, by=None)

    assert (whole.checked_in_at, whole.checked_out_at) == (activity.starts_at, activity.ends_at)
    assert later.checked_in_at == second.starts_at


@pytest.mark.parametrize("moment", [-3 * HOUR, 6 * HOUR])
def test_hours_outside_the_activity_or_to_come_are_refused(activity, moment):
    with pytest.raises(BadInput):
        keeping.check_in(activity, make.make_person(), by=None, at=activity.starts_at + moment)


def test_check_out_and_both_ways_back(activity):
    row = keeping.check_in(activity, make.make_person(), by=None, at=activity.starts_at)
    keeping.check_out(row, by=None)
    left_at = row.checked_out_at
    keeping.check_out(row, by=None, at=activity.starts_at)
    assert left_at == row.checked_out_at == clock.now()

    keeping.undo_check_out(row, by=None)
    assert row.checked_out_at is None

    keeping.undo_check_in(row, by=None)
    assert rows(activity) == []
    assert activity.state is ActivityState.PUBLISHED
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.changes["person_id"]) == ("undo check-in", [row.person_id, None])


def test_whoever_leaves_before_they_came_is_refused(activity):
    row = keeping.check_in(activity, make.make_person(), by=None)

    with pytest.raises(BadInput, match="before they came"):
        keeping.check_out(row, by=None, at=activity.starts_at)


def test_a_row_that_is_gone_is_refused(activity):
    row = keeping.check_in(activity, make.make_person(), by=None)
    db.session.execute(db.delete(Attendance).execution_options(synchronize_session=False))

    with pytest.raises(Refused, match="any more"):
        keeping.undo_check_in(row, by=None)


def test_a_headcount_keeps_the_activity_held(activity):
    row = keeping.check_in(activity, make.make_person(), by=None)
    keeping.set_headcount(activity, 4, by=None)
    keeping.undo_check_in(row, by=None)
    assert activity.state is ActivityState.HELD

    keeping.set_headcount(activity, None, by=None)
    assert (activity.headcount, activity.state) == (None, ActivityState.PUBLISHED)


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_headcount_has_four_digits(activity, number):
    with pytest.raises(BadInput):
        keeping.set_headcount(activity, number, by=None)


def test_a_walk_in_with_a_phone_is_a_person_and_one_without_is_counted(activity):
    person = make.make_person("王小明", "13800000001")

    row = keeping.walk_in(activity, name="王小明", phone="138 0000 0001", by=None)
    assert row is not None
    assert (row.person_id, row.sign_up_id) == (person.id, None)

    new = keeping.walk_in(activity, name="李大妈", phone="13800000002", by=None)
    assert new is not None
    assert db.session.get(Person, new.person_id).name == "李大妈"

    assert keeping.walk_in(activity, name="张三", phone=" ", by=None) is None
    assert activity.headcount == 1
    # The same form a second time: it showed a headcount of 0.
    keeping.walk_in(activity, name="张三", phone="", by=None, counted=0)
    assert activity.headcount == 1
    keeping.walk_in(activity, name="张三", phone="", by=None, counted=1)
    assert activity.headcount == 2


def test_everybody_at_once_takes_as_many_statements_for_many(activity, count_queries):
    one = make.make_activity(starts_at=activity.starts_at, places=9)
    make.make_sign_up(one)
    keeping.check_in(one, make.make_person(), by=None)
    for state in (SignUpState.CONFIRMED, SignUpState.CONFIRMED, SignUpState.CONFIRMED, SignUpState.WAITING):
        make.make_sign_up(activity, state=state)
    excused = make.make_sign_up(activity, excused=True)
    here = keeping.check_in(activity, make.make_person(), by=None)
    db.session.commit()

    numbers = []
    for each in (one, activity):
        _ = each.place.path, each.venue
        with count_queries() as queries:
            came = keeping.check_in_all(each, by=None)
            left = keeping.check_out_all(each, by=None)
        numbers.append((len(came), len(left), len(queries)))

    assert [number[:2] for number in numbers] == [(1, 2), (3, 4)]
    assert numbers[0][2] == numbers[1][2]
    assert here.checked_out_at == clock.now()
    assert excused.person_id not in {row.person_id for row in rows(activity)}


def test_closing_checks_out_whoever_is_in_and_makes_no_shows(activity):
    came, late, excused, away, waits = (
        make.make_sign_up(activity, state=state) for state in (*[SignUpState.CONFIRMED] * 4, SignUpState.WAITING)
    )
    keeping.check_in(activity, came.person, by=None)
    with_end = keeping.check_in(activity, late.person, by=None)
    keeping.check_out(with_end, by=None)
    keeping.excuse(excused, True, by=None)

    with clock.frozen(activity.ends_at + 3 * HOUR):
        keeping.close(activity, by=None)
        assert activity.closed_at == clock.now()

    assert [row.checked_out_at for row in rows(activity)] == [activity.ends_at, with_end.checked_out_at]
    assert [entry.person for entry in roll(activity).awaited] == [away.person]
    assert waits.state is SignUpState.WAITING
    keeping.excuse(away, True, by=None)
    assert roll(activity).awaited == []


def test_closing_early_checks_out_now(activity):
    row = keeping.check_in(activity, make.make_person(), by=None, at=activity.starts_at)
    keeping.close(activity, by=None)

    assert row.checked_out_at == clock.now()


def test_closing_goes_by_the_hours_of_the_shift(sqlite_app):
    activity = make.make_activity(starts_at=clock.now() - 5 * HOUR, minutes=120, places=3)
    first = make.make_shift(activity, ends_at=activity.starts_at + HOUR, places=3)
    person = make.make_sign_up(activity, shift_id=first.id).person
    row = keeping.check_in(activity, person, by=None, at=activity.starts_at)
    keeping.close(activity, by=None)

    assert row.checked_out_at == first.ends_at


def test_closing_holds_an_activity_to_which_nobody_came_and_happens_once(activity):
    keeping.close(activity, by=None)
    assert activity.state is ActivityState.HELD

    with pytest.raises(Refused, match="closed"):
        keeping.close(activity, by=None)


def test_nothing_is_closed_before_it_begins(sqlite_app):
    activity = make.make_activity(starts_at=clock.now() + HOUR)

    with pytest.raises(Refused, match="begun"):
        keeping.close(activity, by=None)


def test_who_is_excused_is_so_in_all_shifts(activity):
    first = make.make_sign_up(activity)
    second = make.make_sign_up(activity, first.person, shift_id=make.make_shift(activity, places=3).id)
    other = make.make_sign_up(activity)
    for excused in (True, True, False):
        keeping.excuse(second, excused, by=None)
        assert [it.excused for it in (first, second, other)] == [excused, excused, False]


def test_only_whoever_has_a_place_is_excused(activity):
    with pytest.raises(Refused):
        keeping.excuse(make.make_sign_up(activity, state=SignUpState.WAITING), True, by=None)


def test_only_counts_rise_and_no_calendar_changes(activity):
    stamps.raise_shown(stamps.subjects_of(activity))
    before = stamps.of_team(activity.team_id)

    keeping.check_in(activity, make.make_person(), by=None)

    after = stamps.of_team(activity.team_id)
    assert after[0] == before[0]
    assert after[1] > before[1]


def test_a_time_of_day_after_midnight_belongs_to_the_next_day(sqlite_app):
    activity = make.make_activity(starts_at=clock.at(clock.today(), time(22)), minutes=180)

    assert presence.hours_at(activity, time(21), time(0, 30)) == (
        activity.starts_at - HOUR,
        activity.starts_at + 2.5 * HOUR,
    )


def test_a_time_without_seconds_leaves_the_moment_that_it_means(sqlite_app):
    activity = make.make_activity(starts_at=clock.now())
    row = make.make_attendance(activity, checked_in_at=activity.starts_at + timedelta(seconds=37), checked_out_at=None)
    hour = clock.local(activity.starts_at).time()

    assert presence.hours_at(activity, hour, None, row) == (row.checked_in_at, None)
    assert presence.hours_at(activity, hour, None) == (activity.starts_at, None)

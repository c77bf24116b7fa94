"""A month in one go: what is proposed, made once, and undone while nobody has signed up."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests.activities.test_races import at_once
from tests.factories import (
    Cast,
    make_account,
    make_activity,
    make_person,
    make_shift,
    make_sign_up,
    make_team,
    make_theme,
    make_venue,
)
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, PlanningRun, SheetPhoto, Shift
from volunteer_app.activities.planning import changes, drafts, proposals, renames, runs, shifts
from volunteer_app.activities.planning.proposals import Outcome
from volunteer_app.activities.signing import capacity
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Role
from volunteer_app.people.roles import Scope
from volunteer_app.photos.models import Photo
from volunteer_app.places.models import Place
from volunteer_app.teams.models import HolidayRule, Team, TeamKind

WHOLE = Scope(everywhere=True)
DECEMBER = date(2020, 12, 1), date(2020, 12, 31)
OCTOBER = date(2020, 10, 1), date(2020, 10, 31)
SLOT = {"slot_starts": time(19), "slot_ends": time(20, 30)}


@pytest.fixture
def guard(app: Flask, cast: Cast) -> Team:
    """A volunteer team that meets on Wednesdays in the activity room; the cast's own team has no slot."""
    cast.team.weekday = None
    room = make_venue(cast.compound, "活动室")
    return make_team(
        cast.compound, "巡逻队", kind=TeamKind.VOLUNTEER_TEAM, weekday=2, venue_id=room.id, place_text="活动室", **SLOT
    )


@pytest.fixture
def spare(cast: Cast) -> ThemeAnchor:
    """The theme of every week."""
    theme = make_theme(cast.subdistrict, "邻里互助")
    spare = ThemeAnchor(subdistrict_id=cast.subdistrict.id, theme_id=theme.id, kind=AnchorKind.SPARE)
    db.session.add(spare)
    db.session.flush()
    return spare


def proposed(cast: Cast, since: date, until: date, reach: Scope = WHOLE) -> list[tuple[str, str, str]]:
    return [
        (it.team.name, f"{it.slot_on:%m-%d}", it.reason.text if it.reason else it.outcome.value)
        for it in proposals.propose(cast.subdistrict, since, until, reach=reach)
    ]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action)))


def made(cast: Cast, **options: object) -> PlanningRun:
    run, _ = runs.make(cast.subdistrict, *DECEMBER, reach=WHOLE, by=cast.officer.id, **options)
    assert run is not None
    return run


def test_a_month_is_made_once(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast)
    rows = runs.activities(run)
    assert [f"{clock.local(it.starts_at):%m-%d %H:%M}" for it in rows] == [
        f"12-{day:02} 19:00" for day in (2, 9, 16, 23, 30)
    ]
    first = rows[0]
    assert (first.state, first.revision, first.theme_id, first.place_id) == (
        ActivityState.DRAFT,
        0,
        spare.theme_id,
        guard.place_id,
    )
    assert (first.venue_id, first.place_text, first.counts_as_service, first.slot_on) == (
        guard.venue_id,
        "活动室",
        True,
        date(2020, 12, 2),
    )
    assert [(it.starts_at, it.ends_at, it.places) for it in first.shifts] == [(first.starts_at, first.ends_at, None)]
    assert (run.made, run.by_id) == (5, cast.officer.id)
    again, found = runs.make(cast.subdistrict, *DECEMBER, reach=WHOLE, by=cast.officer.id)
    assert (again, proposals.counted(found)) == (None, {Outcome.MAKE: 0, Outcome.THERE: 5, Outcome.LEFT_OUT: 0})
    assert db.session.query(Activity).filter(Activity.run_id.is_not(None)).count() == 5


def test_published_at_once(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    before = stamps.of_place(cast.subdistrict)
    run = made(cast, publish=True)
    assert {(it.state, it.revision) for it in runs.activities(run)} == {(ActivityState.PUBLISHED, 1)}
    assert stamps.of_place(cast.subdistrict) != before
    assert stamps.of_team(guard.id) is not None
    assert [actions().count(action) for action in ("plan", "publish", "make")] == [5, 5, 1]


def test_only_what_was_chosen(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast, only=[f"{guard.id}:2020-12-09", f"{guard.id}:2020-12-10", "9:x"])
    assert [it.slot_on for it in runs.activities(run)] == [date(2020, 12, 9)]
    assert made(cast).made == 4


def test_whose_weeks_are_made(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    kinds = {kind: make_team(cast.compound, kind.value, kind=kind, weekday=3, **SLOT) for kind in TeamKind}
    kinds[TeamKind.OWNERS_COMMITTEE].slot_planned = True
    kinds[TeamKind.CULTURAL_GROUP].slot_planned = False
    names = {name for name, *_ in proposed(cast, *DECEMBER)}
    assert names == {"巡逻队", "volunteer_team", "owners_committee"}
    assert {name for name, *_ in proposed(cast, *DECEMBER, Scope(team_ids=(guard.id,)))} == {"巡逻队"}


def test_themes_and_places(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    choir = make_team(cast.compound, "合唱团", kind=TeamKind.CULTURAL_GROUP, weekday=2, **SLOT)
    for team, places in ((guard, 8), (choir, 12)):
        make_activity(team, "合唱排练", starts_at=clock.now() - timedelta(days=9), places=3)
        make_activity(team, "合唱排练", starts_at=clock.now() - timedelta(days=2), places=places)
    run = made(cast)
    found = {(it.team.name, it.theme.name, it.shifts[0].places) for it in runs.activities(run)}
    assert found == {("巡逻队", "邻里互助", 8), ("合唱团", "合唱排练", 12)}


def test_without_a_theme_it_is_left_out(cast: Cast, guard: Team) -> None:
    found = proposals.propose(cast.subdistrict, *DECEMBER, reach=WHOLE)
    assert proposals.counted(found) == {Outcome.MAKE: 0, Outcome.THERE: 0, Outcome.LEFT_OUT: 5}
    assert "no theme" in found[0].reason.text


def test_what_is_there_already(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    by_hand = make_activity(guard, starts_at=clock.at(date(2020, 12, 2), time(9)))
    cancelled = make_activity(guard, starts_at=clock.at(date(2020, 12, 9), time(19)), state=ActivityState.CANCELLED)
    moved = make_activity(guard, starts_at=clock.at(date(2020, 12, 23), time(19)), slot_on=date(2020, 12, 16))
    assert proposed(cast, *DECEMBER) == [
        ("巡逻队", "12-02", "there"),
        ("巡逻队", "12-09", "there"),
        ("巡逻队", "12-16", "there"),
        ("巡逻队", "12-23", "there"),
        ("巡逻队", "12-30", "make"),
    ]
    assert {by_hand.run_id, cancelled.run_id, moved.run_id} == {None}


@pytest.mark.now("2020-10-06T12:00+08:00")
def test_holidays_and_days_that_are_over(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    guard.weekday = 3
    assert proposed(cast, date(2020, 9, 24), date(2020, 10, 15)) == [
        ("巡逻队", "09-24", "This day is over."),
        ("巡逻队", "10-01", "It falls on a holiday."),
        ("巡逻队", "10-08", "It falls on a holiday."),
        ("巡逻队", "10-15", "make"),
    ]
    guard.holiday_rule = HolidayRule.SHIFT
    run, _ = runs.make(cast.subdistrict, *OCTOBER, reach=WHOLE, by=None)
    days = [(it.slot_on, clock.local(it.starts_at).date()) for it in runs.activities(run)]
    assert days[0] == (date(2020, 10, 8), date(2020, 10, 9))
    assert runs.make(cast.subdistrict, *OCTOBER, reach=WHOLE, by=None)[0] is None


def test_teams_and_venues_that_are_not_there(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    guard.founded, guard.dissolved = date(2020, 12, 9), date(2020, 12, 30)
    guard.venue.retired_on = date(2020, 12, 20)
    assert [reason for *_, reason in proposed(cast, *DECEMBER)] == [
        "The team isn't there on that day.",
        "make",
        "make",
        "The venue isn't there on that day.",
        "The team isn't there on that day.",
    ]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2020, 12, 2), date(2020, 12, 1)),
        (date(2020, 12, 1), date(2021, 3, 4)),
        (date.min, date.min),
        (date.max, date.max),
    ],
)
def test_days_that_cannot_be_planned(app: Flask, cast: Cast, since: date, until: date) -> None:
    with pytest.raises(BadInput):
        proposals.propose(cast.subdistrict, since, until, reach=WHOLE)


def test_undoing_takes_away_what_nobody_touched(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast, publish=True)
    first, second, third, *_ = runs.activities(run)
    changes.cancel(first, reason="下雨", by=cast.officer.id)
    later = {"starts_at": second.starts_at + timedelta(hours=1), "ends_at": second.ends_at + timedelta(hours=1)}
    changes.change(second, later, by=cast.officer.id)
    before = stamps.of_team(guard.id)
    assert runs.undo(run, by=cast.officer.id) == 3
    assert [it.id for it in runs.activities(run)] == [first.id, second.id]
    assert db.session.query(Shift).filter(Shift.activity_id == third.id).count() == 0
    assert (run.undone_at, stamps.of_team(guard.id) != before) == (clock.now(), True)
    assert actions().count("discard") == 3
    with pytest.raises(Refused, match="undone already"):
        runs.undo(run, by=cast.officer.id)
    # What was undone can be made again.
    assert made(cast).made == 3


def test_drafts_that_were_published_since_go_too(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast)
    drafts.publish(runs.activities(run)[0], by=None)
    assert runs.undo(run, by=None) == 5


def test_nothing_is_undone_once_somebody_has_signed_up(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast, publish=True)
    make_sign_up(runs.activities(run)[0], make_person())
    with pytest.raises(Refused, match="signed up already"):
        runs.undo(run, by=None)
    assert len(runs.activities(run)) == 5


Touch = Callable[[Activity, int], object]


def another_shift(activity: Activity, by: int) -> None:
    hours = {"starts_at": activity.starts_at, "ends_at": activity.ends_at}
    shifts.add(activity, {"title": "收摊", "needs": ""} | hours, places=3, by=by)


def other_needs(activity: Activity, by: int) -> None:
    shift = activity.shifts[0]
    values = {name: getattr(shift, name) for name in shifts.COLUMNS} | {"needs": "会电工"}
    shifts.change(shift, values, places=shift.places, by=by)


def other_shift(activity: Activity, by: int) -> None:
    another_shift(activity, by)
    shifts.remove(activity.shifts[0], by=by)


def later_hours(activity: Activity, by: int) -> None:
    hour = timedelta(hours=1)
    changes.change(activity, {"starts_at": activity.starts_at + hour, "ends_at": activity.ends_at + hour}, by=by)


def photographed(activity: Activity, _by: int) -> None:
    db.session.add(SheetPhoto(activity_id=activity.id, photo=Photo(width=1, height=1, made_at=clock.now())))


@pytest.mark.parametrize(
    "touch",
    [
        lambda it, by: changes.change(it, {"about": "讲三件事"}, by=by),
        lambda it, by: changes.change(it, {"popular": True}, by=by),
        lambda it, by: changes.change(it, {"place_text": "大门口"}, by=by),
        lambda it, by: changes.cancel(it, reason="下雨", by=by),
        lambda it, by: capacity.set_places(it.shifts[0], 30, by=by),
        another_shift,
        other_needs,
        other_shift,
        later_hours,
        photographed,
    ],
)
def test_undoing_keeps_what_somebody_touched(cast: Cast, guard: Team, spare: ThemeAnchor, touch: Touch) -> None:
    run = made(cast, publish=True)
    first, *_ = runs.activities(run)
    touch(first, cast.officer.id)
    db.session.flush()
    assert runs.undo(run, by=None) == 4
    assert [it.id for it in runs.activities(run)] == [first.id]


def test_new_names_leave_a_run_untouched(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast)
    drafts.publish_many(runs.activities(run)[:2], by=cast.officer.id)
    venue = guard.venue
    assert venue is not None
    assert renames.change_team(guard, {"name": "夜巡队"}, by=cast.officer.id)
    assert renames.change_theme(spare.theme, {"name": "邻里守望", "field": spare.theme.field}, by=cast.officer.id)
    assert renames.change_place(venue, {"name": "新活动室"}, by=cast.officer.id)
    assert renames.change_place(cast.compound, {"name": "槐安里新院"}, by=cast.officer.id)
    assert {it.revision for it in runs.activities(run)} == {4, 5}
    assert (len(runs.untouched(run)), runs.undo(run, by=None)) == (5, 5)


def test_what_had_the_same_id_before_counts_for_nothing(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast)
    last = runs.activities(run)[-1]
    changes.change(last, {"about": "讲三件事"}, by=None)
    capacity.set_places(last.shifts[0], 30, by=None)
    drafts.discard(last, by=None)
    assert runs.undo(run, by=None) == 4
    again = made(cast)
    assert len(runs.untouched(again)) == 5


def test_what_is_untouched_is_one_query_with_an_index(
    cast: Cast,
    guard: Team,
    spare: ThemeAnchor,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    run = made(cast, publish=True)
    with count_queries() as queries:
        assert len(runs.untouched(run)) == 5
    (query,) = queries
    if db.engine.dialect.name != "sqlite":
        return  # it says what it would do with few rows, not with many
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0,) * query.count("?"))
    steps = [row.detail for row in rows if "audit_entry" in row.detail]
    assert len(steps) == 4
    assert all("ix_audit_entry_subject (subject=? AND subject_id=?" in step for step in steps), steps


def test_undoing_tells_the_venue_that_was_shown(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run = made(cast, publish=True)
    shown = guard.venue
    assert shown is not None
    before = stamps.of_place(shown)
    guard.venue_id = make_venue(cast.compound, "阅览室").id
    db.session.flush()
    db.session.expire_all()
    runs.undo(run, by=None)
    assert stamps.of_place(shown) != before


def test_who_keeps_a_run(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    leader = make_account("沈安", Role.LEADER, team=guard)
    run, _ = runs.make(cast.subdistrict, *DECEMBER, reach=WHOLE, by=leader.id)
    assert run is not None
    allowed = [cast.administrator, cast.officer, leader]
    others = [cast.outsider, cast.secretary, cast.leader, cast.volunteer, None]
    assert [runs.can_keep(account, run) for account in allowed + others] == [True] * 3 + [False] * 5
    # Who made it, and leads one of its teams no more.
    run.by_id = cast.leader.id
    assert not runs.can_keep(cast.leader, run)


def test_the_number_of_queries_does_not_grow(
    cast: Cast, guard: Team, spare: ThemeAnchor, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number(since: date, until: date) -> int:
        db.session.expire_all()
        with count_queries() as queries:
            run, _ = runs.make(cast.subdistrict, since, until, reach=WHOLE, publish=True, by=cast.officer.id)
        assert run is not None
        return len(queries)

    one = number(date(2020, 12, 2), date(2020, 12, 2))
    for n in range(9):
        team = make_team(cast.compound, f"第{n}队", kind=TeamKind.VOLUNTEER_TEAM, weekday=n % 7, **SLOT)
        make_activity(team, "清洁", starts_at=clock.now() - timedelta(days=1))
    assert number(date(2020, 12, 3), date(2020, 12, 31)) == one


def test_shifts_of_the_last_activity_give_no_places(cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    last = make_activity(guard, starts_at=clock.now() - timedelta(days=2), places=8)
    make_shift(last, places=5)
    assert {it.places for it in proposals.propose(cast.subdistrict, *DECEMBER, reach=WHOLE)} == {None}


def test_of_runs_at_the_same_moment_one_makes_all(app: Flask, cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    subdistrict_id, officer_id = cast.subdistrict.id, cast.officer.id
    found: list[int | None] = []

    def make(publish: bool) -> None:
        place = db.session.get_one(Place, subdistrict_id)
        run, _ = runs.make(place, *DECEMBER, reach=WHOLE, publish=publish, by=officer_id)
        found.append(run and run.made)

    assert at_once(app, [partial(make, publish=n % 2 == 0) for n in range(6)]) == [None] * 6
    assert sorted(found, key=str) == [5] + [None] * 5
    assert db.session.query(PlanningRun).count() == 1
    assert (db.session.query(Activity).count(), db.session.query(Shift).count()) == (5, 5)
    assert actions().count("plan") == 5


def test_publishing_and_undoing_at_the_same_moment(app: Flask, cast: Cast, guard: Team, spare: ThemeAnchor) -> None:
    run_id = made(cast).id

    def publish() -> None:
        rows = runs.activities(db.session.get_one(PlanningRun, run_id))
        drafts.publish_many(rows[::-1], by=None)

    def undo() -> None:
        runs.undo(db.session.get_one(PlanningRun, run_id), by=None)

    answers = at_once(app, [publish, undo, publish, undo])
    assert sorted(map(str, answers)) == ["None"] * 3 + ["This was undone already."]
    assert db.session.query(Activity).count() == 0

"""The rows behind each figure: their number or their sum is the figure, for everyone and for the office."""

from dataclasses import replace

import pytest
from flask import Flask

from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.reports import figures, rows, standing
from volunteer_app.reports.definitions import DEFINITIONS, NAMES, PLACES, Figure
from volunteer_app.reports.rows import listing
from volunteer_app.reports.scope import Scope
from volunteer_app.teams.models import TeamKind

from .neighbourhood import OCTOBER, Neighbourhood, make_neighbourhood
from .test_counts import ALL


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    return make_neighbourhood()


def test_every_figure_has_a_name_and_a_definition() -> None:
    assert set(NAMES) == set(DEFINITIONS) == set(Figure)


def test_activities_behind_planned_held_and_cancelled(here: Neighbourhood) -> None:
    scope = Scope(here.subdistrict.id, OCTOBER)
    found = listing(rows.activities(scope, Figure.PLANNED), order="-starts_at", limit=2)
    assert (found.total, found.amount) == (ALL.planned, ALL.planned)
    assert [(row.theme, row.team, row.attendances, row.minutes) for row in found.rows] == [
        ("巡逻", "一号院志愿服务队", 6, 90),
        ("跳舞", "南社区读书会", 0, 0),
    ]
    held = listing(rows.activities(replace(scope, states=(ActivityState.HELD,)), Figure.HELD), order="theme")
    assert (held.total, held.amount) == (ALL.held, ALL.held)


def test_activities_behind_attendances_and_minutes_add_up(here: Neighbourhood) -> None:
    scope = Scope(here.subdistrict.id, OCTOBER)
    attended = listing(rows.activities(scope, Figure.ATTENDANCES), order="-attendances")
    assert ([row.number for row in attended.rows], attended.amount) == ([6, 3, 2], ALL.attendances)
    minutes = listing(rows.activities(scope, Figure.MINUTES), order="-minutes")
    assert ([row.number for row in minutes.rows], minutes.amount) == ([90, 80, 1], ALL.minutes)
    service = listing(rows.activities(replace(scope, service=True), Figure.SERVICE_MINUTES), order="minutes")
    assert ([row.number for row in service.rows], service.amount) == ([80, 90], ALL.service_minutes)


def test_single_attendances_and_headcounts_add_up(here: Neighbourhood) -> None:
    scope = Scope(here.subdistrict.id, OCTOBER)
    found = listing(rows.attendances(scope, Figure.ATTENDANCES), order="person")
    assert [(row.person, row.minutes, row.number) for row in found.rows if row.person is None] == [(None, 0, 5)]
    assert sorted((row.person, row.minutes) for row in found.rows if row.person) == [
        ("吴二", 0),
        ("吴二", 50),
        ("林一", 1),
        ("林一", 30),
        ("林一", 90),
        ("赵三", 0),
    ]
    assert (found.total, found.amount) == (7, ALL.attendances)
    minutes = listing(rows.attendances(scope, Figure.MINUTES), order="-minutes")
    assert ([row.number for row in minutes.rows], minutes.amount) == ([90, 50, 30, 1], ALL.minutes)


def test_sign_ups_add_up_for_everyone_and_for_the_office(here: Neighbourhood) -> None:
    scope = Scope(here.subdistrict.id, OCTOBER)
    for figure, people in SIGNED_UP.items():
        together = listing(rows.activities(scope, figure), order="-number")
        each = listing(rows.sign_ups(scope, figure), order="asked_at")
        assert [row.person for row in each.rows] == people
        assert together.amount == each.amount == getattr(ALL, figure.value)
    assert [row.number for row in listing(rows.activities(scope, Figure.SIGN_UPS), order="-number").rows] == [4, 1]
    walked = listing(rows.attendances(scope, Figure.WALK_INS), order="person")
    assert [(row.person, row.number) for row in walked.rows] == [("赵三", 1)]
    assert walked.amount == listing(rows.activities(scope, Figure.WALK_INS), order="-number").amount == ALL.walk_ins


SIGNED_UP = {
    Figure.SIGN_UPS: ["林一", "吴二", "郑四", "冯五", "林一"],
    Figure.WAITING: ["赵三"],
    Figure.NO_SHOWS: ["郑四"],
}


def test_people_stand_once(here: Neighbourhood) -> None:
    found = listing(rows.people(Scope(here.subdistrict.id, OCTOBER)), order="-minutes")
    assert [(row.person, row.attendances, row.minutes) for row in found.rows] == [
        ("林一", 3, 121),
        ("吴二", 2, 50),
        ("赵三", 1, 0),
    ]
    assert found.amount == ALL.people


def test_every_figure_of_places_and_teams_has_its_rows(here: Neighbourhood) -> None:
    place_id, day = here.subdistrict.id, OCTOBER.last
    printed = figures.of_subdistrict(place_id, OCTOBER)
    for figure in PLACES:
        assert listing(standing.places(place_id, day, figure), order="around").amount == printed["places"][figure.value]
    teams = listing(standing.teams(place_id, day, Figure.TEAMS), order="team")
    assert [(row.team, row.members) for row in teams.rows] == [
        ("一号院志愿服务队", 2),
        ("南社区读书会", 0),
        ("花园舞蹈队", 1),
    ]
    kind = listing(standing.teams(place_id, day, Figure.TEAMS, TeamKind.CULTURAL_GROUP), order="team")
    assert (kind.total, kind.amount) == (2, 2)
    assert listing(standing.teams(place_id, day, Figure.MEMBERSHIPS), order="team").amount == 3
    memberships = listing(standing.memberships(place_id, day), order="person")
    assert [(row.team, row.person) for row in memberships.rows] == [
        ("一号院志愿服务队", "吴二"),
        ("一号院志愿服务队", "林一"),
        ("花园舞蹈队", "林一"),
    ]
    members = listing(standing.members(place_id, day), order="-teams")
    assert [(row.person, row.teams) for row in members.rows] == [("林一", 2), ("吴二", 1)]


def test_idle_teams_say_when_they_were_last_seen(here: Neighbourhood) -> None:
    found = listing(standing.idle_teams(here.subdistrict.id, OCTOBER), order="last_held_at")
    assert [(row.team, row.last_held_at.isoformat(), row.cancel_reason) for row in found.rows] == [
        ("南社区读书会", "2020-09-30T15:59:00+00:00", "大风")
    ]
    assert found.amount == 1


def test_blanks_stand_last_in_both_directions(here: Neighbourhood) -> None:
    here.garden.households = None
    db.session.flush()
    for order in ("households", "-households"):
        found = listing(standing.places(here.subdistrict.id, OCTOBER.last, Figure.COMPOUNDS), order=order)
        assert [row.place for row in found.rows] == ["一号院", "花园"]


def test_pages_of_a_listing_keep_the_sum_of_all(here: Neighbourhood) -> None:
    query = rows.activities(Scope(here.subdistrict.id, OCTOBER), Figure.ATTENDANCES)
    found = listing(query, order="-attendances", limit=1, offset=1)
    assert ([row.number for row in found.rows], found.total, found.amount) == ([3], 3, 11)

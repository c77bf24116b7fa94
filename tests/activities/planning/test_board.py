"""The planning desk's rows: who sees which, in which order, and what is said of clashes."""

from datetime import datetime, time

import pytest

from tests.factories import (
    Cast,
    make_activity,
    make_compound,
    make_membership,
    make_person,
    make_team,
    make_theme,
    make_venue,
)
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import board
from volunteer_app.activities.planning.board import Row
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.people.roles import scope
from volunteer_app.places.models import Place, VenueBlock
from volunteer_app.teams.models import TeamKind

pytestmark = pytest.mark.usefixtures("app")

WEEK = Week.parse("2020-W48")
WEDNESDAY = datetime.fromisoformat("2020-11-25T19:00+08:00")


def rows(cast: Cast, account: Account) -> list[Row]:
    """What *account* sees."""
    return board.of_week(WEEK, cast.subdistrict, scope(account))


def said(row: Row) -> list[str]:
    """The sentences of a row's clashes."""
    return [it.text % it.values for cell in row.cells for it in cell.clashes]


def test_a_team_without_an_activity_has_its_row(cast: Cast) -> None:
    (row,) = rows(cast, cast.officer)
    assert (row.name, row.empty, row.cells) == ("云台里志愿服务队", True, [])


def test_only_who_meets_every_week_can_be_empty(cast: Cast) -> None:
    make_team(cast.compound, "业主委员会", TeamKind.OWNERS_COMMITTEE)
    assert [(row.name, row.empty) for row in rows(cast, cast.officer)] == [
        ("业主委员会", False),
        ("云台里志愿服务队", True),
    ]


def test_by_slot_then_places(cast: Cast) -> None:
    early = make_team(cast.compound, "早操队", weekday=0, slot_starts=time(7), slot_ends=time(8))
    late = make_team(cast.compound, "合唱队", weekday=2, slot_starts=time(19), slot_ends=time(20))
    place_only = make_activity(cast.team, starts_at=WEDNESDAY)
    place_only.team_id = None
    assert [row.name for row in rows(cast, cast.officer)] == [early.name, late.name, cast.team.name, cast.compound.name]


def test_who_sees_what(cast: Cast) -> None:
    make_team(make_compound(), "外街道的队")
    other = make_team(cast.subdistrict, "街道合唱队")
    make_activity(other, starts_at=WEDNESDAY)
    assert [row.name for row in rows(cast, cast.officer)] == [cast.team.name, other.name]
    assert [row.name for row in rows(cast, cast.secretary)] == [cast.team.name]
    assert [row.name for row in rows(cast, cast.leader)] == [cast.team.name]
    assert rows(cast, cast.volunteer) == []


def test_cells(cast: Cast) -> None:
    cast.team.place_text = "活动室"
    make_activity(cast.team, "义诊", starts_at=WEDNESDAY, place_text="活动室")
    make_activity(cast.team, "清扫", starts_at=WEDNESDAY.replace(day=29), place_text="广场", state=ActivityState.DRAFT)
    make_activity(cast.team, "下周的", starts_at=WEDNESDAY.replace(day=30))
    (row,) = rows(cast, cast.officer)
    assert [[cell.title for cell in day] for day in row.days] == [[], [], ["义诊"], [], [], [], ["清扫"]]
    assert [(cell.where, cell.elsewhere) for cell in row.cells] == [("活动室", False), ("广场", True)]
    assert [cell.title for cell in row.drafts] == ["清扫"]


def at_venue(cast: Cast, other_place: Place | None = None, **values: object) -> tuple[Activity, Activity]:
    """Two activities at one venue, the second half an hour later."""
    venue = make_venue(cast.compound, "院内小广场")
    first = make_activity(cast.team, starts_at=WEDNESDAY, venue_id=venue.id)
    other = make_team(other_place or cast.compound, "书画社")
    values = {"starts_at": WEDNESDAY.replace(minute=30), "venue_id": venue.id} | values
    return first, make_activity(other, **values)


def test_a_venue_taken_twice(cast: Cast) -> None:
    at_venue(cast)
    found = {row.name: said(row) for row in rows(cast, cast.officer)}
    assert found == {
        cast.team.name: ["书画社 uses 院内小广场 too, 19:30–20:30"],
        "书画社": [f"{cast.team.name} uses 院内小广场 too, 19:30–20:30"],
    }


def test_of_others_only_where_and_when(cast: Cast) -> None:
    _own, other = at_venue(cast, cast.subdistrict)
    assert said(rows(cast, cast.leader)[0]) == ["院内小广场 is taken 19:30–20:30"]
    other.state = ActivityState.DRAFT
    assert said(rows(cast, cast.leader)[0]) == []
    assert {row.name: said(row) for row in rows(cast, cast.officer)}[cast.team.name] == [
        "书画社 uses 院内小广场 too, 19:30–20:30"
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_cancelled_takes_no_part(cast: Cast, which: int) -> None:
    at_venue(cast)[which].state = ActivityState.CANCELLED
    found = rows(cast, cast.officer)
    assert [said(row) for row in found] == [[], []]
    assert sorted(row.empty for row in found) == [False, True]


def test_a_venue_that_cannot_be_used(cast: Cast) -> None:
    own, _other = at_venue(cast, starts_at=WEDNESDAY.replace(hour=9))
    hours = (WEDNESDAY.replace(hour=20), WEDNESDAY.replace(hour=23))
    db.session.add(VenueBlock(venue_id=own.venue_id, starts_at=hours[0], ends_at=hours[1], reason="检修"))
    assert said(rows(cast, cast.leader)[0]) == ["院内小广场 can't be used 20:00–20:30: 检修"]


def test_leader_and_members(cast: Cast) -> None:
    other = make_team(cast.compound, "书画社", leader_id=cast.team.leader_id)
    make_membership(other, cast.volunteer.person)
    make_membership(other, make_person())
    make_activity(cast.team, starts_at=WEDNESDAY)
    make_activity(other, starts_at=WEDNESDAY)
    assert {row.name: said(row) for row in rows(cast, cast.officer)}[cast.team.name] == [
        "its leader leads 书画社 too, 19:00–20:30",
        "书画社 meets too, 19:00–20:30; members in both: 1",
    ]


def test_the_same_theme_in_a_compound(cast: Cast) -> None:
    theme = make_theme(cast.subdistrict, "邻里节")
    make_activity(cast.team, theme, starts_at=WEDNESDAY)
    make_activity(make_team(cast.compound, "书画社"), theme, starts_at=WEDNESDAY.replace(day=28))
    make_activity(make_team(make_compound(cast.community), "合唱队"), theme, starts_at=WEDNESDAY.replace(day=27))
    found = {row.name: said(row) for row in rows(cast, cast.officer)}
    assert found == {
        cast.team.name: ["书画社 has the same theme this week"],
        "书画社": [f"{cast.team.name} has the same theme this week"],
        "合唱队": [],
    }
    make_activity(make_team(cast.compound), theme, starts_at=WEDNESDAY.replace(day=29))
    assert said(rows(cast, cast.leader)[0]) == []
    assert said(rows(cast, cast.secretary)[0]) == ["2 others here have the same theme this week"]

"""Lists of teams."""

from datetime import date, time

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.teams import queries
from volunteer_app.teams.models import TeamKind

from ..factories import Cast, make_compound, make_membership, make_team


def names(cast: Cast, *, order: str = "name", on: date | None = None, **wanted: object) -> list[str]:
    query = queries.matching(
        queries.Wanted(subdistrict_id=cast.subdistrict.id, **wanted),
        on=on or clock.today(),
        order=order,
    )
    return [team.name for team in db.session.scalars(query)]


@pytest.fixture
def three(app: Flask, cast: Cast) -> Cast:
    first, second = make_compound(cast.community, "丙院"), make_compound(cast.community, "甲院")
    make_team(
        first, "乙队", TeamKind.CULTURAL_GROUP, weekday=0, slot_starts=time(9), founded=date(2019, 5, 1), focus="合唱"
    )
    make_team(second, "甲队", weekday=0, slot_starts=time(8), founded=date(2018, 5, 1))
    return cast


def test_order(three: Cast) -> None:
    assert names(three) == ["乙队", "云台里志愿服务队", "甲队"]
    assert names(three, order="-name") == ["甲队", "云台里志愿服务队", "乙队"]
    assert names(three, order="slot") == ["甲队", "乙队", "云台里志愿服务队"]
    assert names(three, order="-founded") == ["乙队", "甲队", "云台里志愿服务队"]
    assert names(three, order="place") == ["乙队", "云台里志愿服务队", "甲队"]


def test_filters(three: Cast) -> None:
    assert names(three, kind=TeamKind.CULTURAL_GROUP) == ["乙队"]
    assert names(three, within=three.compound) == ["云台里志愿服务队"]
    assert names(three, words="合唱") == ["乙队"]
    assert names(three, words="没有") == []


def test_only_teams_that_are_there(three: Cast) -> None:
    assert names(three, on=date(2018, 12, 31)) == ["云台里志愿服务队", "甲队"]
    three.team.dissolved = date(2020, 1, 1)
    assert names(three, on=date(2019, 12, 31)) == ["乙队", "云台里志愿服务队", "甲队"]
    assert names(three, on=date(2020, 1, 1)) == ["乙队", "甲队"]


def test_members_on_a_day(app: Flask, cast: Cast) -> None:
    team = make_team(cast.compound)
    make_membership(team, since=date(2020, 3, 1), until=date(2020, 3, 31))
    make_membership(team)
    assert [queries.member_count(team, on=day) for day in (date(2020, 2, 29), date(2020, 3, 31), date(2020, 4, 1))] == [
        1,
        2,
        1,
    ]
    assert queries.member_counts([team.id, cast.team.id], on=date(2020, 3, 1)) == {team.id: 2, cast.team.id: 2}

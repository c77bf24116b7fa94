"""Keeping teams: names, places, slots, leaders, and their end."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from tests.trail import trail_of
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places.keeping import NameTaken
from volunteer_app.teams import keeping
from volunteer_app.teams.keeping import SlotFaulty
from volunteer_app.teams.models import TeamKind

from ..factories import Cast, make_building, make_community, make_compound, make_person

TODAY = date(2020, 11, 25)
NEW: dict[str, Any] = {
    "name": "云台里清洁志愿服务队",
    "kind": TeamKind.VOLUNTEER_TEAM,
    "founded": None,
    "weekday": 2,
    "slot_starts": time(9),
    "slot_ends": time(10, 30),
    "place_text": "大门口",
    "venue_id": None,
    "focus": "清洁楼道",
    "about": "",
}


def test_adding(app: Flask, cast: Cast) -> None:
    team = keeping.add(cast.compound, NEW, by=cast.officer.id)
    assert (team.name, team.place_id, team.subdistrict_id) == (NEW["name"], cast.compound.id, cast.subdistrict.id)
    assert (team.weekday, team.slot_starts, team.slot_ends) == (2, time(9), time(10, 30))
    assert trail_of(team) == [("add", {"name": ["", NEW["name"]]})]
    with pytest.raises(NameTaken, match="already"):
        keeping.add(cast.community, NEW, by=cast.officer.id)


def test_where_no_team_belongs(app: Flask, cast: Cast) -> None:
    for place in (make_building(cast.compound), make_compound(cast.community, retired_on=TODAY)):
        with pytest.raises(Refused):
            keeping.add(place, NEW, by=None)
    with pytest.raises(Refused):
        keeping.change(cast.team, {"place_id": cast.elsewhere.id}, by=None)


@pytest.mark.parametrize(
    "slot",
    [{"weekday": None}, {"slot_ends": None}, {"slot_ends": time(9)}, {"slot_starts": time(22), "slot_ends": time(1)}],
)
def test_a_slot_that_can_not_be(app: Flask, cast: Cast, slot: dict[str, Any]) -> None:
    with pytest.raises(SlotFaulty):
        keeping.add(cast.compound, NEW | slot, by=None)


def test_changing(app: Flask, cast: Cast) -> None:
    other = make_community(cast.subdistrict)
    values = {"name": "新名字", "place_id": other.id, "weekday": 0, "slot_starts": time(8), "slot_ends": time(9)}
    changed = keeping.change(cast.team, values, by=cast.officer.id)
    assert changed == {
        "name": ["云台里志愿服务队", "新名字"],
        "place_id": [cast.compound.id, other.id],
        "weekday": [None, 0],
        "slot_starts": [None, time(8)],
        "slot_ends": [None, time(9)],
    }
    assert (cast.team.name, cast.team.place) == ("新名字", other)
    assert keeping.change(cast.team, values, by=cast.officer.id) == {}
    ((action, said),) = trail_of(cast.team)
    assert (action, said["slot_starts"]) == ("change", [None, "08:00:00"])
    with pytest.raises(ValueError, match="leader_id"):
        keeping.change(cast.team, {"leader_id": 1}, by=None)


def test_naming_the_leader(app: Flask, cast: Cast) -> None:
    before, person = cast.team.leader_id, make_person()
    keeping.name_leader(cast.team, person, by=cast.officer.id)
    keeping.name_leader(cast.team, person, by=cast.officer.id)
    assert cast.team.leader == person
    keeping.name_leader(cast.team, None, by=cast.officer.id)
    assert cast.team.leader is None
    assert trail_of(cast.team) == [
        ("change", {"leader_id": [before, person.id]}),
        ("change", {"leader_id": [person.id, None]}),
    ]


def test_dissolving_and_restoring(app: Flask, cast: Cast) -> None:
    cast.team.founded = date(2019, 1, 1)
    with pytest.raises(BadInput):
        keeping.dissolve(cast.team, date(2018, 12, 31), by=None)
    keeping.dissolve(cast.team, TODAY, by=None)
    keeping.dissolve(cast.team, TODAY, by=None)
    assert cast.team.dissolved == date(2020, 11, 26)
    assert (keeping.is_there(cast.team, TODAY), keeping.is_there(cast.team, date(2020, 11, 26))) == (True, False)
    with pytest.raises(NameTaken, match="restore"):
        keeping.add(cast.compound, NEW | {"name": cast.team.name}, by=None)
    cast.compound.retired_on = TODAY
    with pytest.raises(Refused):
        keeping.restore(cast.team, by=None)
    cast.compound.retired_on = None
    keeping.restore(cast.team, by=None)
    keeping.restore(cast.team, by=None)
    assert cast.team.dissolved is None
    assert [action for action, _changes in trail_of(cast.team)] == ["dissolve", "restore"]

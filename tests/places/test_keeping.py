"""Keeping places: what may be added, renamed, moved and retired, and what the trail says of it."""

from datetime import date

import pytest
from flask import Flask

from tests.trail import trail_of
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places import keeping, registry
from volunteer_app.places.keeping import NameTaken
from volunteer_app.places.models import Management, Place, PlaceKind

from ..factories import make_building, make_community, make_compound, make_subdistrict, make_venue

TODAY = date(2020, 11, 25)


def test_adding(app: Flask) -> None:
    community = make_community()
    values = {"name": " 云台里  6号院 ", "management": Management.OWNERS, "households": 80}
    place = keeping.add(PlaceKind.COMPOUND, parent=community, values=values, by=None)
    assert (place.name, place.management, place.households) == ("云台里 6号院", Management.OWNERS, 80)
    assert (place.path, place.subdistrict_id) == (f"{community.path}{place.id}/", community.subdistrict_id)
    assert trail_of(place) == [("add", {"name": ["", "云台里 6号院"]})]


def test_a_subdistrict_is_its_own(app: Flask) -> None:
    place = keeping.add(PlaceKind.SUBDISTRICT, parent=registry.district(), values={"name": "青云街道"}, by=None)
    assert place.subdistrict_id == place.id


@pytest.mark.parametrize("name", ["", "  "])
def test_a_place_has_a_name(app: Flask, name: str) -> None:
    with pytest.raises(BadInput):
        keeping.add(PlaceKind.COMMUNITY, parent=make_subdistrict(), values={"name": name}, by=None)


def test_what_lies_in_what(app: Flask) -> None:
    building = make_building()
    for kind, parent in (
        (PlaceKind.COMPOUND, building.parent),
        (PlaceKind.VENUE, building),
        (PlaceKind.COMMUNITY, registry.district()),
    ):
        assert parent is not None
        with pytest.raises(Refused):
            keeping.add(kind, parent=parent, values={"name": "新的"}, by=None)


def test_names_are_unique(app: Flask) -> None:
    subdistrict = make_subdistrict()
    one, other = make_community(subdistrict), make_community(subdistrict)
    compound = make_compound(one, "云台里5号院")
    building = make_building(compound, "1号楼")
    with pytest.raises(NameTaken, match="there already"):
        keeping.add(PlaceKind.COMPOUND, parent=other, values={"name": "云台里5号院"}, by=None)
    with pytest.raises(NameTaken):
        keeping.change(make_compound(other), {"name": "云台里5号院"}, by=None)
    keeping.add(PlaceKind.BUILDING, parent=make_compound(other), values={"name": "1号楼"}, by=None)
    keeping.retire(building, TODAY, by=None)
    with pytest.raises(NameTaken, match="retired"):
        keeping.add(PlaceKind.BUILDING, parent=compound, values={"name": "1号楼"}, by=None)


def test_changing(app: Flask) -> None:
    compound = make_compound(name="云台里5号院", households=120)
    changed = keeping.change(compound, {"name": "云台里5号院", "households": 118, "renovated": True}, by=None)
    assert changed == {"households": [120, 118], "renovated": [None, True]}
    assert (compound.households, compound.renovated) == (118, True)
    assert keeping.change(compound, {"households": 118}, by=None) == {}
    assert trail_of(compound) == [("change", changed)]
    with pytest.raises(ValueError, match="telephone"):
        keeping.change(compound, {"telephone": "010-55550101"}, by=None)


def test_moving(app: Flask) -> None:
    subdistrict = make_subdistrict()
    one, other = make_community(subdistrict), make_community(subdistrict)
    compound = make_compound(one)
    venue = make_venue(compound)
    assert keeping.move(compound, other, by=None)
    assert (compound.parent_id, venue.path) == (other.id, f"{other.path}{compound.id}/{venue.id}/")
    assert not keeping.move(compound, other, by=None)
    assert trail_of(compound) == [("move", {"parent_id": [one.id, other.id]})]


def test_where_nothing_can_be_moved(app: Flask) -> None:
    compound = make_compound()
    retired = make_compound(compound.parent, retired_on=TODAY)
    assert compound.parent is not None
    building = make_building(compound, "1号楼")
    for parent in (make_community(), make_compound(), compound.parent, retired):
        with pytest.raises(Refused):
            keeping.move(building, parent, by=None)
    other = make_compound(compound.parent)
    make_building(other, "1号楼")
    with pytest.raises(NameTaken):
        keeping.move(building, other, by=None)
    with pytest.raises(Refused):
        keeping.move(db.session.get_one(Place, compound.subdistrict_id), compound, by=None)


def test_retiring_takes_along_what_lies_in_it(app: Flask) -> None:
    compound = make_compound()
    venue, gone = make_venue(compound), make_building(compound, retired_on=date(2019, 1, 1))
    keeping.retire(compound, TODAY, by=None)
    keeping.retire(compound, TODAY, by=None)
    assert [it.retired_on for it in (compound, venue, gone)] == [date(2020, 11, 26)] * 2 + [date(2019, 1, 1)]
    assert keeping.is_there(compound, TODAY)
    assert not keeping.is_there(compound, date(2020, 11, 26))
    assert trail_of(compound) == trail_of(venue) == [("retire", {"retired_on": [None, "2020-11-26"]})]
    with pytest.raises(Refused, match="restore that first"):
        keeping.restore(venue, by=None)
    keeping.restore(compound, by=None)
    keeping.restore(compound, by=None)
    assert [it.retired_on for it in (compound, venue, gone)] == [None, None, date(2019, 1, 1)]
    assert trail_of(venue)[1:] == [("restore", {"retired_on": ["2020-11-26", None]})]


def test_an_office_is_not_retired(app: Flask) -> None:
    with pytest.raises(Refused, match="an office"):
        keeping.retire(make_subdistrict(), TODAY, by=None)

"""Places: ids, paths and names."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import make_building, make_community, make_compound, make_subdistrict, make_venue
from volunteer_app.places import registry
from volunteer_app.places.models import PlaceKind


def test_a_place_knows_what_is_around_it(app):
    subdistrict = make_subdistrict()
    community = make_community(subdistrict)
    compound = make_compound(community)
    building = make_building(compound)
    district = registry.district()
    assert building.path == f"/{district.id}/{subdistrict.id}/{community.id}/{compound.id}/{building.id}/"
    assert {each.subdistrict_id for each in (subdistrict, community, compound, building)} == {subdistrict.id}
    assert district.subdistrict_id is None


def test_there_is_one_district(app):
    make_subdistrict()
    make_subdistrict()
    assert registry.district().kind is PlaceKind.DISTRICT
    assert registry.district().id == registry.district().id


def test_there_is_no_second_district(app):
    registry.district()
    with pytest.raises(IntegrityError):
        registry.add(PlaceKind.DISTRICT, "别区", parent=None)


def test_a_compounds_name_is_unique_in_its_subdistrict(app):
    subdistrict = make_subdistrict()
    one, other = make_community(subdistrict), make_community(subdistrict)
    make_compound(one, "云台里5号院")
    make_compound(make_community(), "云台里5号院")
    with pytest.raises(IntegrityError):
        make_compound(other, "云台里5号院")


def test_buildings_of_two_compounds_have_the_same_names(app):
    make_building(make_compound(), "1号楼")
    compound = make_compound()
    make_building(compound, "1号楼")
    with pytest.raises(IntegrityError):
        make_building(compound, "1号楼")


def test_moving_takes_everything_along(app):
    subdistrict = make_subdistrict()
    before, after = make_community(subdistrict), make_community(subdistrict)
    compound = make_compound(before)
    venue = make_venue(compound)
    registry.move({compound.id: after.id}, subdistrict_id=subdistrict.id)
    assert compound.path == f"{after.path}{compound.id}/"
    assert venue.path == f"{compound.path}{venue.id}/"
    assert compound.unique_in_id == subdistrict.id

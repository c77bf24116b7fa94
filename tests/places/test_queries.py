"""Reads of places."""

from datetime import date

from tests.factories import make_building, make_community, make_compound, make_subdistrict, make_venue
from volunteer_app.database import db
from volunteer_app.places import queries
from volunteer_app.places.models import Management

DAY = date(2020, 11, 25)


def names(query) -> list[str]:
    return [place.name for place in db.session.scalars(query)]


def test_finding_subdistricts(app):
    one, other = make_subdistrict("青云街道"), make_subdistrict("柳浪街道")
    assert queries.subdistricts() == [one, other]
    assert queries.subdistrict_named("柳浪街道") == other
    assert queries.subdistrict_named("无名街道") is None
    assert queries.by_slug(one.slug) == one
    assert queries.by_slug("nothing2") is None


def test_around_and_below(app):
    subdistrict = make_subdistrict()
    community = make_community(subdistrict)
    compound = make_compound(community)
    building, venue = make_building(compound), make_venue(compound)
    assert [place.name for place in queries.above(building)] == [
        "本区",
        subdistrict.name,
        community.name,
        compound.name,
    ]
    assert queries.children(compound) == [building, venue]
    assert queries.communities(subdistrict) == [community]


def test_lists_of_compounds(app, count_queries):
    subdistrict = make_subdistrict()
    north, south = make_community(subdistrict, "北社区"), make_community(subdistrict, "南社区")
    make_compound(south, "丙院", households=10)
    make_compound(north, "乙院", households=None, management=Management.PROPERTY)
    make_compound(north, "甲院", households=30)
    make_compound(north, "旧院", retired_on=DAY)
    make_compound(make_community(), "别处")
    assert names(queries.compounds(subdistrict, on=DAY)) == ["乙院", "甲院", "丙院"]
    assert names(queries.compounds(subdistrict, on=DAY, order="name")) == ["丙院", "乙院", "甲院"]
    assert names(queries.compounds(subdistrict, on=DAY, order="-households")) == ["甲院", "丙院", "乙院"]
    assert names(queries.compounds(subdistrict, on=DAY, community=south)) == ["丙院"]
    assert names(queries.compounds(subdistrict, on=DAY, management=Management.PROPERTY)) == ["乙院"]
    assert names(queries.compounds(subdistrict, on=DAY, words="北 甲")) == ["甲院"]
    assert names(queries.compounds(subdistrict, on=DAY, words="%")) == []
    with count_queries() as asked:
        found = [place.parent.name for place in db.session.scalars(queries.compounds(subdistrict, on=DAY))]
    assert found == ["北社区", "北社区", "南社区"]
    assert len(asked) == 1


def test_retired_buildings_are_not_counted(app):
    compound = make_compound()
    make_building(compound)
    make_building(compound, retired_on=DAY)
    empty = make_compound()
    assert queries.building_counts([compound.id, empty.id], on=DAY) == {compound.id: 1}
    assert queries.building_counts([compound.id], on=date(2020, 11, 24)) == {compound.id: 2}

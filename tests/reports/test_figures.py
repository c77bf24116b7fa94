"""The figures that the command line prints: keys, order, types; as at the last day; shares half up."""

import json
from datetime import date

from flask import Flask

from tests.factories import make_activity, make_community, make_compound, make_subdistrict, make_team
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.places.models import Management
from volunteer_app.reports.figures import of_district, of_subdistrict
from volunteer_app.reports.periods import Period
from volunteer_app.teams.models import TeamKind

from .neighbourhood import OCTOBER, at, make_neighbourhood


def test_the_sections_of_a_subdistrict(app: Flask) -> None:
    here = make_neighbourhood()
    assert json.dumps(of_subdistrict(here.subdistrict.id, OCTOBER), ensure_ascii=False) == json.dumps(
        {
            "places": {
                "compounds": 2,
                "unmanaged": 1,
                "owners": 0,
                "property": 1,
                "buildings": 3,
                "households": 150,
                "renovated_compounds": 1,
                "renovated_buildings": 2,
                "renovated_households": 100,
                "renovated_area_m2": 1200.5,
            },
            "teams": {
                "total": 3,
                "by_kind": {"文体组织": 2, "志愿服务队": 1},
                "culture_and_volunteer": 3,
                "memberships": 3,
                "people": 2,
            },
            "activities": {
                "planned": 6,
                "held": 3,
                "cancelled": 2,
                "attendances": 11,
                "people": 3,
                "minutes": 171,
                "sign_ups": 5,
                "waiting": 1,
                "no_shows": 1,
                "walk_ins": 1,
                "top_teams": [["一号院志愿服务队", 9], ["花园舞蹈队", 2]],
            },
        },
        ensure_ascii=False,
    )


def test_teams_by_attendances_break_ties_by_code_point(app: Flask) -> None:
    here = make_neighbourhood()
    # 一 U+4E00 comes before 花 U+82B1 and 阿 U+963F; a Chinese collation would put 阿 first.
    twin = make_team(here.garden, "阿姨舞蹈队", TeamKind.CULTURAL_GROUP)
    make_activity(twin, "跳舞", starts_at=at(7, 9), state=ActivityState.HELD, headcount=2)
    top = of_subdistrict(here.subdistrict.id, OCTOBER)["activities"]["top_teams"]
    assert top == [["一号院志愿服务队", 9], ["花园舞蹈队", 2], ["阿姨舞蹈队", 2]]


def test_places_and_teams_are_as_at_the_last_day(app: Flask) -> None:
    here = make_neighbourhood()
    before = of_subdistrict(here.subdistrict.id, Period(date(2020, 10, 1), date(2020, 10, 30)))
    after = of_subdistrict(here.subdistrict.id, Period(date(2020, 10, 1), date(2020, 11, 1)))
    # On the 30th the old compound and team are still there, and Zhao is a member for the last day.
    assert (before["places"]["compounds"], before["places"]["owners"], before["places"]["households"]) == (3, 1, 157)
    assert (before["teams"]["total"], before["teams"]["memberships"]) == (3, 4)
    # On the 1st of November a team and a membership are new.
    assert (after["teams"]["total"], after["teams"]["memberships"], after["teams"]["people"]) == (4, 4, 2)


def test_buildings_go_with_their_compound(app: Flask) -> None:
    here = make_neighbourhood()
    here.yard.retired_on = date(2020, 10, 5)
    db.session.flush()
    places = of_subdistrict(here.subdistrict.id, OCTOBER)["places"]
    assert (places["buildings"], places["renovated_buildings"], places["renovated_area_m2"]) == (1, 0, 0)
    assert type(places["renovated_area_m2"]) is int


def test_sections_without_rows_are_left_out(app: Flask) -> None:
    subdistrict = make_subdistrict()
    assert of_subdistrict(subdistrict.id, OCTOBER) == {}
    make_compound(make_community(subdistrict))
    assert list(of_subdistrict(subdistrict.id, OCTOBER)) == ["places"]


def test_top_teams_without_attendances_are_left_out(app: Flask) -> None:
    here = make_neighbourhood()
    future = Period(date(2020, 12, 1), date(2020, 12, 31))
    make_activity(here.wardens, starts_at=at(2, 9, month=12))
    assert of_subdistrict(here.subdistrict.id, future)["activities"] == {
        "planned": 1,
        "held": 0,
        "cancelled": 0,
        "attendances": 0,
        "people": 0,
        "minutes": 0,
    }


def test_shares_of_the_district_are_whole_percents_half_up(app: Flask) -> None:
    for name, managements in (
        ("甲街道", [Management.UNMANAGED]),
        ("乙街道", [Management.OWNERS] * 7 + [Management.PROPERTY]),
        ("丙街道", [Management.PROPERTY]),
    ):
        community = make_community(make_subdistrict(name))
        for management in managements:
            make_compound(community, management=management)
    make_compound(make_community(make_subdistrict("丁街道")), retired_on=date(2020, 10, 31))
    # 1/8 is 12.5 %, 7/8 is 87.5 %: both go up. A sub-district without a compound has no share.
    assert of_district(date(2020, 10, 31)) == {
        "compounds_without_property_company": 8,
        "share_percent": {"甲街道": 13, "乙街道": 88, "丙街道": 0},
    }


def test_a_district_without_such_compounds_has_no_shares(app: Flask) -> None:
    assert of_district(date(2020, 10, 31)) == {"compounds_without_property_company": 0}

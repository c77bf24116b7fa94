"""01-places: compounds and buildings, created and corrected."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity
from volunteer_app.database import db
from volunteer_app.places.models import Management, Place, PlaceKind

from .books import (
    BUILDINGS,
    CHOIR,
    GUARD,
    OFFICE,
    PLACES,
    SUNG,
    bring,
    changes,
    faults,
    outcomes,
    places,
    plan_of,
    reasons,
    sheet,
    teams,
    warnings,
)

YUNTAI = ["青云街道", "云台社区", "云台里", "无主管", "2", "120", "4500.5", "否"]
HEADER = ["社区", "楼院", "楼栋", "单元数", "层数", "户数"]


def buildings(*rows: list[str | None], header: list[str] = BUILDINGS) -> object:
    return sheet("01-places-楼栋.csv", header, rows)


def compound(name: str = "云台里") -> Place:
    return db.session.scalars(select(Place).where(Place.kind == PlaceKind.COMPOUND, Place.name == name)).one()


def test_places_from_the_district_down(app: Flask) -> None:
    bring(OFFICE, buildings(["云台社区", "云台里", "1号楼", "3", "6", "36"]))
    found = db.session.scalars(select(Place).order_by(Place.id)).all()
    assert [(place.kind, place.name) for place in found] == [
        (PlaceKind.DISTRICT, "本区"),
        (PlaceKind.SUBDISTRICT, "青云街道"),
        (PlaceKind.COMMUNITY, "云台社区"),
        (PlaceKind.COMPOUND, "云台里"),
        (PlaceKind.BUILDING, "1号楼"),
    ]
    district, office, community, yuntai, building = found
    assert [place.path for place in found] == [
        f"/{district.id}/",
        f"/{district.id}/{office.id}/",
        f"/{district.id}/{office.id}/{community.id}/",
        f"/{district.id}/{office.id}/{community.id}/{yuntai.id}/",
        f"/{district.id}/{office.id}/{community.id}/{yuntai.id}/{building.id}/",
    ]
    assert [place.parent_id for place in found] == [None, district.id, office.id, community.id, yuntai.id]
    assert [place.unique_in_id for place in found] == [None, district.id, office.id, office.id, yuntai.id]
    assert {place.subdistrict_id for place in found[1:]} == {office.id}
    assert len({place.slug for place in found}) == 5
    assert (yuntai.management, yuntai.households, yuntai.area_m2, yuntai.renovated) == (
        *(Management.UNMANAGED, 120, 4500.5, False),
    )
    assert (building.stairwells, building.floors, building.households) == (3, 6, 36)


def test_a_blank_clears_and_an_absent_column_leaves(sqlite_app: Flask) -> None:
    bring(OFFICE)
    short = [name for name in PLACES if name not in ("户数", "楼栋数")]
    plan = bring(places(["青云街道", "云台社区", "云台里", "物业管理", None, "是"], header=short))
    assert changes(plan) == [
        {"管理类别": ("无主管", "物业管理"), "建筑面积": ("4500.5", ""), "老旧小区改造": ("否", "是")}
    ]
    assert (compound().management, compound().households, compound().area_m2) == (Management.PROPERTY, 120, None)


def test_a_compound_moves_with_all_that_it_holds(app: Flask) -> None:
    bring(OFFICE, buildings(["云台社区", "云台里", "1号楼", "3", "6", "36"]), teams(CHOIR))
    plan = bring(places([*YUNTAI[:1], "柳荫社区", *YUNTAI[2:]]))
    assert changes(plan) == [{"社区": ("云台社区", "柳荫社区")}]
    community = db.session.scalars(select(Place).where(Place.name == "柳荫社区")).one()
    inside = db.session.scalars(select(Place).where(Place.path.startswith(community.path)).order_by(Place.id)).all()
    assert [place.name for place in inside] == ["云台里", "1号楼", "云台里活动室", "柳荫社区"]
    assert compound().parent_id == community.id


def test_an_event_names_the_community_to_which_its_compound_belongs(app: Flask) -> None:
    """Its own compound's, or that of the venue where another compound's team meets."""
    second = ["青云街道", "云台社区", "青石里", "无主管"]
    bring(OFFICE, places(second, header=PLACES[:4]), teams(CHOIR, [*GUARD[:4], "青石里", *GUARD[5:]]))
    there = [None, "2020-11-07", "巡逻", "云台志愿服务队", "09:00", "10:00", "云台里活动室", None, None]
    bring(plan_of(SUNG, there, [*there[:1], "2020-11-14", *there[2:6], "凉亭", *there[7:]]))
    left, later = compound("云台里").parent, clock.now() + timedelta(hours=1)
    with clock.frozen(later):
        bring(places([*YUNTAI[:1], "柳荫社区", *YUNTAI[2:]]))
    activities = db.session.scalars(select(Activity).order_by(Activity.starts_at)).all()
    assert [(activity.revision, activity.changed_at == later) for activity in activities] == [
        (1, True),
        (1, True),
        (0, False),
    ]
    assert left is not None
    assert compound("云台里").parent != left
    subjects = [left, compound("云台里").parent, compound("云台里"), compound("青石里")]
    assert [stamps.of_place(place) for place in subjects if place] == [(later, later)] * 4
    assert {stamps.of_team(activity.team_id or 0) for activity in activities} == {(later, later)}


def test_rows_that_are_missing_stay(sqlite_app: Flask) -> None:
    bring(OFFICE, buildings(*(["云台社区", "云台里", f"{n}号楼", None, None, None] for n in (1, 2, 3))))
    plan = bring(places(["青云街道", "云台社区", "新院", "无主管", None, None, None, None]))
    assert outcomes(plan) == [("楼院", 1, 0, 0, 0, 1)]
    plan = bring(buildings(["云台社区", "云台里", "2号楼", None, None, None]))
    assert outcomes(plan) == [("楼栋", 0, 0, 1, 0, 2)]
    assert db.session.query(Place).filter_by(kind=PlaceKind.BUILDING).count() == 3


def test_faults(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert faults(
        places(YUNTAI, YUNTAI),
        buildings(
            ["云台社区", "无名里", "1号楼", None, None, None],
            ["柳荫社区", "云台里", "1号楼", None, None, None],
            ["云台社区", "云台里", "2号楼", "-1", None, None],
            ["云台社区", "云台里", None, None, None, None],
        ),
    ) == [
        "01-places-楼栋.csv [楼栋] row 2, column 楼院: 青云街道 has no compound 无名里",
        "01-places-楼栋.csv [楼栋] row 3, column 社区: 云台里 belongs to 云台社区, not to 柳荫社区",
        "01-places-楼栋.csv [楼栋] row 4, column 单元数: -1 is less than nothing",
        "01-places-楼栋.csv [楼栋] row 5, column 楼栋: must not be blank",
        "01-places-楼院.csv [楼院] row 3, column 楼院: twice in the ledgers: already in row 2 of 01-places-楼院.csv",
    ]


def test_what_follows_from_a_refused_row_is_no_fault_of_its_own(sqlite_app: Flask) -> None:
    made = places([*YUNTAI[:3], "没有人管", *YUNTAI[4:]])
    building = buildings(["云台社区", "云台里", "1号楼", None, None, None])
    assert [column for _row, column, _reason in reasons(made, building, teams(CHOIR))] == ["管理类别"]


def test_the_number_of_buildings_is_checked(sqlite_app: Flask) -> None:
    plan = bring(places(YUNTAI), buildings(["云台社区", "云台里", "1号楼", None, None, None]))
    assert warnings(plan) == [(2, "楼栋数", "2 buildings are said here, 1 are listed")]
    assert warnings(bring(places(["青云街道", "云台社区", "新院", "无主管", "7", None, None, None]))) == []

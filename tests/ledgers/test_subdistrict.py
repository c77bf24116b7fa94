"""Whose rows they are."""

from flask import Flask

from tests.factories import make_subdistrict
from volunteer_app.database import db
from volunteer_app.ledgers.outcomes import Outcome
from volunteer_app.ledgers.reading import Source
from volunteer_app.places import queries

from .books import (
    BUILDINGS,
    CHOIR,
    GUARD,
    OFFICE,
    PLACES,
    TEAMS,
    book,
    bring,
    faults,
    look,
    outcomes,
    places,
    sheet,
    teams,
)

ROW = ["云台社区", "云台里", "无主管", None, 120, None, "否"]
BUILDING = ["云台社区", "云台里", "1号楼", 3, 6, 36]


def owner(*sources: Source, subdistrict: str | None = None) -> str:
    """The one sub-district of the last sheet."""
    plan = look(*sources, subdistrict=subdistrict)
    assert [fault for fault in plan.faults if fault.row is None] == []
    (name,) = plan.sheets[-1].offices
    return name


def test_the_column_says_it(sqlite_app: Flask) -> None:
    assert owner(OFFICE) == "青云街道"
    assert owner(OFFICE, subdistrict="青云街道") == "青云街道"
    bring(OFFICE)
    make_subdistrict("柳浪街道")
    assert owner(teams([*CHOIR, "青云街道"], header=[*TEAMS, "街道"])) == "青云街道"


def test_the_option_says_it(sqlite_app: Flask) -> None:
    assert owner(places(ROW, header=PLACES[1:]), subdistrict="青云街道") == "青云街道"
    bring(OFFICE)
    make_subdistrict("柳浪街道")
    assert owner(teams(CHOIR), subdistrict="青云街道") == "青云街道"


def test_the_places_of_the_same_command_say_it(sqlite_app: Flask) -> None:
    make_subdistrict("柳浪街道")
    assert owner(OFFICE, teams(CHOIR)) == "青云街道"


def test_the_places_of_the_same_folder_say_it_before_others(sqlite_app: Flask) -> None:
    here = [sheet("01-places-楼院.csv", PLACES, [["青云街道", *ROW]], folder="a")]
    here += [sheet("01-places-楼栋.csv", BUILDINGS, [BUILDING], folder="a")]
    there = [sheet("01-places-楼院.csv", PLACES, [["柳浪街道", *ROW]], folder="b")]
    there += [sheet("01-places-楼栋.csv", BUILDINGS, [BUILDING], folder="b")]
    plan = look(*here, *there)
    assert [sorted(s.offices) for s in plan.sheets] == [["青云街道"], ["柳浪街道"], ["青云街道"], ["柳浪街道"]]
    assert outcomes(plan) == [("楼院", 1, 0, 0, 0, 0)] * 2 + [("楼栋", 1, 0, 0, 0, 0)] * 2


def test_the_title_says_it(sqlite_app: Flask) -> None:
    assert owner(book("a.xlsx", ("楼院", "青云街道楼院台账", PLACES[1:], [ROW]))) == "青云街道"
    bring(OFFICE)
    make_subdistrict("柳浪街道")
    assert owner(book("a.xlsx", ("队伍", "青云街道队伍台账", TEAMS, [CHOIR]))) == "青云街道"


def test_it_is_the_only_one_there_is(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert owner(teams(CHOIR)) == "青云街道"
    assert owner(book("a.xlsx", ("队伍", "各街道队伍台账", TEAMS, [CHOIR]))) == "青云街道"


def test_nothing_says_it(sqlite_app: Flask) -> None:
    asked = "whose ledger is this? Add the column 街道, or say the sub-district"
    assert faults(teams(CHOIR)) == [f"02-teams-队伍.csv [队伍]: {asked}"]
    bring(OFFICE)
    make_subdistrict("柳浪街道")
    assert faults(teams(CHOIR)) == [f"02-teams-队伍.csv [队伍]: {asked}"]


def test_contradictions(sqlite_app: Flask) -> None:
    bring(OFFICE)
    make_subdistrict("柳浪街道")
    said = "this is 青云街道, but the rest is said to be 柳浪街道"
    assert faults(OFFICE, subdistrict="柳浪街道") == [f"01-places-楼院.csv [楼院] row 2, column 街道: {said}"]
    titled = book("a.xlsx", ("队伍", "青云街道队伍台账", TEAMS, [CHOIR]))
    assert f"a.xlsx [队伍]: {said}" in faults(titled, subdistrict="柳浪街道")
    other = book("01-places.xlsx", ("楼院", "青云街道楼院台账", PLACES, [["柳浪街道", *ROW]]))
    assert faults(other) == [
        "01-places.xlsx [楼院] row 3, column 街道: this is 柳浪街道, but the rest is said to be 青云街道"
    ]
    # A title that names a sub-district nobody knows isn't taken for the only one there is.
    unknown = book("a.xlsx", ("队伍", "无名街道队伍台账", TEAMS, [CHOIR]))
    assert faults(unknown) == ["a.xlsx [队伍]: there is no sub-district 无名街道: import its 01-places first"]


def test_a_preview_shows_nothing_of_another_subdistrict(sqlite_app: Flask) -> None:
    """An officer's own sub-district is chosen: rows that name another one are no window into it."""
    bring(OFFICE, teams(CHOIR, GUARD))
    make_subdistrict("柳浪街道")
    asked = [[*row[:5], "某人", "19900000099", *row[7:], "青云街道"] for row in (CHOIR, GUARD)]
    plan = look(teams(*asked, header=[*TEAMS, "街道"]), subdistrict="柳浪街道")
    assert [(row.outcome, row.changes) for sheet in plan.sheets for row in sheet.rows] == [(Outcome.REFUSED, {})] * 2
    assert plan.warnings == []
    assert [fault.row for fault in plan.faults] == [2, 3]


def test_only_places_make_a_subdistrict(sqlite_app: Flask) -> None:
    bring(OFFICE)
    made = teams([*CHOIR, "无名街道"], [*GUARD, "无名街道"], header=[*TEAMS, "街道"])
    said = "02-teams-队伍.csv [队伍] row {}, column 街道: there is no sub-district 无名街道"
    assert faults(made) == [said.format(2), said.format(3)]
    assert [place.name for place in queries.subdistricts()] == ["青云街道"]


def test_the_same_names_in_two_subdistricts(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    other = sheet("01-places-楼院.csv", PLACES, [["柳浪街道", *ROW]])
    assert outcomes(bring(other, teams(CHOIR))) == [("楼院", 1, 0, 0, 0, 0), ("队伍", 1, 0, 0, 0, 0)]
    first, second = queries.subdistricts()
    assert db.session.scalar(db.select(db.func.count()).select_from(db.text("team"))) == 2
    assert (first.name, second.name) == ("青云街道", "柳浪街道")

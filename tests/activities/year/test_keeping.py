"""Keeping the theme calendar, and what the trail says of it."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Cast, make_theme
from tests.trail import trail_of
from volunteer_app.activities.models import Theme, ThemeField
from volunteer_app.activities.year import calendar, keeping
from volunteer_app.activities.year.anchors import AnchorFaulty
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor, ThemeMove
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places.keeping import NameTaken

JUNE_5 = {"kind": AnchorKind.DAY, "month": 6, "day": 5}
TREES = {"kind": AnchorKind.WEEKDAY, "month": 3, "nth": -1, "weekday": 0}


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_the_defaults_are_entered_once(app: Flask, cast: Cast) -> None:
    own = make_theme(cast.subdistrict, "重阳敬老", ThemeField.CULTURE)
    retired = make_theme(cast.subdistrict, "光盘行动")
    retired.retired_on = date(2020, 11, 1)
    assert keeping.enter_defaults(cast.subdistrict, by=None) == 52
    before = entries()
    assert keeping.enter_defaults(cast.subdistrict, by=None) == 0
    assert entries() == before
    entered = set(db.session.scalars(select(ThemeAnchor.theme_id)))
    assert (own.field, own.id in entered, retired.id in entered) == (ThemeField.CULTURE, True, False)
    assert db.session.scalar(select(func.count()).select_from(Theme)) == 53
    assert keeping.enter_defaults(cast.elsewhere, by=None) == 53


def test_turning_off_and_on(app: Flask, cast: Cast) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    anchor = db.session.scalars(select(ThemeAnchor).order_by(ThemeAnchor.id)).first()
    assert anchor
    for _ in range(2):
        keeping.turn(anchor, off=True, by=cast.officer.id)
    assert [it.theme.name for it in keeping.turned_off(cast.subdistrict)] == ["元旦健步走"]
    assert keeping.turned_off(cast.elsewhere) == []
    for _ in range(2):
        keeping.turn(anchor, off=False, by=cast.officer.id)
    assert keeping.turned_off(cast.subdistrict) == []
    assert trail_of(anchor)[1:] == [("retire", {"off": [False, True]}), ("restore", {"off": [True, False]})]


def columns(anchor: ThemeAnchor) -> tuple[Any, ...]:
    """What a theme hangs on."""
    it = anchor
    return (it.kind, it.month, it.day, it.nth, it.weekday, it.term, it.days_later)


def placed(cast: Cast, name: str = "环境日", **values: Any) -> ThemeAnchor:
    """A theme with its place in the year."""
    return keeping.add(make_theme(cast.subdistrict, name), JUNE_5 | values, by=None)


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"kind": "day", "month": 2, "day": 29}, (2, 29, None, None, None, 0)),
        ({"kind": "day", "month": 12, "day": 31, "days_later": -60}, (12, 31, None, None, None, -60)),
        ({"kind": "weekday", "month": 5, "nth": -1, "weekday": 0}, (5, None, -1, 0, None, 0)),
        ({"kind": "weekday", "month": 5, "nth": 4, "weekday": 6, "day": 9, "term": 3}, (5, None, 4, 6, None, 0)),
        ({"kind": "lunar", "month": 12, "day": 30, "days_later": 60}, (12, 30, None, None, None, 60)),
        ({"kind": "term", "term": 0, "month": 1, "day": 1, "days_later": None}, (None, None, None, None, 0, 0)),
        ({"kind": "term", "term": 23}, (None, None, None, None, 23, 0)),
        ({"kind": "spare", "month": 1, "day": 1, "days_later": 5}, (None, None, None, None, None, 0)),
    ],
)
def test_what_a_theme_can_hang_on(sqlite_app: Flask, cast: Cast, given: dict[str, Any], kept: tuple[Any, ...]) -> None:
    anchor = keeping.add(make_theme(cast.subdistrict), given, by=None)
    assert columns(anchor) == (AnchorKind(given["kind"]), *kept)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"kind": "day"}, {"month", "day"}),
        ({"kind": "day", "month": 0, "day": 0}, {"month", "day"}),
        ({"kind": "day", "month": 13, "day": 31}, {"month"}),
        ({"kind": "day", "month": 13, "day": 32}, {"month", "day"}),
        ({"kind": "day", "month": 2, "day": 30}, {"day"}),
        ({"kind": "day", "month": 6, "day": 31}, {"day"}),
        ({"kind": "weekday", "month": 5}, {"nth", "weekday"}),
        ({"kind": "weekday", "month": 5, "nth": 5, "weekday": 7}, {"nth", "weekday"}),
        ({"kind": "weekday", "month": 5, "nth": 0, "weekday": -1}, {"nth", "weekday"}),
        ({"kind": "weekday", "month": 5, "nth": -2, "weekday": 0}, {"nth"}),
        ({"kind": "lunar", "month": 2, "day": 31}, {"day"}),
        ({"kind": "term"}, {"term"}),
        ({"kind": "term", "term": 24}, {"term"}),
        ({"kind": "term", "term": -1, "days_later": 61}, {"term", "days_later"}),
        ({"kind": "day", "month": 6, "day": 5, "days_later": -61}, {"days_later"}),
    ],
)
def test_what_it_cannot_hang_on(sqlite_app: Flask, cast: Cast, given: dict[str, Any], faults: set[str]) -> None:
    theme, anchor = make_theme(cast.subdistrict), placed(cast)
    before = columns(anchor)
    for attempt in (
        lambda: keeping.add(theme, given, by=None),
        lambda: keeping.add_new("植树", ThemeField.ENVIRONMENT, given, subdistrict=cast.subdistrict, by=None),
        lambda: keeping.change(anchor, given, by=None),
    ):
        with pytest.raises(AnchorFaulty) as problem:
            attempt()
        assert set(problem.value.faults) == faults
    assert (columns(anchor), count(Theme), count(ThemeAnchor)) == (before, 2, 1)


def test_a_theme_gets_its_place_once(app: Flask, cast: Cast) -> None:
    theme = make_theme(cast.subdistrict, "环境日")
    assert keeping.without_place(cast.subdistrict) == [theme]
    anchor = keeping.add(theme, JUNE_5, by=cast.officer.id)
    before = entries()
    assert keeping.add(theme, {**JUNE_5, "days_later": 0}, by=cast.officer.id) is anchor
    assert (entries(), count(ThemeAnchor), keeping.without_place(cast.subdistrict)) == (before, 1, [])
    assert trail_of(anchor) == [("add", {"name": ["", "环境日"]})]
    with pytest.raises(AnchorFaulty) as problem:
        keeping.add(theme, TREES, by=None)
    assert set(problem.value.faults) == {"theme"}


def test_a_retired_theme_gets_none(app: Flask, cast: Cast) -> None:
    theme = make_theme(cast.subdistrict)
    theme.retired_on = date(2020, 11, 1)
    db.session.flush()
    assert keeping.without_place(cast.subdistrict) == []
    with pytest.raises(AnchorFaulty) as problem:
        keeping.add(theme, JUNE_5, by=None)
    assert set(problem.value.faults) == {"theme"}


def test_a_new_theme_with_its_place(app: Flask, cast: Cast) -> None:
    def add(field: ThemeField = ThemeField.ENVIRONMENT, on: dict[str, Any] = TREES) -> ThemeAnchor:
        return keeping.add_new(" 植  树 ", field, on, subdistrict=cast.subdistrict, by=cast.officer.id)

    anchor = add()
    assert (anchor.theme.name, anchor.theme.field, anchor.subdistrict_id) == (
        "植 树",
        ThemeField.ENVIRONMENT,
        cast.subdistrict.id,
    )
    before = entries()
    assert add() is anchor
    assert (entries(), count(Theme), count(ThemeAnchor)) == (before, 1, 1)
    with pytest.raises(NameTaken):
        add(field=ThemeField.CULTURE)
    with pytest.raises(NameTaken):
        add(on=JUNE_5)
    make_theme(cast.subdistrict, "节水")
    with pytest.raises(NameTaken):
        keeping.add_new("节水", ThemeField.ENVIRONMENT, TREES, subdistrict=cast.subdistrict, by=None)
    with pytest.raises(BadInput):
        keeping.add_new("  ", ThemeField.ENVIRONMENT, TREES, subdistrict=cast.subdistrict, by=None)


def test_hanging_on_something_else(app: Flask, cast: Cast) -> None:
    anchor = placed(cast)
    new = {"kind": AnchorKind.TERM, "term": 0, "days_later": -3, "month": 6}
    assert keeping.change(anchor, new, by=cast.officer.id) is True
    assert keeping.change(anchor, new, by=cast.officer.id) is False
    db.session.commit()
    assert columns(anchor) == (AnchorKind.TERM, None, None, None, None, 0, -3)
    expected = {"kind": ["day", "term"], "month": [6, None], "day": [5, None], "term": [None, 0], "days_later": [0, -3]}
    assert trail_of(anchor)[1:] == [("change", expected)]


def test_moving_one_years_day(app: Flask, cast: Cast) -> None:
    anchor, day = placed(cast), date(2020, 6, 5)
    for _ in range(2):
        keeping.move(anchor, day, to=date(2020, 6, 12), by=cast.officer.id)
    row = keeping.moved(anchor, day)
    assert row is not None
    row_id = row.id
    assert [it.day for year in (2020, 2021) for it in calendar.of_year(cast.subdistrict, year)] == [
        date(2020, 6, 12),
        date(2021, 6, 5),
    ]
    for _ in range(2):
        keeping.move(anchor, day, to=None, by=cast.officer.id)
    assert calendar.of_year(cast.subdistrict, 2020) == []
    assert calendar.left_out(cast.subdistrict, 2020) == [row]
    assert calendar.left_out(cast.subdistrict, 2021) == calendar.left_out(cast.elsewhere, 2020) == []
    moves = trail_of(row)
    assert [keeping.put_back(anchor, day, by=cast.officer.id) for _ in range(2)] == [True, False]
    assert (row_id, count(ThemeMove), calendar.left_out(cast.subdistrict, 2020)) == (row.id, 0, [])
    assert [it.day for it in calendar.of_year(cast.subdistrict, 2020)] == [day]
    assert moves == [
        ("move", {"moved_to": ["2020-06-05", "2020-06-12"]}),
        ("leave out", {"moved_to": ["2020-06-12", None]}),
    ]
    assert trail_of(row) == [*moves, ("put back", {"moved_to": [None, "2020-06-05"]})]


def test_moving_it_to_its_own_day_puts_it_back(app: Flask, cast: Cast) -> None:
    anchor, day = placed(cast), date(2020, 6, 5)
    assert keeping.move(anchor, day, to=day, by=None) is False
    assert keeping.move(anchor, day, to=date(2020, 6, 6), by=None) is True
    assert keeping.move(anchor, day, to=day, by=None) is True
    assert count(ThemeMove) == 0


@pytest.mark.parametrize(("to", "fits"), [("2020-12-05", True), ("2020-12-06", False), ("2019-12-04", False)])
def test_it_stays_in_its_year(sqlite_app: Flask, cast: Cast, to: str, fits: bool) -> None:
    anchor, day = placed(cast), date(2020, 6, 5)
    if fits:
        assert keeping.move(anchor, day, to=date.fromisoformat(to), by=None) is True
        return
    with pytest.raises(BadInput):
        keeping.move(anchor, day, to=date.fromisoformat(to), by=None)


def test_a_day_on_which_it_does_not_fall(app: Flask, cast: Cast) -> None:
    anchor = placed(cast)
    with pytest.raises(Refused):
        keeping.move(anchor, date(2020, 6, 6), to=None, by=None)
    assert keeping.put_back(anchor, date(2020, 6, 6), by=None) is False


def test_an_exception_counts_only_while_the_theme_falls_on_its_day(app: Flask, cast: Cast) -> None:
    anchor, day = placed(cast), date(2020, 6, 5)
    keeping.move(anchor, day, to=None, by=None)
    keeping.change(anchor, {**JUNE_5, "days_later": 1}, by=None)
    assert [it.day for it in calendar.of_year(cast.subdistrict, 2020)] == [date(2020, 6, 6)]
    assert calendar.left_out(cast.subdistrict, 2020) == []
    keeping.change(anchor, JUNE_5, by=None)
    assert calendar.of_year(cast.subdistrict, 2020) == []
    assert [it.anchored_on for it in calendar.left_out(cast.subdistrict, 2020)] == [day]


def test_what_no_year_has_is_not_left_out(app: Flask, cast: Cast) -> None:
    anchor, other = placed(cast), placed(cast, "节水")
    for it in (anchor, other):
        keeping.move(it, date(2020, 6, 5), to=None, by=None)
    keeping.turn(anchor, off=True, by=None)
    other.theme.retired_on = date(2020, 11, 1)
    db.session.flush()
    assert calendar.left_out(cast.subdistrict, 2020) == []

"""Which week has which theme."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.factories import Cast, make_theme
from volunteer_app.activities.models import Theme
from volunteer_app.activities.year import calendar, keeping
from volunteer_app.activities.year.defaults import DEFAULTS
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor, ThemeMove
from volunteer_app.clock import Week
from volunteer_app.database import db

SPARE = "邻里互助"


def add(cast: Cast, name: str, kind: AnchorKind = AnchorKind.DAY, **values: Any) -> ThemeAnchor:
    """A theme with what it hangs on."""
    theme = make_theme(cast.subdistrict, name)
    anchor = ThemeAnchor(subdistrict_id=cast.subdistrict.id, theme_id=theme.id, kind=kind, **values)
    db.session.add(anchor)
    db.session.flush()
    return anchor


def move(anchor: ThemeAnchor, anchored_on: date, moved_to: date | None) -> None:
    """One year's exception."""
    db.session.add(ThemeMove(anchor_id=anchor.id, anchored_on=anchored_on, moved_to=moved_to))
    db.session.flush()


def shared(cast: Cast, year: int = 2020) -> dict[str, list[str]]:
    """The names of each week that has any."""
    weeks = calendar.weeks_of(year)
    found = calendar.of_weeks(cast.subdistrict, weeks[0], weeks[-1])
    return {str(week): [theme.name for theme in themes] for week, themes in found.items() if themes}


def test_the_weeks_of_a_year() -> None:
    lengths = {year: len(calendar.weeks_of(year)) for year in range(2019, 2028)}
    assert [year for year, length in lengths.items() if length == 53] == [2020, 2026]
    assert set(lengths.values()) == {52, 53}
    assert [str(week) for week in calendar.weeks_of(2020)[::52]] == ["2020-W01", "2020-W53"]


@pytest.mark.parametrize("year", range(2020, 2031))
def test_every_week_has_a_main_theme(sqlite_app: Flask, cast: Cast, year: int) -> None:
    assert keeping.enter_defaults(cast.subdistrict, by=None) == len(DEFAULTS) == 53
    weeks = calendar.weeks_of(year)
    found = calendar.of_weeks(cast.subdistrict, weeks[0], weeks[-1])
    assert list(found) == weeks
    assert all(found.values())
    days = calendar.of_year(cast.subdistrict, year)
    counted = Counter(it.theme.name for it in days if it.day)
    # New Year's Day and 腊八 fall into some of these years twice, and into others never.
    assert set(counted) | {"元旦健步走", "腊八写春联", SPARE} == {default.name for default in DEFAULTS}
    assert all(abs((Week.of(it.day).monday - it.week.monday).days) <= 21 for it in days if it.day)


def test_a_part_of_a_year_has_what_the_year_has(sqlite_app: Flask, cast: Cast) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    first, last = Week.parse("2020-W50"), Week.parse("2021-W03")
    part = calendar.of_weeks(cast.subdistrict, first, last)
    whole = calendar.of_weeks(cast.subdistrict, Week.parse("2020-W01"), Week.parse("2021-W52"))
    assert part == {week: themes for week, themes in whole.items() if first <= week <= last}
    assert len(part) == 7


def test_the_firmest_stays_and_the_other_goes_to_the_nearest_free_week(app: Flask, cast: Cast) -> None:
    add(cast, "养犬", kind=AnchorKind.WEEKDAY, month=6, nth=1, weekday=4)
    add(cast, "环境日", month=6, day=5)
    assert shared(cast) == {"2020-W23": ["环境日"], "2020-W24": ["养犬"]}
    add(cast, "后一周", month=6, day=10)
    assert shared(cast) == {"2020-W22": ["养犬"], "2020-W23": ["环境日"], "2020-W24": ["后一周"]}


def test_where_no_week_is_free_it_stays_second(app: Flask, cast: Cast) -> None:
    for n, day in enumerate((15, 22, 29), start=1):
        add(cast, f"五月{n}", month=5, day=day)
    for n, day in enumerate((5, 12, 19, 26), start=1):
        add(cast, f"六月{n}", month=6, day=day)
    add(cast, "养犬", kind=AnchorKind.WEEKDAY, month=6, nth=1, weekday=4)
    assert shared(cast)["2020-W23"] == ["六月1", "养犬"]


def test_spares_take_turns_in_what_is_left(app: Flask, cast: Cast) -> None:
    for name in ("机动一", "机动二"):
        add(cast, name, kind=AnchorKind.SPARE)
    add(cast, "国庆", month=10, day=1)
    names = shared(cast)
    assert len(names) == 53
    assert [names[week] for week in ("2020-W39", "2020-W40", "2020-W41")] == [["机动一"], ["国庆"], ["机动二"]]


def test_off_retired_and_elsewhere(app: Flask, cast: Cast) -> None:
    off, retired = add(cast, "国庆", month=10, day=1), add(cast, "重阳", month=10, day=25)
    keeping.enter_defaults(cast.elsewhere, by=None)
    keeping.turn(off, off=True, by=None)
    retired.theme.retired_on = date(2020, 11, 1)
    db.session.flush()
    assert shared(cast) == {}
    keeping.turn(off, off=False, by=None)
    assert shared(cast) == {"2020-W40": ["国庆"]}


def test_one_years_exceptions(app: Flask, cast: Cast) -> None:
    anchor = add(cast, "元旦健步", month=1, day=1)
    move(anchor, date(2021, 1, 1), date(2020, 12, 28))
    move(anchor, date(2020, 1, 1), None)
    (moved,) = calendar.of_year(cast.subdistrict, 2020)
    assert (moved.day, moved.anchored_on, moved.moved) == (date(2020, 12, 28), date(2021, 1, 1), True)
    # 1 January 2022 and 2023 lie in the last weeks of the years before.
    assert [it.day for it in calendar.of_year(cast.subdistrict, 2022)] == [date(2023, 1, 1)]


def test_what_the_office_moved_stays_where_it_put_it(app: Flask, cast: Cast) -> None:
    weak = add(cast, "养犬", kind=AnchorKind.WEEKDAY, month=6, nth=3, weekday=4)
    add(cast, "环境日", month=6, day=5)
    move(weak, date(2020, 6, 19), date(2020, 6, 3))
    assert shared(cast) == {"2020-W23": ["养犬"], "2020-W24": ["环境日"]}


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(app: Flask, cast: Cast, count_queries: Any, number: int) -> None:
    for n in range(number):
        anchor = add(cast, f"主题{n}", month=6, day=n + 1)
        move(anchor, date(2020, 6, n + 1), date(2020, 7, n + 1))
    make_theme(cast.subdistrict)
    db.session.commit()
    subdistrict = cast.subdistrict
    assert subdistrict.id
    with count_queries() as queries:
        found: dict[Week, list[Theme]] = calendar.of_weeks(subdistrict, Week.parse("2020-W20"), Week.parse("2021-W20"))
        assert sum(len(themes) for themes in found.values()) >= number
    assert len(queries) == 2

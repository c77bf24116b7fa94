"""From cells to values: everything that offices type for the same thing, and what is no such thing."""

from datetime import date, datetime, time, timedelta

import pytest

from volunteer_app.errors import BadInput
from volunteer_app.ledgers import cells
from volunteer_app.tables.cells import Cell, Formula


def refusal(parse: cells.Parser, cell: Cell) -> str:
    with pytest.raises(BadInput) as caught:
        parse(cell)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            date(2020, 1, 4),
            datetime.combine(date(2020, 1, 4), time(15, 30)),
            "2020-01-04",
            "2020-1-4",
            "2020/1/4",
            "2020/01/04",
        ),
        *("2020年1月4日", "2020年01月04日", " 2020.1.4 ", "２０２０－１－４", "2020-01-04 00:00:00"),
    ],
)
def test_days(cell: Cell) -> None:
    assert cells.day(cell) == date(2020, 1, 4)


@pytest.mark.parametrize(
    "cell", ["2020年2月30日", "2020-13-01", "04/01/2020", "20200104", 43834.0, "昨天", date(1899, 12, 31)]
)
def test_what_is_no_day(cell: Cell) -> None:
    assert refusal(cells.day, cell).endswith("is not a day of the calendar")


def test_days_to_come(now: datetime) -> None:
    assert cells.day_not_to_come("2020-11-25") == date(2020, 11, 25)
    assert refusal(cells.day_not_to_come, "2020-11-26") == "2020-11-26 lies in the future"


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        *((time(15, 30), 55800), ("15:30", 55800), ("15：30", 55800), ("15:30:00", 55800), (" 8:05 ", 29100)),
        *(
            (timedelta(hours=15, minutes=30), 55800),
            (datetime.combine(date(1899, 12, 31), time(15, 30)), 55800),
            ("0:00", 0),
        ),
        *(("次日01:00", 90000), ("次日 1:00", 90000), ("24:00", 86400), (timedelta(hours=25), 90000)),
    ],
)
def test_hours(cell: Cell, seconds: int) -> None:
    assert cells.hour(cell) == seconds


@pytest.mark.parametrize("cell", ["25:00", "8:60", "24:01", "次日24:00", "晚上七点", "1530", 0.5, timedelta(hours=48)])
def test_what_is_no_hour(cell: Cell) -> None:
    assert refusal(cells.hour, cell).endswith("is not a time of the day, such as 15:30")


@pytest.mark.parametrize("seconds", [0, 29100, 55805, 86399, 86400, 90000, 172799])
def test_hours_there_and_back(seconds: int) -> None:
    assert cells.hour(cells.hour_cell(seconds)) == seconds
    assert cells.hour(cells.spoken(cells.hour_cell(seconds))) == seconds


def test_an_hour_of_one_day() -> None:
    assert cells.hour_of_one_day("20:30") == time(20, 30)
    assert refusal(cells.hour_of_one_day, "次日01:00") == "must end on the same day"


@pytest.mark.parametrize(("cell", "number"), [(3.0, 3), ("3", 3), ("３", 3), ("1,540", 1540), (0, 0), (" 12 ", 12)])
def test_whole_numbers(cell: Cell, number: int) -> None:
    assert cells.whole(cell) == number


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (2.5, "2.5 is not a whole number"),
        (-1.0, "-1 is less than nothing"),
        ("三", "三 is not a number"),
        (True, "True is not a number"),
        ("nan", "nan is not a number"),
        ("1e400", "1e400 is too large"),
        (time(1, 0), "01:00 is not a number"),
        (Formula("=SUM(A1)"), "a formula stands here, not a value: =SUM(A1)"),
    ],
)
def test_what_is_no_whole_number(cell: Cell, reason: str) -> None:
    assert refusal(cells.whole, cell) == reason


@pytest.mark.parametrize(("cell", "number"), [(5055.0, 5055.0), ("11660.9", 11660.9), (0.25, 0.3), ("0.349", 0.3)])
def test_tenths_are_rounded_half_up(cell: Cell, number: float) -> None:
    assert cells.tenth(cell) == number


@pytest.mark.parametrize(
    ("cell", "number"), [("一", 0), ("周三", 2), ("星期日", 6), ("天", 6), ("星期天", 6), ("礼拜六", 5)]
)
def test_days_of_the_week(cell: Cell, number: int) -> None:
    assert cells.weekday(cell) == number


@pytest.mark.parametrize("cell", ["八", "周", "一二", 3.0])
def test_what_is_no_day_of_the_week(cell: Cell) -> None:
    assert refusal(cells.weekday, cell).endswith("is not a day of the week (一 to 日)")


@pytest.mark.parametrize("cell", ["1949-12", "1949/12", "1949年12月", "1949.12", date(1949, 12, 1)])
def test_months(cell: Cell) -> None:
    assert cells.month(cell) == "1949-12"


@pytest.mark.parametrize("cell", ["1949", "1949-13", "1800-01", "2999-01", 194912.0])
def test_what_is_no_month(cell: Cell) -> None:
    assert refusal(cells.month, cell).endswith("is not a year and month, such as 1949-12")


def test_texts_are_one_line_and_bounded() -> None:
    assert cells.text(6)(" 云台\n合唱团 ") == "云台 合唱团"
    assert cells.text(3)(2020.0 // 10) == "202"
    assert refusal(cells.text(3), "云台合唱团") == "longer than 3 characters"


def test_people() -> None:
    assert cells.name(" 王 小 明 ") == "王小明"
    assert cells.phone(19900000001.0) == "19900000001"
    assert cells.phone("+86 199-0000-0001") == "19900000001"
    assert refusal(cells.phone, "1990001") == "1990001 is not a phone number: a mobile number has 11 digits."
    assert refusal(cells.name, "长" * 61) == "longer than 60 characters"


def test_choices() -> None:
    kinds = {"是": True, "有": True, "否": False}
    assert cells.choice(kinds)(" 有 ") is True
    assert cells.choice_cell(kinds)(True) == "是"
    assert refusal(cells.choice(kinds), "也许") == "也许 is none of 是、有、否"


def test_formulas_in_columns_that_are_only_checked_are_blanks() -> None:
    assert cells.anything(Formula("=COUNTA(B:B)")) is None
    assert cells.anything(29.0) == "29"

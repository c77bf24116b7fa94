"""The list of sign-ups: each shift with its places and its waiting list, what is said of each, and the trail."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Cast, make_activity, make_attendance, make_person, make_shift, make_sign_up, make_team
from volunteer_app import clock
from volunteer_app.activities.models import Activity, SignUpState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput
from volunteer_app.ledgers import sign_ups
from volunteer_app.ledgers.handling import Period
from volunteer_app.tables.reading import read

WEEK = Period(date(2020, 11, 23), date(2020, 11, 29))


@pytest.fixture
def choir(cast: Cast) -> Activity:
    """Yesterday's, closed: three had places, three wait or have withdrawn, in another order than they are listed."""
    starts_at = clock.now() - timedelta(days=1)
    activity = make_activity(cast.team, "合唱", starts_at=starts_at, places=3, closed_at=clock.now())
    activity.shifts[0].title = "上半场"
    asked = starts_at - timedelta(days=2)

    def sign(name: str, minute: int, state: SignUpState = SignUpState.CONFIRMED, **values: object) -> None:
        person = make_person(name, f"1990000770{minute}")
        make_sign_up(activity, person, state, asked_at=asked + timedelta(minutes=minute), **values)

    sign("后补", 5, SignUpState.WAITING)
    sign("先补", 4, SignUpState.WAITING, verified_by_id=cast.leader.id)
    sign("=撤+回", 3, SignUpState.WITHDRAWN)
    sign("请假", 2, excused=True, note="感冒")
    sign("没来", 1, by_id=cast.officer.id)
    make_attendance(activity, cast.volunteer.person)
    make_sign_up(activity, cast.volunteer.person, asked_at=asked)
    db.session.commit()
    return activity


def table(cast: Cast, period: Period = WEEK, file_format: str = "csv") -> list[list[object]]:
    db.session.commit()
    exported = sign_ups.export(cast.subdistrict, period, file_format=file_format, by=cast.officer.id)
    db.session.commit()
    ((name, content),) = exported.files.items()
    assert name == f"sign-ups-报名名单.{file_format}"
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in read(name, content)[0].rows]


def test_a_list_has_places_first_and_the_waiting_list_in_its_order(app: Flask, cast: Cast, choir: Activity) -> None:
    rows = table(cast)
    assert rows[0] == list(sign_ups.HEADER)
    assert {tuple(row[:6]) for row in rows[1:]} == {
        ("2020-11-24", "08:30", "10:00", "合唱", "云台里志愿服务队", "上半场")
    }
    assert [row[6:] for row in rows[1:]] == [
        ["孙桂兰", cast.volunteer.phone, "已报名", "", "2020-11-22 08:30", "", "是", "", "是", ""],
        ["没来", "19900007701", "已报名", "", "2020-11-22 08:31", "钱晓岚", "否", "", "否", ""],
        ["请假", "19900007702", "已报名", "", "2020-11-22 08:32", "", "否", "是", "否", "感冒"],
        ["先补", "19900007704", "候补", "1", "2020-11-22 08:34", "", "是", "", "", ""],
        ["后补", "19900007705", "候补", "2", "2020-11-22 08:35", "", "否", "", "", ""],
        ["'=撤+回", "19900007703", "已退出", "", "2020-11-22 08:33", "", "否", "", "", ""],
    ]


def test_as_a_workbook_under_the_name_of_the_office(app: Flask, cast: Cast, choir: Activity) -> None:
    rows = table(cast, file_format="xlsx")
    assert rows[0][0] == "青云街道报名名单"
    assert rows[1] == list(sign_ups.HEADER)
    # A workbook keeps text as text: nothing runs as a formula.
    assert [row[6] for row in rows[2:]] == ["孙桂兰", "没来", "请假", "先补", "后补", "=撤+回"]


def test_each_shift_counts_its_waiting_list_anew(app: Flask, cast: Cast, choir: Activity) -> None:
    second = make_shift(choir, places=1, title="下半场")
    make_sign_up(choir, state=SignUpState.WAITING, shift_id=second.id)
    long = make_activity(cast.team, "露营", starts_at=clock.now() + timedelta(days=1), minutes=4 * 24 * 60)
    make_sign_up(long)
    rows = table(cast)
    assert [row[9] for row in rows if row[8] == "候补"] == ["1", "2", "1"]
    # What ends days later says on which day; before it's over nobody has stayed away.
    assert rows[-1][1:4] == ["08:30", "2020-11-30 08:30", "露营"]
    assert rows[-1][14] == ""


def test_a_period_and_an_office_have_their_own(app: Flask, cast: Cast, choir: Activity) -> None:
    make_sign_up(make_activity(make_team(cast.elsewhere)))
    assert len(table(cast, Period())) == 7
    assert len(table(cast, Period(date(2020, 11, 24), date(2020, 11, 24)))) == 7
    assert table(cast, Period(date(2020, 11, 25), None)) == [list(sign_ups.HEADER)]
    assert table(cast, Period(None, date(2020, 11, 23))) == [list(sign_ups.HEADER)]
    with pytest.raises(BadInput, match="The last day lies before the first"):
        table(cast, Period(date(2020, 11, 2), date(2020, 11, 1)))


def test_each_export_is_in_the_trail(app: Flask, cast: Cast, choir: Activity) -> None:
    table(cast)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (entry.account_id, entry.place_id, entry.subject) == (cast.officer.id, cast.subdistrict.id, "place")
    assert entry.changes == {"ledger": "sign-ups", "rows": 6, "from": "2020-11-23", "to": "2020-11-29"}

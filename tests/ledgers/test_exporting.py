"""An export has the shape of an import, and importing it changes nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import (
    make_activity,
    make_attendance,
    make_membership,
    make_person,
    make_shift,
    make_sign_up,
    make_team,
    make_venue,
)
from volunteer_app import clock
from volunteer_app.activities.attendance import keeping as venue
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.database import db
from volunteer_app.errors import BadInput
from volunteer_app.ledgers import catalogue, exporting
from volunteer_app.ledgers.handling import Period
from volunteer_app.people.models import Person
from volunteer_app.places import queries
from volunteer_app.places.models import Place
from volunteer_app.tables.reading import read
from volunteer_app.teams.models import Team

from .books import (
    CAME,
    CHOIR,
    GUARD,
    OFFICE,
    SUNG,
    attendance,
    bring,
    folder,
    look,
    outcomes,
    plan_of,
    say,
    source,
    teams,
)

ALL = Period()


def office() -> Place:
    return queries.subdistricts()[0]


def taken(
    ledger: str, file_format: str = "csv", period: Period = ALL
) -> tuple[dict[str, list[list[object]]], list[str]]:
    """The rows of an export by file, and what it can't say."""
    exported = exporting.export(ledger, office(), period, file_format=file_format)
    db.session.rollback()
    rows = {
        name: [list(row) for sheet in read(name, content) for row in sheet.rows]
        for name, content in exported.files.items()
    }
    return rows, [say(unsaid) for unsaid in exported.unsaid]


@pytest.mark.now("2024-11-25T08:30+08:00")
@pytest.mark.parametrize("file_format", exporting.FORMATS)
@pytest.mark.parametrize("ledger", catalogue.LEDGERS)
def test_importing_an_export_changes_nothing(app: Flask, ledger: str, file_format: str) -> None:
    bring(*folder("small"))
    exported = exporting.export(ledger, office(), ALL, file_format=file_format)
    assert exported.unsaid == []
    db.session.rollback()
    plan = look(*(source(name, content) for name, content in exported.files.items()))
    assert plan.faults == []
    assert plan.warnings == []
    assert outcomes(plan) == [(name, 0, 0, number, 0, 0) for name, number in SHEETS[ledger]]


SHEETS = {
    "01-places": [("楼院", 6), ("楼栋", 35)],
    "02-teams": [("队伍", 13), ("成员", 86)],
    "03-assignments": [("分包下沉", 28)],
    "04-cadres": [("干部结对", 5), ("请假", 6)],
    "05-service-log": [("服务记录", 154)],
    "06-activity-plan": [("主题活动", 182)],
    "07-attendance": [("签到", 667)],
    "09-contests": [("期次", 2), ("评分标准", 5), ("参评", 24), ("评委打分", 120), ("群众投票", 19)],
}


@pytest.mark.now("2024-11-25T08:30+08:00")
def test_an_export_fills_an_empty_database(sqlite_app: Flask, tmp_path: Path) -> None:
    bring(*folder("small"))
    made = [
        source(name, content)
        for ledger in catalogue.LEDGERS
        for name, content in exporting.export(ledger, office(), ALL, file_format="xlsx").files.items()
    ]
    db.session.rollback()
    with db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
    again = [(name, number, 0, 0, 0, 0) for sheets in SHEETS.values() for name, number in sheets]
    assert outcomes(bring(*made)) == again


def test_the_shape(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG), attendance(CAME))
    assert taken("01", "xlsx")[0]["01-places.xlsx"][:3] == [
        ["青云街道楼院台账", *[None] * 7],
        ["街道", "社区", "楼院", "管理类别", "楼栋数", "户数", "建筑面积", "老旧小区改造"],
        ["青云街道", "云台社区", "云台里", "无主管", 0.0, 120.0, 4500.5, "否"],
    ]
    assert taken("teams")[0]["02-teams-队伍.csv"][1] == [
        *("1", "云台合唱团", "文体组织", "云台社区", "云台里", "赵建国", "19900000001", "0", "2019-05-04", "三"),
        *("19:00", "20:30", "云台里活动室", "合唱"),
    ]
    assert taken("06-activity-plan")[0] == {
        "06-activity-plan-主题活动.csv": [
            ["周次", "日期", "主题", "队伍名称", "开始时间", "结束时间", "地点", "人数上限", "状态"],
            ["2020-W45", "2020-11-04", "歌咏比赛", "云台合唱团", "19:00", "20:30", "云台里活动室", "20", "已开展"],
        ]
    }
    assert taken("attendance")[0]["07-attendance-签到.csv"][1] == [
        *("2020-11-04", "云台合唱团", "歌咏比赛", "赵建国", "19900000001", "19:05", "20:30")
    ]


def test_a_period_takes_its_days_with_both_ends(sqlite_app: Flask) -> None:
    days = ["2020-10-31", "2020-11-01", "2020-11-30", "2020-12-01"]
    planned = [[None, day, *SUNG[2:8], "计划"] for day in days]
    bring(OFFICE, teams(CHOIR), plan_of(*planned), attendance(*([day, *CAME[1:]] for day in days[:2])))
    november = Period(date(2020, 11, 1), date(2020, 11, 30))
    assert [row[1] for row in taken("06", period=november)[0]["06-activity-plan-主题活动.csv"][1:]] == days[1:3]
    assert [row[0] for row in taken("07", period=november)[0]["07-attendance-签到.csv"][1:]] == days[1:2]
    open_end = Period(None, date(2020, 10, 31))
    assert [row[0] for row in taken("07", period=open_end)[0]["07-attendance-签到.csv"][1:]] == days[:1]
    with pytest.raises(BadInput, match="The last day lies before the first"):
        taken("06", period=Period(date(2020, 11, 2), date(2020, 11, 1)))


def test_an_unknown_ledger(sqlite_app: Flask) -> None:
    bring(OFFICE)
    with pytest.raises(
        BadInput, match="There's no ledger 08-requests: 01-places, 02-teams, 03-assignments, 04-cadres, 05-service-log"
    ):
        taken("08-requests")


def test_what_could_run_as_a_formula_is_guarded_and_comes_back(sqlite_app: Flask) -> None:
    risky = [*CHOIR[:12], "@广场", "=合唱+朗诵"]
    bring(OFFICE, teams(risky))
    content = exporting.export("02", office(), ALL, file_format="csv").files["02-teams-队伍.csv"].decode()
    db.session.rollback()
    assert "'@广场,'=合唱+朗诵" in content
    for file_format in exporting.FORMATS:
        files = exporting.export("02", office(), ALL, file_format=file_format).files
        db.session.rollback()
        plan = look(*(source(name, content) for name, content in files.items()))
        assert outcomes(plan)[0] == ("队伍", 0, 0, 1, 0, 0)


def test_what_columns_cannot_say_is_counted(app: Flask) -> None:
    """The live flow knows more than a ledger; what it can't say stays as it is when the export comes back."""
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG), attendance(CAME))
    choir = db.session.query(Team).filter_by(name="云台合唱团").one()
    guard = db.session.query(Team).filter_by(name="云台志愿服务队").one()
    sung = db.session.query(Activity).one()
    nameless = Person(name="无电话", created_at=clock.now())
    db.session.add(nameless)
    db.session.flush()
    choir.leader = nameless
    guard.dissolved = date(2020, 11, 20)
    db.session.query(Place).filter_by(name="云台里").one().retired_on = date(2020, 11, 20)
    make_membership(choir, nameless)
    make_membership(choir, make_person("离队", "19900000008"), until=date(2020, 10, 1))
    make_membership(choir, make_person("在队", "19900000009"))
    sung.headcount = 30
    make_shift(sung, places=5)
    make_attendance(sung, nameless)
    early = timedelta(days=1)
    make_attendance(sung, make_person("早到", "19900000007"), checked_in_at=sung.starts_at - early)
    starts = datetime.fromisoformat("2020-12-05T20:00+08:00")
    make_activity(guard, starts_at=starts, state=ActivityState.DRAFT)
    make_activity(guard, starts_at=starts + early, minutes=5 * 24 * 60)
    make_activity(
        guard, starts_at=starts + 9 * early, minutes=6 * 60, venue_id=make_venue(choir.place, "大厅").id, place_text=""
    )
    alone = make_activity(guard, starts_at=starts + 20 * early)
    alone.team_id = None
    make_attendance(alone)
    make_sign_up(sung, make_person())
    db.session.commit()
    assert taken("01")[1] == ["not written: the day on which places were retired (1)"]
    assert taken("02")[1] == [
        "not written: leaders without a phone number (1)",
        "not written: the day on which teams were dissolved (1)",
        "not written: memberships that have ended (1)",
        "not written: members without a phone number (1)",
    ]
    rows, unsaid = taken("06")
    assert [row[4:8] for row in rows["06-activity-plan-主题活动.csv"][1:]] == [
        ["19:00", "20:30", "云台里活动室", "25"],
        ["20:00", "次日02:00", "大厅", None],
    ]
    assert unsaid == [
        "not written: drafts (1)",
        "not written: activities of several days (1)",
        "not written: activities without a team (1)",
        "not written: headcounts without names (1)",
        "written as one sum: places of activities with several shifts (1)",
    ]
    assert taken("07")[1] == [
        "not written: attendances of people without a phone number (1)",
        "not written: attendances at activities without a team (1)",
        "not written: attendances on other days than their activity (1)",
    ]
    for file_format in exporting.FORMATS:
        for ledger in catalogue.LEDGERS:
            files = exporting.export(ledger, office(), ALL, file_format=file_format).files
            db.session.rollback()
            plan = look(*(source(name, content) for name, content in files.items()))
            assert plan.faults == []
            assert [counts[1:3] for counts in outcomes(plan)] == [(0, 0)] * len(plan.sheets)


def test_live_check_ins_with_seconds_come_back_as_they_were(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    sung = db.session.query(Activity).one()
    moment = sung.starts_at + timedelta(minutes=3, seconds=7)
    make_attendance(sung, make_person(), checked_in_at=moment, checked_out_at=None)
    # Long before the hours, as only a correction of the live flow could say it.
    make_attendance(sung, make_person("早到"), checked_in_at=sung.starts_at - timedelta(hours=3))
    db.session.commit()
    for file_format in exporting.FORMATS:
        files = exporting.export("07", office(), ALL, file_format=file_format).files
        db.session.rollback()
        plan = look(*(source(name, content) for name, content in files.items()))
        assert outcomes(plan) == [("签到", 0, 0, 2, 0, 0)]


@pytest.mark.now("2020-11-25T19:10+08:00")
def test_what_was_kept_at_the_venue_comes_back_as_it_was(app: Flask) -> None:
    """Walk-ins, check-outs left open, headcounts, and one person checked out of two activities at once."""
    today = [None, "2020-11-25", *SUNG[2:8], "计划"]
    patrol = [None, "2020-11-25", "巡逻", "云台志愿服务队", "19:00", "20:00", "凉亭", None, "计划"]
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(today, patrol))
    sung, walked = db.session.query(Activity).order_by(Activity.id)
    known = sung.team.leader
    make_sign_up(sung, known)
    venue.check_in_all(sung, by=None)
    venue.walk_in(sung, name="路过", phone="19900000077", by=None)
    venue.walk_in(sung, name="", phone="", by=None)
    venue.check_out(venue.check_in(sung, make_person("早退", "19900000078"), by=None), by=None)
    venue.check_in(walked, known, by=None)
    with clock.frozen(sung.ends_at):
        venue.close(walked, by=None)
        venue.close(sung, by=None)
    venue.check_in(make_activity(sung.team, "练声", starts_at=clock.now()), known, by=None)
    db.session.commit()
    for file_format in exporting.FORMATS:
        exported = exporting.export("07", office(), ALL, file_format=file_format)
        db.session.rollback()
        plan = look(*(source(name, content) for name, content in exported.files.items()))
        assert (plan.faults, exported.unsaid) == ([], [])
        assert outcomes(plan) == [("签到", 0, 0, 5, 0, 0)]


def test_a_team_of_the_pages_alone(sqlite_app: Flask) -> None:
    bring(OFFICE)
    make_team(office(), "街道直属队")
    db.session.commit()
    assert taken("02")[0]["02-teams-队伍.csv"][1][:8] == ["1", "街道直属队", "志愿服务队", None, None, None, None, "0"]

"""06-activity-plan: what was, and what is to come."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_activity, make_shift
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, Shift, Theme, ThemeField
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.places import queries
from volunteer_app.teams.models import Team

from .books import CHOIR, GUARD, OFFICE, PLAN, SUNG, bring, changes, outcomes, plan_of, reasons, teams, warnings

NOW = datetime.fromisoformat("2020-11-25T08:30+08:00")
TO_COME = [None, "2020-12-02", "消防演练", "云台志愿服务队", "09:00", "10:00", "凉亭", None, None]


def one() -> Activity:
    return db.session.scalars(select(Activity)).one()


def local(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def test_an_activity_with_its_theme_and_its_shift(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG, TO_COME))
    sung, drill = db.session.scalars(select(Activity).order_by(Activity.starts_at)).all()
    assert (local(sung.starts_at), local(sung.ends_at)) == ("2020-11-04 19:00", "2020-11-04 20:30")
    assert (sung.state, drill.state) == (ActivityState.HELD, ActivityState.PUBLISHED)
    assert (sung.counts_as_service, drill.counts_as_service) == (False, True)
    assert (sung.theme.name, sung.theme.field, drill.theme.field) == ("歌咏比赛", ThemeField.CULTURE, ThemeField.SAFETY)
    assert sung.venue is not None
    assert (sung.place, sung.place_text, sung.venue.name) == (
        sung.team and sung.team.place,
        "云台里活动室",
        "云台里活动室",
    )
    assert (drill.place_text, drill.venue_id) == ("凉亭", None)
    assert [(shift.places, shift.starts_at, shift.ends_at) for shift in sung.shifts] == [
        (20, sung.starts_at, sung.ends_at)
    ]
    assert [shift.places for shift in drill.shifts] == [None]
    assert (sung.revision, sung.changed_at, len(sung.uid)) == (0, NOW, 32)


def test_states(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    rows = [[*SUNG[:4], f"{hour}:00", f"{hour}:30", None, None, state] for hour, state in enumerate(STATES, start=8)]
    bring(plan_of(*rows))
    states = db.session.scalars(select(Activity.state).order_by(Activity.starts_at)).all()
    assert [state.value for state in states] == ["published", "published", "held", "cancelled"]


STATES = [None, "计划", "已开展", "取消"]


def test_a_file_without_states_plans_new_ones_and_leaves_the_others(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG))
    plan = bring(plan_of(SUNG[:-1], TO_COME[:-1], header=PLAN[:-1]))
    assert outcomes(plan) == [("主题活动", 1, 0, 1, 0, 0)]
    assert sorted(db.session.scalars(select(Activity.state))) == ["held", "published"]


def test_it_may_end_after_midnight(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of([*SUNG[:4], "22:00", "次日01:00", *SUNG[6:]]))
    assert (local(one().starts_at), local(one().ends_at)) == ("2020-11-04 22:00", "2020-11-05 01:00")


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("结束时间", "19:00", "the end is not after the start"),
        ("结束时间", "18:00", "the end is not after the start"),
        ("开始时间", "次日01:00", "must begin on its day"),
        ("队伍名称", "云台舞蹈队", "青云街道 has no team 云台舞蹈队"),
        ("主题", None, "must not be blank"),
        ("日期", "2020-11-31", "2020-11-31 is not a day of the calendar"),
        ("日期", "2020-11-26", "held on a day that is still to come"),
        ("人数上限", "-5", "-5 is less than nothing"),
        ("状态", "延期", "延期 is none of 计划、已开展、取消"),
    ],
)
def test_faults(sqlite_app: Flask, column: str, cell: str | None, reason: str) -> None:
    bring(OFFICE, teams(CHOIR))
    row = list(SUNG)
    row[PLAN.index(column)] = cell
    if column == "开始时间":
        row[PLAN.index("结束时间")] = "次日02:00"
    blamed = "状态" if reason.startswith("held") else column
    assert reasons(plan_of(row)) == [(2, blamed, reason)]


def test_one_activity_of_a_team_at_one_time(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    other_theme = [*SUNG[:2], "合唱排练", *SUNG[3:]]
    assert reasons(plan_of(SUNG, other_theme)) == [
        (3, "开始时间", "twice in the ledgers: already in row 2 of 06-activity-plan-主题活动.csv")
    ]


def test_the_week_is_checked(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    assert warnings(bring(plan_of(["2020-W45", *SUNG[1:]]))) == []
    assert warnings(bring(plan_of(["2020-W44", *SUNG[1:]]))) == [(2, "周次", "the day lies in week 2020-W45")]


@pytest.mark.parametrize(
    ("column", "cell", "revision"),
    [
        ("结束时间", "21:00", 1),
        ("主题", "诗会", 1),
        ("地点", "凉亭", 1),
        ("人数上限", "30", 1),
        ("状态", "取消", 1),
        ("状态", "计划", 0),
    ],
)
def test_a_change_that_a_calendar_shows_raises_the_revision(app: Flask, column: str, cell: str, revision: int) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    before = stamps.of_team(one().team_id or 0)
    row = list(SUNG)
    old, row[PLAN.index(column)] = row[PLAN.index(column)], cell
    later = datetime.fromisoformat("2020-11-26T10:00+08:00")
    with clock.frozen(later):
        assert changes(bring(plan_of(row))) == [{column: (old, cell)}]
    assert (one().revision, one().changed_at) == ((1, later) if revision else (0, NOW))
    after = stamps.of_team(one().team_id or 0)
    assert before is not None
    assert after == (later if revision else before[0], later)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct")).one()
    assert (entry.subject, entry.subject_id, entry.changes) == ("activity", one().id, {column: [old, cell]})
    assert one().shifts[0].ends_at == one().ends_at


def test_a_changed_place_finds_its_venue(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    venue = one().venue_id
    assert venue is not None
    before = stamps.of_place(db.session.get_one(queries.Place, venue))
    bring(plan_of([*SUNG[:6], "凉亭", *SUNG[7:]]))
    assert one().venue_id is None
    assert before is not None
    after = stamps.of_place(db.session.get_one(queries.Place, venue))
    assert after is not None
    assert after > before, "the calendar of the venue that it left knows it"
    bring(plan_of(SUNG))
    assert one().venue_id == venue


def test_taking_up_a_cancelled_activity_forgets_why(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of([*SUNG[:8], "取消"]))
    one().cancel_reason = "下雨"
    assert outcomes(bring(plan_of([*SUNG[:8], "取消"]))) == [("主题活动", 0, 0, 1, 0, 0)]
    assert one().cancel_reason == "下雨"
    bring(plan_of(SUNG))
    assert (one().state, one().cancel_reason) == (ActivityState.HELD, "")


def test_the_places_of_several_shifts_are_no_matter_of_the_ledger(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    make_shift(one(), places=15)
    plan = bring(plan_of(SUNG))
    assert outcomes(plan) == [("主题活动", 0, 0, 1, 0, 0)]
    assert warnings(plan) == [(2, "人数上限", "the activity has several shifts: their places stay as they are")]
    assert outcomes(bring(plan_of([*SUNG[:7], "35", *SUNG[8:]]))) == [("主题活动", 0, 0, 1, 0, 0)]
    assert db.session.scalars(select(Shift.places).order_by(Shift.id)).all() == [20, 15]


def test_a_draft_in_the_ledger_is_published(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    team = db.session.scalars(select(Team)).one()
    theme = Theme(subdistrict_id=team.subdistrict_id, name="歌咏比赛", field=ThemeField.HEALTH)
    db.session.add(theme)
    db.session.flush()
    starts_at = datetime.fromisoformat("2020-11-04T19:00+08:00")
    make_activity(team, theme, starts_at=starts_at, places=20, state=ActivityState.DRAFT, place_text="云台里活动室")
    assert changes(bring(plan_of(SUNG))) == [{"状态": ("", "已开展")}]
    assert one().theme.field is ThemeField.HEALTH, "what the office corrected stays"

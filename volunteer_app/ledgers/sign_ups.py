"""报名名单: who signed up for which activity, as a table. It goes out only: people sign up on the pages.

It holds names and phones, so that each export is an entry in the audit trail.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, or_, select
from sqlalchemy.orm import aliased

from .. import clock
from ..activities.models import Activity, Attendance, Shift, SignUp, SignUpState, Theme
from ..audit import trail
from ..database import db, only_reading
from ..people.models import Account, Person
from ..places.models import Place
from ..tables.cells import Cell
from ..tables.writing import Table, csv_file, workbook
from ..teams.models import Membership, Team
from ..teams.queries import belongs
from . import cells
from .activity_plan import seconds_since
from .exporting import Exported, bounds
from .handling import Period

NAME = "sign-ups"
TITLE = "报名名单"
HEADER = (
    "日期 开始时间 结束时间 主题 队伍名称 班次 姓名 联系电话 状态 候补位次 报名时间 代报人 核实 请假 到场 备注"
).split()
STATES = {SignUpState.CONFIRMED: "已报名", SignUpState.WAITING: "候补", SignUpState.WITHDRAWN: "已退出"}
YES, NO = "是", "否"


def export(subdistrict: Place, period: Period, *, file_format: str, by: int | None) -> Exported:
    """Write the sign-ups to the activities of a sub-district; what the session had not committed is rolled back.

    Args:
        period: which activities, by the day on which they start.
        file_format: xlsx or csv.
        by: id of the account that takes the list home; None for the command line.

    Raises:
        BadInput: the period ends before it begins, or lies out of reach.
    """
    since, until = bounds(period)
    with only_reading():
        found = db.session.execute(_query(subdistrict.id, since, until)).all()
    days = {"from": period.since and period.since.isoformat(), "to": period.until and period.until.isoformat()}
    trail.record(
        "export", subdistrict, by=by, place_id=subdistrict.id, changes={"ledger": NAME, "rows": len(found), **days}
    )
    table = Table(TITLE, f"{subdistrict.name}{TITLE}", HEADER, _rows(found))
    content = csv_file(table) if file_format == "csv" else workbook([table])
    return Exported({f"{NAME}-{TITLE}.{file_format}": content}, [])


def _query(subdistrict_id: int, since: datetime | None, until: datetime | None) -> Select[*tuple[Any, ...]]:
    by = aliased(Person)
    known = (
        select(Membership.id)
        .join(Team, Membership.team_id == Team.id)
        .where(Membership.person_id == SignUp.person_id, Team.subdistrict_id == subdistrict_id, belongs(clock.today()))
        .exists()
    )
    query = (
        select(
            Shift.id.label("shift_id"),
            Shift.starts_at,
            Shift.ends_at,
            Theme.name.label("theme"),
            Team.name.label("team"),
            Shift.title.label("shift"),
            Person.name,
            Person.phone,
            SignUp.state,
            SignUp.asked_at,
            by.name.label("by"),
            case((or_(SignUp.verified_by_id.is_not(None), known), 1), else_=0).label("verified"),
            SignUp.excused,
            Attendance.id.label("came"),
            Activity.closed_at,
            SignUp.note,
        )
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .join(Person, SignUp.person_id == Person.id)
        .outerjoin(Account, SignUp.by_id == Account.id)
        .outerjoin(by, Account.person_id == by.id)
        .outerjoin(Attendance, and_(Attendance.activity_id == Activity.id, Attendance.person_id == SignUp.person_id))
        .where(Activity.subdistrict_id == subdistrict_id)
        # The list of each shift as its leader has it: places, then the waiting list in its order.
        .order_by(
            Activity.starts_at,
            Activity.id,
            Shift.id,
            case({state: number for number, state in enumerate(STATES)}, value=SignUp.state),
            SignUp.asked_at,
            SignUp.id,
        )
    )
    if since:
        query = query.where(Activity.starts_at >= since)
    return query.where(Activity.starts_at < until) if until else query


def _rows(found: Iterable[Row[Any]]) -> Iterator[list[Cell]]:
    queue, position = None, 0
    for row in found:
        waits = row.state is SignUpState.WAITING
        if waits:
            queue, position = row.shift_id, position + 1 if queue == row.shift_id else 1
        day = clock.local(row.starts_at).date()
        yield [
            day,
            _hour(day, row.starts_at),
            _hour(day, row.ends_at),
            row.theme,
            row.team,
            row.shift,
            row.name,
            row.phone,
            STATES[row.state],
            position if waits else None,
            _moment(row.asked_at),
            row.by,
            YES if row.verified else NO,
            YES if row.excused else None,
            # Until the attendance is closed nobody has stayed away.
            YES if row.came else NO if row.closed_at and row.state is SignUpState.CONFIRMED else None,
            row.note,
        ]


def _hour(day: date, at: datetime) -> Cell:
    """A time of *day* or of the day after; what lies further away is said with its day."""
    seconds = seconds_since(day, at)
    return cells.hour_cell(seconds) if seconds < 2 * cells.DAY_SECONDS else _moment(at)


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}"

"""Ledgers for tests: the kept ones, small ones made by hand, and what an import says of them."""

from collections.abc import Sequence
from pathlib import Path

from volunteer_app.database import db
from volunteer_app.errors import Message
from volunteer_app.ledgers import importing
from volunteer_app.ledgers.outcomes import Outcome, Plan
from volunteer_app.ledgers.reading import Source
from volunteer_app.ledgers.sources import find
from volunteer_app.tables.cells import Cell
from volunteer_app.tables.writing import Table, csv_file, workbook

DATA = Path(__file__).parent / "data"
SMALL = DATA / "small" / "xiaonan"

PLACES = ["街道", "社区", "楼院", "管理类别", "楼栋数", "户数", "建筑面积", "老旧小区改造"]
BUILDINGS = ["社区", "楼院", "楼栋", "单元数", "层数", "户数"]
TEAMS = ["序号", "队伍名称", "类别", "社区", "楼院", "负责人", "联系电话", "人数", "成立时间", "活动星期"]
TEAMS += ["开始时间", "结束时间", "活动地点", "服务内容"]
MEMBERS = ["队伍名称", "姓名", "性别", "出生年月", "联系电话", "职务", "入队日期"]
PLAN = ["周次", "日期", "主题", "队伍名称", "开始时间", "结束时间", "地点", "人数上限", "状态"]
ATTENDANCE = ["日期", "队伍名称", "主题", "姓名", "联系电话", "签到时间", "签退时间"]
ASSIGNMENTS = ["社区", "楼院", "力量", "单位", "责任人", "联系电话"]
CADRES = ["序号", "姓名", "科室", "职务", "联系电话", "社区", "结对楼院", "每周承诺(小时)", "固定服务日"]
CADRES += ["开始时间", "结束时间"]
LEAVES = ["姓名", "联系电话", "开始日期", "结束日期", "事由"]
VISITS = ["日期", "姓名", "联系电话", "楼院", "开始时间", "结束时间", "类别", "事项", "解决问题(件)", "化解矛盾(件)"]

Rows = Sequence[Sequence[Cell]]


def source(name: str, content: bytes, folder: str = "") -> Source:
    """A file in memory."""
    return Source(name, folder, lambda: content)


def sheet(name: str, header: Sequence[str], rows: Rows, *, folder: str = "") -> Source:
    """A CSV file such as 02-teams-队伍.csv."""
    return source(name, csv_file(Table("", "", header, rows)), folder)


def book(name: str, *sheets: tuple[str, str, Sequence[str], Rows], folder: str = "") -> Source:
    """A workbook of sheets, each with name, title, header and rows."""
    return source(name, workbook([Table(title=t, name=n, header=h, rows=r) for n, t, h, r in sheets]), folder)


def places(*rows: Sequence[Cell], header: Sequence[str] = PLACES) -> Source:
    """01-places with its compounds."""
    return sheet("01-places-楼院.csv", header, rows)


def teams(*rows: Sequence[Cell], header: Sequence[str] = TEAMS) -> Source:
    """02-teams with its teams."""
    return sheet("02-teams-队伍.csv", header, rows)


def members(*rows: Sequence[Cell], header: Sequence[str] = MEMBERS) -> Source:
    """02-teams with its members."""
    return sheet("02-teams-成员.csv", header, rows)


def plan_of(*rows: Sequence[Cell], header: Sequence[str] = PLAN) -> Source:
    """06-activity-plan."""
    return sheet("06-activity-plan-主题活动.csv", header, rows)


def attendance(*rows: Sequence[Cell], header: Sequence[str] = ATTENDANCE) -> Source:
    """07-attendance."""
    return sheet("07-attendance-签到.csv", header, rows)


def assignments(*rows: Sequence[Cell], header: Sequence[str] = ASSIGNMENTS) -> Source:
    """03-assignments."""
    return sheet("03-assignments-分包下沉.csv", header, rows)


def cadres(*rows: Sequence[Cell], header: Sequence[str] = CADRES) -> Source:
    """04-cadres with its pairings."""
    return sheet("04-cadres-干部结对.csv", header, rows)


def leaves(*rows: Sequence[Cell], header: Sequence[str] = LEAVES) -> Source:
    """04-cadres with its leaves."""
    return sheet("04-cadres-请假.csv", header, rows)


def visits(*rows: Sequence[Cell], header: Sequence[str] = VISITS) -> Source:
    """05-service-log."""
    return sheet("05-service-log-服务记录.csv", header, rows)


OFFICE_ROW = ["青云街道", "云台社区", "云台里", "无主管", None, 120, "4500.5", "否"]
OFFICE = places(OFFICE_ROW)
CHOIR = ["1", "云台合唱团", "文体组织", "云台社区", "云台里", "赵建国", "19900000001", None, "2019-05-04", "三"]
CHOIR += ["19:00", "20:30", "云台里活动室", "合唱"]
GUARD = ["2", "云台志愿服务队", "志愿服务队", "云台社区", "云台里", "孙桂兰", "19900000002", None, None, "六"]
GUARD += ["09:00", "10:00", "凉亭", "巡逻"]
SUNG = [None, "2020-11-04", "歌咏比赛", "云台合唱团", "19:00", "20:30", "云台里活动室", "20", "已开展"]
CAME = ["2020-11-04", "云台合唱团", "歌咏比赛", "赵建国", "19900000001", "19:05", "20:30"]

WARDEN = ["云台社区", "云台里", "协管", "协管中队", "段平", "19900000021"]
CADRE = ["1", "郑海", "党建办", "科员", "19900000022", "云台社区", "云台里", "3", "三", "15:00", "18:00"]
AWAY = ["郑海", "19900000022", "2020-11-02", "2020-11-08", "年休假"]
VISIT = ["2020-11-04", "郑海", "19900000022", "云台里", "15:00", "17:30", "解决问题", "疏通管道", "1", "0"]


def folder(*names: str) -> list[Source]:
    """The kept ledgers of some folders."""
    return find([DATA / name for name in names])


def look(*sources: Source, subdistrict: str | None = None) -> Plan:
    """Plan an import, and write nothing."""
    db.session.commit()
    return importing.prepare(sources, subdistrict=subdistrict)


def bring(*sources: Source, subdistrict: str | None = None, by: int | None = None) -> Plan:
    """Import and commit; a test that brings faults says so by ``faults`` instead."""
    planned = importing.enter(look(*sources, subdistrict=subdistrict), by=by)
    db.session.commit()
    return planned


def outcomes(plan: Plan) -> list[tuple[str, int, int, int, int, int]]:
    """For each sheet: its name, added, changed, unchanged, refused, not in the file."""
    return [(sheet.kind.name, *(sheet.count(o) for o in Outcome), sheet.missing) for sheet in plan.sheets]


def changes(plan: Plan) -> list[dict[str, tuple[str, str]]]:
    """What changed rows would change."""
    return [row.changes for sheet in plan.sheets for row in sheet.rows if row.outcome is Outcome.CHANGED]


def say(message: Message) -> str:
    """A message in English."""
    values = {name: say(value) if isinstance(value, Message) else value for name, value in message.values.items()}
    return message.text % values if values else message.text


def faults(*sources: Source, subdistrict: str | None = None) -> list[str]:
    """The lines that tell the faults of ledgers."""
    return [say(fault.line) for fault in look(*sources, subdistrict=subdistrict).faults]


def reasons(*sources: Source, subdistrict: str | None = None) -> list[tuple[int | None, str | None, str]]:
    """Row, column and reason of each fault."""
    plan = look(*sources, subdistrict=subdistrict)
    return [(fault.row, fault.column, say(fault.reason)) for fault in plan.faults]


def warnings(plan: Plan) -> list[tuple[int | None, str | None, str]]:
    """Row, column and text of each warning."""
    return [(warning.row, warning.column, say(warning.reason)) for warning in plan.warnings]

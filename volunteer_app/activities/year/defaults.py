"""The themes with which an office begins its calendar: 52 and a spare [domain rules, weekly themes]. It edits them.

What belongs to a season and not to a day hangs on a weekday of a month: its week is the first to go aside.
"""

from typing import Any, NamedTuple

from ..models import ThemeField
from .models import AnchorKind

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
LAST = -1
MINOR_COLD, MAJOR_COLD, QINGMING, MAJOR_HEAT, WINTER_SOLSTICE = 0, 1, 6, 13, 23
CULTURE, SAFETY, HEALTH = ThemeField.CULTURE, ThemeField.SAFETY, ThemeField.HEALTH
GREEN, CARE, LEARN = ThemeField.ENVIRONMENT, ThemeField.NEIGHBOURS, ThemeField.LEARNING


class Default(NamedTuple):
    """A theme and what it hangs on: columns of ThemeAnchor by name."""

    name: str
    field: ThemeField
    anchor: dict[str, Any]


def _on(month: int, day: int) -> dict[str, Any]:
    return {"kind": AnchorKind.DAY, "month": month, "day": day}


def _nth(nth: int, weekday: int, month: int) -> dict[str, Any]:
    return {"kind": AnchorKind.WEEKDAY, "month": month, "nth": nth, "weekday": weekday}


def _lunar(month: int, day: int) -> dict[str, Any]:
    return {"kind": AnchorKind.LUNAR, "month": month, "day": day}


def _term(term: int) -> dict[str, Any]:
    return {"kind": AnchorKind.TERM, "term": term}


DEFAULTS = (
    Default("元旦健步走", CULTURE, _on(1, 1)),
    Default("冬季防煤气中毒", SAFETY, _term(MINOR_COLD)),
    Default("寒潮助老扫雪", CARE, _term(MAJOR_COLD)),
    Default("腊八写春联", CULTURE, _lunar(12, 8)),
    Default("小年大扫除", GREEN, _lunar(12, 23)),
    Default("文明过年", CULTURE, _lunar(12, 30)),
    Default("元宵灯谜会", CULTURE, _lunar(1, 15)),
    Default("电动车充电安全", SAFETY, _nth(3, SATURDAY, 2)),
    Default("文明实践推动周", CARE, _nth(LAST, SATURDAY, 2)),
    Default("学雷锋志愿服务", CARE, _on(3, 5)),
    Default("植树", GREEN, _on(3, 12)),
    Default("消费维权宣传", LEARN, _on(3, 15)),
    Default("节水周", GREEN, _on(3, 22)),
    Default("爱国卫生月", GREEN, _nth(2, SATURDAY, 4)),
    Default("清明文明祭扫", CULTURE, _term(QINGMING)),
    Default("国家安全教育", SAFETY, _on(4, 15)),
    Default("世界读书日共读", LEARN, _on(4, 23)),
    Default("劳动节志愿服务", CARE, _on(5, 1)),
    Default("五四青年志愿行", CARE, _on(5, 4)),
    Default("防震减灾演练", SAFETY, _on(5, 12)),
    Default("家庭教育讲堂", LEARN, _on(5, 15)),
    Default("助残日", CARE, _nth(3, SUNDAY, 5)),
    Default("垃圾分类宣传", GREEN, _nth(LAST, SATURDAY, 5)),
    Default("六一小志愿者", CARE, _on(6, 1)),
    Default("世界环境日", GREEN, _on(6, 5)),
    Default("食品安全与安全生产月", SAFETY, _nth(3, SATURDAY, 6)),
    Default("端午包粽", CULTURE, _lunar(5, 5)),
    Default("禁毒宣传", SAFETY, _on(6, 26)),
    Default("七一亮身份", CARE, _on(7, 1)),
    Default("防汛准备", SAFETY, _nth(2, SATURDAY, 7)),
    Default("防溺水宣传", SAFETY, _nth(3, SATURDAY, 7)),
    Default("高温送清凉", CARE, _term(MAJOR_HEAT)),
    Default("八一双拥", CARE, _on(8, 1)),
    Default("全民健身日", CULTURE, _on(8, 8)),
    Default("医师节义诊", HEALTH, _on(8, 19)),
    Default("七夕邻里联欢", CULTURE, _lunar(7, 7)),
    Default("开学护学", CARE, _on(9, 1)),
    Default("慈善日", CARE, _on(9, 5)),
    Default("世界急救日培训", HEALTH, _nth(2, SATURDAY, 9)),
    Default("网络安全与防诈", SAFETY, _nth(3, MONDAY, 9)),
    Default("国防教育日", LEARN, _nth(3, SATURDAY, 9)),
    Default("科普日", LEARN, _nth(4, SATURDAY, 9)),
    Default("中秋百家宴", CULTURE, _lunar(8, 15)),
    Default("国庆同庆", CULTURE, _on(10, 1)),
    Default("重阳敬老", CARE, _lunar(9, 9)),
    Default("光盘行动", GREEN, _on(10, 16)),
    Default("文明养犬宣传", GREEN, _nth(LAST, SATURDAY, 10)),
    Default("消防演练", SAFETY, _on(11, 9)),
    Default("供暖排查", SAFETY, _nth(3, SATURDAY, 11)),
    Default("宪法日普法", LEARN, _on(12, 4)),
    Default("国际志愿者日", CARE, _on(12, 5)),
    Default("冬至饺子与年度典型", CULTURE, _term(WINTER_SOLSTICE)),
    Default("邻里互助", CARE, {"kind": AnchorKind.SPARE}),
)

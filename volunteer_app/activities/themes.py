"""Themes: keeping a sub-district's list of them, and the field of a theme from words in its name.

Where the field comes from is a rule of the domain [F: domain rules, weekly themes]; the office corrects it. Calendars
show themes, so doors change one through ``renames``.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from .. import clock
from ..audit import trail
from ..database import by_code_point, db, holding, in_order, lock
from ..errors import N_
from ..places.keeping import NameTaken, clean
from ..places.models import Place
from ..teams.models import TeamKind
from .models import Activity, Theme, ThemeField

ORDERS = ("name", "field")
"""What the list of themes can be sorted by."""

# In this order: 消防演练 is a matter of safety although 演练 is learning, 垃圾分类课堂 one of the environment.
_WORDS = {
    ThemeField.SAFETY: (
        "消防 防火 灭火 防诈 反诈 诈骗 排查 隐患 安全 防灾 减灾 防震 防汛 防溺水 溺水 禁毒 毒品 煤气 燃气 用电 充电 "
        "交通 巡逻 治安 国防"
    ),
    ThemeField.HEALTH: "义诊 急救 健康 疫情 防疫 疫苗 体检 养生 献血 医 中暑 血压 控烟 无烟 心理",
    ThemeField.ENVIRONMENT: ("清洁 卫生 垃圾 植树 护绿 绿化 环境 环保 扫除 扫雪 清理 光盘 节约 节水 水周 养犬 低碳"),
    ThemeField.LEARNING: (
        "读书 共读 阅读 书香 讲堂 课堂 讲座 党史 法治 宪法 普法 维权 科普 普通话 教育 家教 学习 培训 推广"
    ),
    ThemeField.NEIGHBOURS: (
        "关爱 独居 助老 敬老 助残 邻里 百家宴 维修 检修 供暖 托管 护学 拥军 双拥 慈善 捐 雷锋 志愿 帮扶 清凉 便民 理发"
    ),
    ThemeField.CULTURE: (
        "春联 歌 诗 晚会 文艺 运动 健身 健步 舞 戏 灯谜 粽 端午 元宵 七夕 中秋 游园 风采 书画 棋 祭扫 文化 合唱 饺子"
    ),
}
_FIELDS = tuple((field, tuple(words.split())) for field, words in _WORDS.items())


def field_of(name: str, kind: TeamKind) -> ThemeField:
    """The field of a theme called *name*, held by a team of *kind*.

    Where no word tells, it's culture for a cultural group and neighbourly help for all others.
    """
    for field, words in _FIELDS:
        if any(word in name for word in words):
            return field
    return ThemeField.CULTURE if kind is TeamKind.CULTURAL_GROUP else ThemeField.NEIGHBOURS


def listed(
    subdistrict: Place, *, retired: bool = False, field: ThemeField | None = None, words: str = "", order: str = "name"
) -> Select[Theme]:
    """A query of a sub-district's themes: those offered for new activities, or the retired ones.

    Args:
        words: parts of a name.
        order: one of ORDERS, with a minus for descending.
    """
    offered = Theme.retired_on.is_not(None) if retired else Theme.retired_on.is_(None)
    query = select(Theme).where(Theme.subdistrict_id == subdistrict.id, offered)
    if field:
        query = query.where(Theme.field == field)
    query = query.where(*holding(words, Theme.name))
    name = by_code_point(Theme.name)
    columns = {"name": [name], "field": [Theme.field, name]}[order.lstrip("-")]
    return query.order_by(*in_order(columns, descending=order.startswith("-")), Theme.id)


def used(theme_ids: Iterable[int]) -> dict[int, int]:
    """For each theme how many activities have it; a theme without any is not in it."""
    rows = db.session.execute(
        select(Activity.theme_id, func.count()).where(Activity.theme_id.in_(theme_ids)).group_by(Activity.theme_id)
    )
    return dict(rows.all())


def add(name: str, field: ThemeField, *, subdistrict: Place, by: int | None) -> Theme:
    """Add a theme; sent twice, the second is refused because of its name.

    Raises:
        NameTaken: the sub-district has one of that name.
    """
    lock(subdistrict)
    name = clean(name)
    _check_name(name, subdistrict.id)
    theme = Theme(subdistrict_id=subdistrict.id, name=name, field=field)
    db.session.add(theme)
    db.session.flush()
    trail.record("add", theme, by=by, place_id=subdistrict.id, changes={"name": ["", name]})
    return theme


def change(theme: Theme, values: Mapping[str, Any], *, by: int | None) -> dict[str, list[Any]]:
    """Give a theme another name or field, and return what is different now: for each column the old and the new value.

    Raises:
        NameTaken: the sub-district has another one of that name.
    """
    hold(theme)
    new = {**values, "name": clean(values["name"])}
    changes = {column: [getattr(theme, column), new[column]] for column in ("name", "field")}
    changes = {column: pair for column, pair in changes.items() if pair[0] != pair[1]}
    if "name" in changes:
        _check_name(new["name"], theme.subdistrict_id)
    for column, (_old, it) in changes.items():
        setattr(theme, column, it)
    db.session.flush()
    if changes:
        trail.record("change", theme, by=by, place_id=theme.subdistrict_id, changes=changes)
    return changes


def retire(theme: Theme, *, by: int | None) -> None:
    """Offer a theme for no new activity from today on; those that have it keep it."""
    hold(theme)
    if theme.retired_on is None:
        _set_retired(theme, clock.today(), action="retire", by=by)


def restore(theme: Theme, *, by: int | None) -> None:
    """Offer a retired theme again."""
    hold(theme)
    if theme.retired_on:
        _set_retired(theme, None, action="restore", by=by)


def hold(theme: Theme) -> None:
    """Lock the sub-district of a theme, then the theme: the order of all locks."""
    lock(db.session.get_one(Place, theme.subdistrict_id))
    lock(theme)


def _check_name(name: str, subdistrict_id: int) -> None:
    found = db.session.scalar(select(Theme).where(Theme.subdistrict_id == subdistrict_id, Theme.name == name))
    if found is None:
        return
    if found.retired_on:
        raise NameTaken(N_("%(name)s is there already, but retired: restore it instead."), name=name)
    raise NameTaken(N_("%(name)s is there already."), name=name)


def _set_retired(theme: Theme, day: date | None, *, action: str, by: int | None) -> None:
    changes = {"retired_on": [theme.retired_on, day]}
    theme.retired_on = day
    trail.record(action, theme, by=by, place_id=theme.subdistrict_id, changes=changes)

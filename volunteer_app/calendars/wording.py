"""What feeds say, in the neighbourhood's language.

A feed is data that thousands of calendar programs share: it speaks Chinese whatever the language of the request, so
these words stand here and not in the catalogues.
"""

from ..activities.models import ThemeField
from ..teams.models import KIND_NAMES, TeamKind

PRODUCT = "-//volunteer_app//activities//ZH"
CANCELLED = "【已取消】"
OWN_CALENDAR = "我的活动"
THEMES = "年度主题"
CONTESTS = "评比"
ENTERING, VOTING, RESULT = "报名", "投票", "结果公示"

FIELDS = {
    ThemeField.CULTURE: "文体",
    ThemeField.SAFETY: "安全",
    ThemeField.HEALTH: "健康",
    ThemeField.ENVIRONMENT: "环境",
    ThemeField.NEIGHBOURS: "助邻",
    ThemeField.LEARNING: "学习",
}


def calendar_name(name: str, *, field: ThemeField | None, kind: TeamKind | None) -> str:
    """安和路街道 · 活动, or with both filters 安和路街道 · 志愿服务队 · 安全活动."""
    return " · ".join([name, *([KIND_NAMES[kind]] if kind else []), f"{FIELDS[field] if field else ''}活动"])


def summary(theme: str, who: str) -> str:
    """冬季用火用电安全课 · 建局家园消防安全志愿服务队."""
    return f"{theme} · {who}"


def location(place: str, community: str) -> str:
    """建局家园凉亭（厂前街社区）; the community only where the place doesn't name it."""
    return f"{place}（{community}）" if community and community not in place else place


def description(*, address: str, telephone: str, places: int | None, cancel_reason: str | None, waiting: bool) -> str:
    """A few lines: whether it's off, whether one waits, where to sign up, how many places there are, whom to call.

    Args:
        places: how many may come; None where nobody needs to sign up.
        cancel_reason: why it was cancelled, which may be empty; None where it wasn't.
    """
    if cancel_reason is not None:
        lines = [f"取消原因：{cancel_reason}" if cancel_reason else "这场活动已取消。", f"详情：{address}"]
    elif places is None:
        lines = ["直接参加，不用报名", f"详情：{address}"]
    else:
        lines = [f"报名：{address}", f"名额：{places} 人"]
    if waiting:
        lines.insert(0, "您在候补名单里，有名额时按先后补上。")
    return "\n".join([*lines, *([f"街道电话：{telephone}"] if telephone else [])])


def visit_summary(compound: str, *, cancelled: bool) -> str:
    """三小时走访 · 建局家园."""
    return f"{CANCELLED if cancelled else ''}三小时走访 · {compound}"


def visit_description(*, note: str, address: str) -> str:
    """What the cadre noted, and where the visit is logged."""
    return "\n".join([*([note] if note else []), f"填报：{address}"])


def judging_summary(name: str, *, cancelled: bool) -> str:
    """评委打分 · 第3期楼栋评比赛."""
    return f"{CANCELLED if cancelled else ''}评委打分 · {name}"


def judging_description(*, address: str) -> str:
    """Where the sheets are."""
    return f"打分：{address}"


def contest_summary(name: str, part: str, *, cancelled: bool) -> str:
    """第三期楼栋评比赛 · 投票."""
    return f"{CANCELLED if cancelled else ''}{name} · {part}"


def contest_description(*, address: str, cancel_reason: str | None) -> str:
    """Where the round is shown, and why it's off; the reason is None where it isn't."""
    off = [] if cancel_reason is None else [f"取消原因：{cancel_reason}" if cancel_reason else "本期评比已取消。"]
    return "\n".join([*off, f"详情：{address}"])

"""06-activity-plan: themed activities (主题活动), those that were and those that are to come."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from .. import clock
from ..activities.models import Activity, ActivityState, Theme
from ..activities.themes import field_of
from ..errors import N_, message
from ..teams.models import TeamKind
from . import cells
from .columns import Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office
from .teams import team_of

LEDGER = "06-activity-plan"
STATES = {"计划": ActivityState.PUBLISHED, "已开展": ActivityState.HELD, "取消": ActivityState.CANCELLED}

ACTIVITIES = SheetKind(
    LEDGER,
    "主题活动",
    "每周主题活动计划",
    (
        Column("周次", "week", cells.anything, derived=True),
        Column("日期", "day", cells.day, required=True),
        Column("主题", "theme", cells.text(60), required=True),
        Column("队伍名称", "team", cells.text(60), required=True),
        Column("开始时间", "starts", cells.hour, required=True, write=cells.hour_cell),
        Column("结束时间", "ends", cells.hour, required=True, write=cells.hour_cell),
        Column("地点", "place", cells.text(60)),
        Column("人数上限", "places", cells.whole),
        Column("状态", "state", cells.choice(STATES), write=cells.choice_cell(STATES)),
    ),
)


def moment(day: date, seconds: int) -> datetime:
    """The moment of a time of *day*, given in seconds since its midnight."""
    return _midnight(day) + timedelta(seconds=seconds)


def seconds_since(day: date, at: datetime) -> int:
    """The opposite of ``moment``: may be negative, or beyond the day."""
    return int((at - _midnight(day)).total_seconds())


# The rows of a ledger share their days.
_midnight = lru_cache(maxsize=2_000)(clock.midnight)


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    team = team_of(row, office)
    if row["starts"] is not None and row["starts"] >= cells.DAY_SECONDS:
        row.fault("starts", N_("must begin on its day"))
    if row["starts"] is not None and row["ends"] is not None and row["ends"] <= row["starts"]:
        row.fault("ends", N_("the end is not after the start"))
    if row["state"] is ActivityState.HELD and row["day"] is not None and row["day"] > clock.today():
        row.fault("state", N_("held on a day that is still to come"))
    if row.faulty or team is None:
        office.refused.add(("activity", f"{row['day']} {row['team']} {row['theme']}"))
        return None
    starts_at = moment(row["day"], row["starts"])
    entry = office.activities.get((team, starts_at))
    before = _say(entry) if entry else None
    if entry is None:
        entry = office.activities[team, starts_at] = _new(team, starts_at)
    entry["theme"] = _theme(row["theme"], team, office)
    entry["ends_at"] = moment(row["day"], row["ends"])
    if "place" in row and (before is None or before["place"] != row["place"]):
        entry["place_text"] = row["place"] or ""
        entry["venue"] = office.venue_named(entry["place_text"], team["place"])
    if "places" in row and (before is None or before["places"] != row["places"]):
        if len(entry["shift_ids"]) > 1:
            row.warn("places", N_("the activity has several shifts: their places stay as they are"))
        else:
            entry["places"] = row["places"]
    if "state" in row or before is None:
        _become(entry, row["state"] or ActivityState.PUBLISHED)
    return entry, before


def _new(team: Entry, starts_at: datetime) -> Entry:
    values = {
        "team": team,
        "place": team["place"],
        "venue": None,
        "place_text": "",
        "starts_at": starts_at,
        "state": ActivityState.PUBLISHED,
        "cancel_reason": "",
        "counts_as_service": team["kind"] is TeamKind.VOLUNTEER_TEAM,
        "revision": 0,
        "changed_at": clock.now(),
        "shift_ids": (),
        "places": None,
    }
    return Entry(Activity, None, values)


def _theme(name: str, team: Entry, office: Office) -> Entry:
    theme = office.themes.get(name)
    if theme is None:
        theme = office.themes[name] = Entry(Theme, None, {"name": name, "field": field_of(name, team["kind"])})
    return theme


def _become(entry: Entry, state: ActivityState) -> None:
    if entry["state"] is not state and state is not ActivityState.CANCELLED:
        entry["cancel_reason"] = ""
    entry["state"] = state


def _say(entry: Entry) -> dict[str, Any]:
    day = clock.local(entry["starts_at"]).date()
    venue = entry["venue"]
    return {
        "day": day,
        "theme": entry["theme"]["name"],
        "team": entry["team"]["name"],
        "starts": seconds_since(day, entry["starts_at"]),
        "ends": seconds_since(day, entry["ends_at"]),
        "place": entry["place_text"] or (venue and venue["name"]) or None,
        "places": entry["places"],
        # A draft is none of the words of the ledger.
        "state": None if entry["state"] is ActivityState.DRAFT else entry["state"],
    }


def _check(noted: list[tuple[Row, Any]], _office: Office) -> None:
    for row, _activity in noted:
        week = str(clock.Week.of(row["day"]))
        if row["week"] not in (None, week):
            row.warn("week", N_("the day lies in week %(week)s"), week=week)


def _written(office: Office, period: Period) -> Written:
    rows, unsaid = [], []
    drafts = headcounts = several = long = 0
    for entry in office.activities.values():
        day = clock.local(entry["starts_at"]).date()
        if (period.since and day < period.since) or (period.until and day > period.until):
            continue
        said = _say(entry)
        if said["state"] is None:
            drafts += 1
            continue
        if said["ends"] >= 2 * cells.DAY_SECONDS:
            long += 1
            continue
        headcounts += entry["headcount"] is not None
        several += len(entry["shift_ids"]) > 1
        rows.append(said | {"week": str(clock.Week.of(day))})
    if drafts:
        unsaid.append(message(N_("not written: drafts (%(count)d)"), count=drafts))
    if long:
        unsaid.append(message(N_("not written: activities of several days (%(count)d)"), count=long))
    if office.others:
        unsaid.append(message(N_("not written: activities without a team (%(count)d)"), count=len(office.others)))
    if headcounts:
        unsaid.append(message(N_("not written: headcounts without names (%(count)d)"), count=headcounts))
    if several:
        text = N_("written as one sum: places of activities with several shifts (%(count)d)")
        unsaid.append(message(text, count=several))
    return Written(rows, unsaid)


HANDLERS = (
    Handler(
        kind=ACTIVITIES,
        blame="starts",
        note=_note,
        say=_say,
        existing=lambda office: sum(not entry.is_new for entry in office.activities.values()),
        written=_written,
        check=_check,
    ),
)

"""05-service-log: one visit of a cadre to a compound (服务记录)."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from .. import clock
from ..database import db
from ..duty.models import Visit, VisitKind, VisitState
from ..errors import N_, message
from . import cells
from .activity_plan import moment, seconds_since
from .cadres import cadre_of
from .columns import Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .places import compound_of
from .reading import Row
from .register import Office

LEDGER = "05-service-log"
KINDS = {
    "入户走访": VisitKind.HOME_VISIT,
    "值守服务": VisitKind.ON_DUTY,
    "参加主题活动": VisitKind.THEMED_ACTIVITY,
    "议事协商": VisitKind.CONSULTATION,
    "解决问题": VisitKind.PROBLEM_SOLVING,
    "化解矛盾": VisitKind.MEDIATION,
}

VISITS = SheetKind(
    LEDGER,
    "服务记录",
    "每周奉献三小时服务记录",
    (
        Column("日期", "day", cells.day_not_to_come, required=True),
        Column("姓名", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("楼院", "compound", cells.text(60), required=True),
        Column("开始时间", "starts", cells.hour, required=True, write=cells.hour_cell),
        Column("结束时间", "ends", cells.hour, required=True, write=cells.hour_cell),
        Column("类别", "kind", cells.choice(KINDS), required=True, write=cells.choice_cell(KINDS)),
        Column("事项", "what", cells.text(500)),
        Column("解决问题(件)", "problems_solved", cells.whole),
        Column("化解矛盾(件)", "disputes_mediated", cells.whole),
    ),
)
_COUNTS = ("problems_solved", "disputes_mediated")


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    compound, cadre = compound_of(row, office), cadre_of(row, office)
    if row["starts"] is not None and row["starts"] >= cells.DAY_SECONDS:
        row.fault("starts", N_("must begin on its day"))
    elif row["starts"] is not None and row["ends"] is not None and row["ends"] <= row["starts"]:
        row.fault("ends", N_("the end is not after the start"))
    elif row["starts"] is not None and row["ends"] is not None and row["ends"] - row["starts"] > cells.DAY_SECONDS:
        row.fault("ends", N_("a visit has at most 24 hours"))
    elif row["day"] is not None and row["ends"] is not None and moment(row["day"], row["ends"]) > clock.now():
        row.fault("ends", N_("not over yet: a visit lies in the past"))
    if row.faulty or compound is None or cadre is None:
        return None
    starts_at = moment(row["day"], row["starts"])
    entry = office.duty.visits.get((cadre, starts_at))
    # What isn't confirmed yet stands in no ledger: with this row it does.
    before = _say(entry) if entry and entry["state"] is VisitState.CONFIRMED else None
    if entry is None:
        values = {"person": cadre, "starts_at": starts_at, "what": ""} | dict.fromkeys(_COUNTS, 0)
        entry = office.duty.visits[cadre, starts_at] = Entry(Visit, None, values)
    ends_at = moment(row["day"], row["ends"])
    entry.values |= {"compound": compound, "ends_at": ends_at, "kind": row["kind"], "state": VisitState.CONFIRMED}
    if "what" in row:
        entry["what"] = row["what"] or ""
    for key in _COUNTS:
        if key in row:
            entry[key] = row[key] or 0
    return entry, before


def _say(entry: Entry) -> dict[str, Any]:
    day = clock.local(entry["starts_at"]).date()
    person = entry["person"]
    return {
        "day": day,
        "name": person["name"],
        "phone": person["phone"],
        "compound": entry["compound"]["name"],
        "starts": seconds_since(day, entry["starts_at"]),
        "ends": seconds_since(day, entry["ends_at"]),
        "kind": entry["kind"],
        "what": entry["what"] or None,
    } | {key: entry[key] for key in _COUNTS}


def _would_confirm(visit: Entry) -> bool:
    """Whether the row says something that isn't confirmed yet."""
    return visit.is_new or visit.differs


Span = tuple[datetime, datetime, Entry | None, str]
"""From, to, the visit where it's one of these sub-districts, the compound."""


def _check(noted: list[tuple[Row, Any]], office: Office) -> None:
    """Two visits of one cadre that overlap are a fault of both rows, or of the one that meets what is there.

    A visit comes in as confirmed, so that whoever imports it can't be the cadre.
    """
    for row, visit in noted:
        if visit["person"].id is not None and visit["person"].id == office.duty.importer and _would_confirm(visit):
            row.fault("name", N_("your own visit: a colleague imports it, since nobody confirms their own"))
    rows = {visit: row for row, visit in noted}
    # What the database knows already stands, whatever it says: an export comes back unchanged.
    open_to_blame = {visit for visit in rows if _would_confirm(visit)}
    spans = _spans(office)
    for cadre in {visit["person"] for visit in open_to_blame}:
        latest: Span | None = None
        for span in sorted(spans[cadre], key=lambda span: span[:2]):
            if latest and span[0] < latest[1]:
                for one, other in ((span, latest), (latest, span)):
                    if one[2] in open_to_blame and one[2] is not None:
                        open_to_blame.discard(one[2])
                        _blame(rows[one[2]], other, rows)
            if latest is None or span[1] > latest[1]:
                latest = span


def _spans(office: Office) -> dict[Entry, list[Span]]:
    """All visits by cadre, also those that nobody has confirmed; what is going on lasts until now."""
    now = clock.now()
    spans: dict[Entry, list[Span]] = defaultdict(list)
    for duty in (office.duty, *office.duty.beside):
        for it in duty.visits.values():
            ends = it["ends_at"] or max(now, it["starts_at"])
            spans[it["person"]].append((it["starts_at"], ends, it, it["compound"]["name"]))
    for cadre, theirs in office.duty.elsewhere.items():
        spans[cadre] += [(starts, ends or max(now, starts), None, compound) for starts, ends, compound in theirs]
    return spans


def _blame(row: Row, other: Span, rows: dict[Entry, Row]) -> None:
    there = rows.get(other[2]) if other[2] else None
    row.fault(
        "starts",
        N_("%(name)s was in %(compound)s from %(starts)s to %(ends)s%(where)s: two visits of one cadre overlap"),
        name=row["name"],
        compound=other[3],
        starts=f"{clock.local(other[0]):%H:%M}",
        ends=f"{clock.local(other[1]):%H:%M}",
        where=message(N_(" (row %(row)d of %(file)s)"), row=there.number, file=there.sheet.file) if there else "",
    )


def existing(office: Office) -> int:
    """How many visits of the sub-district are confirmed, in all its time."""
    query = select(func.count()).select_from(Visit).where(Visit.subdistrict_id == office.place.id)
    return db.session.scalar(query.where(Visit.state == VisitState.CONFIRMED)) or 0


def _written(office: Office, _period: Period) -> Written:
    rows = []
    nameless = unconfirmed = strangers = 0
    for entry in office.duty.visits.values():
        if entry["state"] is not VisitState.CONFIRMED or entry["ends_at"] is None:
            unconfirmed += 1
            continue
        said = _say(entry)
        if said["phone"] is None:
            nameless += 1
        elif not office.duty.is_cadre(entry["person"]):
            strangers += 1
        else:
            rows.append(said)
    counts = {
        N_("not written: visits that nobody has confirmed (%(count)d)"): unconfirmed,
        N_("not written: visits of cadres without a phone number (%(count)d)"): nameless,
        N_("not written: visits of people who are no cadres (%(count)d)"): strangers,
    }
    return Written(rows, [message(text, count=count) for text, count in counts.items() if count])


HANDLERS = (
    Handler(
        kind=VISITS,
        blame="starts",
        note=_note,
        say=_say,
        existing=existing,
        written=_written,
        check=_check,
    ),
)

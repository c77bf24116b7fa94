"""04-cadres: cadres with the compound that they serve (干部结对), and their leaves (请假)."""

from typing import Any

from ..duty.models import PLEDGE, Leave, Pairing
from ..errors import N_, message
from . import cells
from .columns import NUMBER, Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .places import compound_of
from .reading import Row
from .register import Office
from .teams import check_numbers

LEDGER = "04-cadres"

PAIRINGS = SheetKind(
    LEDGER,
    "干部结对",
    "“交朋友结对子”干部台账",
    (
        NUMBER,
        Column("姓名", "name", cells.name, required=True),
        Column("科室", "department", cells.text(60)),
        Column("职务", "post", cells.text(60)),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("社区", "community", cells.text(60)),
        Column("结对楼院", "compound", cells.text(60), required=True),
        Column("每周承诺(小时)", "minutes_a_week", cells.hours_a_week, write=cells.hours_cell),
        Column("固定服务日", "weekday", cells.weekday, write=cells.weekday_cell),
        Column("开始时间", "usual_starts", cells.hour_of_one_day),
        Column("结束时间", "usual_ends", cells.hour_of_one_day),
    ),
)
LEAVES = SheetKind(
    LEDGER,
    "请假",
    "请假登记",
    (
        Column("姓名", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("开始日期", "since", cells.day, required=True),
        Column("结束日期", "until", cells.day, required=True),
        Column("事由", "reason", cells.text(100)),
    ),
)
_BLANK = {"department": "", "post": "", "minutes_a_week": PLEDGE, "weekday": None}
_USUAL = {"usual_starts": None, "usual_ends": None}


def cadre_of(row: Row, office: Office) -> Entry | None:
    """The cadre whom a row names; unknown, it's a fault, unless their pairing is refused in this very command."""
    if row["phone"] is None or row["name"] is None:
        return None
    found = office.people.known.get((row["phone"], row["name"]))
    if found and office.duty.is_cadre(found):
        return found
    row.faulty = True
    if ("cadre", _named(row)) not in office.refused:
        text = N_("%(subdistrict)s has no cadre %(name)s with this phone number")
        row.fault("phone", text, subdistrict=office.name, name=row["name"])
    return None


def _named(row: Row) -> str:
    return f"{row['phone']} {row['name']}"


def _note_pairing(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    compound = compound_of(row, office)
    person = office.people.known.get((row["phone"], row["name"]))
    entry = office.duty.pairings.get((person, compound)) if person and compound else None
    starts, ends = (row[key] if key in row or entry is None else entry[key] for key in _USUAL)
    if starts is not None and ends is not None and ends <= starts:
        row.fault("usual_ends", N_("the end is not after the start"))
    if row.faulty or compound is None:
        office.refused.add(("cadre", _named(row)))
        return None
    before = _say_pairing(entry) if entry else None
    if entry is None:
        person = office.people.find_or_add(row["phone"], row["name"])
        values = {"person": person, "compound": compound, "since": None, "until": None} | _BLANK | _USUAL
        entry = office.duty.pairings[person, compound] = Entry(Pairing, None, values)
    for key, blank in (_BLANK | _USUAL).items():
        if key in row:
            entry[key] = blank if row[key] is None else row[key]
    return entry, before


def _note_leave(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    cadre = cadre_of(row, office)
    if row["since"] is not None and row["until"] is not None and row["until"] < row["since"]:
        row.fault("until", N_("the last day lies before the first"))
    if row.faulty or cadre is None:
        return None
    entry = office.duty.leaves.get((cadre, row["since"]))
    before = _say_leave(entry) if entry else None
    if entry is None:
        values = {"person": cadre, "since": row["since"], "until": row["until"], "reason": ""}
        entry = office.duty.leaves[cadre, row["since"]] = Entry(Leave, None, values)
    entry["until"] = row["until"]
    if "reason" in row:
        entry["reason"] = row["reason"] or ""
    return entry, before


def _say_pairing(entry: Entry) -> dict[str, Any]:
    compound, person = entry["compound"], entry["person"]
    return {
        "name": person["name"],
        "department": entry["department"] or None,
        "post": entry["post"] or None,
        "phone": person["phone"],
        "community": compound["parent"]["name"],
        "compound": compound["name"],
    } | {key: entry[key] for key in ("minutes_a_week", "weekday", *_USUAL)}


def _say_leave(entry: Entry) -> dict[str, Any]:
    person = entry["person"]
    said = {"name": person["name"], "phone": person["phone"], "reason": entry["reason"] or None}
    return said | {key: entry[key] for key in ("since", "until")}


def _check_pairings(noted: list[tuple[Row, Any]], _office: Office) -> None:
    check_numbers({row.sheet for row, _pairing in noted})


def _written_pairings(office: Office, _period: Period) -> Written:
    # Also those that have ended: the service log names their cadres.
    rows = [_say_pairing(entry) for entry in office.duty.pairings.values() if entry["person"]["phone"] is not None]
    unsaid = []
    if nameless := len(office.duty.pairings) - len(rows):
        unsaid.append(message(N_("not written: pairings of cadres without a phone number (%(count)d)"), count=nameless))
    if dated := sum(bool(entry["since"] or entry["until"]) for entry in office.duty.pairings.values()):
        text = N_("not written: the days on which pairings begin or end (%(count)d)")
        unsaid.append(message(text, count=dated))
    return Written([row | {"number": number} for number, row in enumerate(rows, start=1)], unsaid)


def _written_leaves(office: Office, period: Period) -> Written:
    rows, unsaid, nameless, strangers = [], [], 0, 0
    for entry in office.duty.leaves.values():
        if (period.since and entry["until"] < period.since) or (period.until and entry["since"] > period.until):
            continue
        if entry["person"]["phone"] is None:
            nameless += 1
        elif not office.duty.is_cadre(entry["person"]):
            strangers += 1
        else:
            rows.append(_say_leave(entry))
    if nameless:
        unsaid.append(message(N_("not written: leaves of cadres without a phone number (%(count)d)"), count=nameless))
    if strangers:
        unsaid.append(message(N_("not written: leaves of people who are no cadres (%(count)d)"), count=strangers))
    return Written(rows, unsaid)


HANDLERS = (
    Handler(
        kind=PAIRINGS,
        blame="name",
        note=_note_pairing,
        say=_say_pairing,
        existing=lambda office: sum(not entry.is_new for entry in office.duty.pairings.values()),
        written=_written_pairings,
        check=_check_pairings,
    ),
    Handler(
        kind=LEAVES,
        blame="since",
        note=_note_leave,
        say=_say_leave,
        existing=lambda office: sum(not entry.is_new for entry in office.duty.leaves.values()),
        written=_written_leaves,
    ),
)

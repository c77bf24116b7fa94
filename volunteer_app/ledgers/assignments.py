"""03-assignments: the responsible person of one force for one compound (分包下沉)."""

from typing import Any

from .. import clock
from ..duty.models import Assignment, Force
from ..errors import N_, message
from . import cells
from .columns import Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .places import compound_of
from .reading import Row
from .register import Office

LEDGER = "03-assignments"
FORCES = {
    "机关": Force.OFFICE,
    "社区": Force.COMMUNITY,
    "协管": Force.WARDENS,
    "巡防": Force.PATROL,
    "物业": Force.PROPERTY,
    "环卫": Force.CLEANSING,
    "综合执法": Force.ENFORCEMENT,
}

ASSIGNMENTS = SheetKind(
    LEDGER,
    "分包下沉",
    "“6+1”分包下沉台账",
    (
        Column("社区", "community", cells.text(60)),
        Column("楼院", "compound", cells.text(60), required=True),
        Column("力量", "force", cells.choice(FORCES), required=True, write=cells.choice_cell(FORCES)),
        # Joint enforcement has several units; of any other force it may be blank.
        Column("单位", "unit", cells.text(60), needed=True),
        Column("责任人", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
    ),
)


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    compound = compound_of(row, office)
    if row.faulty or compound is None:
        return None
    person = office.people.find_or_add(row["phone"], row["name"])
    key = (compound, row["force"], row["unit"] or "")
    entry = office.duty.assignments.get(key)
    before = _say(entry) if entry else None
    if entry is None:
        values = {"compound": compound, "force": key[1], "unit": key[2], "person": person, "since": None, "until": None}
        entry = office.duty.assignments[key] = Entry(Assignment, None, values)
    if entry["person"] is not person:
        # The days were those of whoever answered for it before.
        entry.values |= {"person": person, "since": None, "until": None}
    return entry, before


def _say(entry: Entry) -> dict[str, Any]:
    compound, person = entry["compound"], entry["person"]
    return {
        "community": compound["parent"]["name"],
        "compound": compound["name"],
        "force": entry["force"],
        "unit": entry["unit"] or None,
        "name": person["name"],
        "phone": person["phone"],
    }


def _written(office: Office, _period: Period) -> Written:
    rows, ended, nameless = [], 0, 0
    for entry in office.duty.assignments.values():
        if entry["until"] is not None and entry["until"] < clock.today():
            ended += 1
        elif entry["person"]["phone"] is None:
            nameless += 1
        else:
            rows.append(_say(entry))
    unsaid = []
    if ended:
        unsaid.append(message(N_("not written: assignments that have ended (%(count)d)"), count=ended))
    if nameless:
        text = N_("not written: assignments of people without a phone number (%(count)d)")
        unsaid.append(message(text, count=nameless))
    return Written(rows, unsaid)


HANDLERS = (
    Handler(
        kind=ASSIGNMENTS,
        blame="unit",
        note=_note,
        say=_say,
        existing=lambda office: sum(not entry.is_new for entry in office.duty.assignments.values()),
        written=_written,
    ),
)

"""01-places: compounds (楼院) and buildings (楼栋). The one ledger that creates places."""

from collections import Counter
from typing import Any

from ..errors import N_, Message, message
from ..places.models import Management, PlaceKind
from . import cells
from .columns import SUBDISTRICT, Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

LEDGER = "01-places"
MANAGEMENT = {"无主管": Management.UNMANAGED, "业主委员会": Management.OWNERS, "物业管理": Management.PROPERTY}
YES_NO = {"是": True, "否": False}

COMPOUNDS = SheetKind(
    LEDGER,
    "楼院",
    "楼院台账",
    (
        SUBDISTRICT,
        Column("社区", "community", cells.text(60), required=True),
        Column("楼院", "compound", cells.text(60), required=True),
        Column("管理类别", "management", cells.choice(MANAGEMENT), required=True, write=cells.choice_cell(MANAGEMENT)),
        Column("楼栋数", "buildings", cells.anything, derived=True),
        Column("户数", "households", cells.whole),
        Column("建筑面积", "area_m2", cells.tenth),
        Column("老旧小区改造", "renovated", cells.choice(YES_NO), write=cells.choice_cell(YES_NO)),
    ),
)
BUILDINGS = SheetKind(
    LEDGER,
    "楼栋",
    "楼栋台账",
    (
        Column("社区", "community", cells.text(60), required=True),
        Column("楼院", "compound", cells.text(60), required=True),
        Column("楼栋", "building", cells.text(60), required=True),
        Column("单元数", "stairwells", cells.whole),
        Column("层数", "floors", cells.whole),
        Column("户数", "households", cells.whole),
    ),
)


def compound_of(row: Row, office: Office, *, key: str = "compound") -> Entry | None:
    """The compound that a row names; unknown, it's a fault, unless it's refused in this very command."""
    name = row[key]
    if name is None:
        return None
    found = office.compounds.get(name)
    if found is None:
        row.faulty = True
        if ("compound", name) not in office.refused:
            row.fault(key, N_("%(subdistrict)s has no compound %(name)s"), subdistrict=office.name, name=name)
        return None
    community = row["community"]
    if community is not None and found["parent"]["name"] != community:
        text = N_("%(compound)s belongs to %(community)s, not to %(name)s")
        row.fault("community", text, compound=name, community=found["parent"]["name"], name=community)
    return found


def _note_compound(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    if row.faulty:
        office.refused.add(("compound", row["compound"]))
        return None
    community = office.communities.get(row["community"])
    if community is None:
        community = office.new_place(PlaceKind.COMMUNITY, row["community"], office.place)
        office.communities[row["community"]] = community
    entry = office.compounds.get(row["compound"])
    before = _say_compound(entry) if entry else None
    if entry is None:
        entry = office.compounds[row["compound"]] = office.new_place(PlaceKind.COMPOUND, row["compound"], community)
    entry["parent"] = community
    _take(row, entry, "management", "households", "area_m2", "renovated")
    return entry, before


def _note_building(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    compound = compound_of(row, office)
    if row.faulty or compound is None:
        return None
    key = (compound, row["building"])
    entry = office.buildings.get(key)
    before = _say_building(entry) if entry else None
    if entry is None:
        entry = office.buildings[key] = office.new_place(PlaceKind.BUILDING, row["building"], compound)
    _take(row, entry, "stairwells", "floors", "households")
    return entry, before


def _take(row: Row, entry: Entry, *keys: str) -> None:
    """A blank cell of a column that is there clears the value; a column that isn't there leaves it."""
    for key in keys:
        if key in row:
            entry[key] = row[key]


def _say_compound(entry: Entry) -> dict[str, Any]:
    keys = ("management", "households", "area_m2", "renovated")
    return {"subdistrict": None, "community": entry["parent"]["name"], "compound": entry["name"]} | {
        key: entry[key] for key in keys
    }


def _say_building(entry: Entry) -> dict[str, Any]:
    compound = entry["parent"]
    said = {"community": compound["parent"]["name"], "compound": compound["name"], "building": entry["name"]}
    return said | {key: entry[key] for key in ("stairwells", "floors", "households")}


def _check_compounds(noted: list[tuple[Row, Any]], office: Office) -> None:
    counted = Counter(compound for compound, _name in office.buildings)
    for row, compound in noted:
        if counted[compound] and row["buildings"] not in (None, str(counted[compound])):
            text = N_("%(said)s buildings are said here, %(counted)d are listed")
            row.warn("buildings", text, said=row["buildings"], counted=counted[compound])


def _written_compounds(office: Office, _period: Period) -> Written:
    counted = Counter(compound for compound, _name in office.buildings)
    rows = [
        _say_compound(entry) | {"subdistrict": office.name, "buildings": counted[entry]}
        for entry in office.compounds.values()
    ]
    return Written(rows, _retired(office.compounds.values()))


def _written_buildings(office: Office, _period: Period) -> Written:
    return Written([_say_building(entry) for entry in office.buildings.values()], _retired(office.buildings.values()))


def _retired(entries: Any) -> list[Message]:
    count = sum(entry["retired_on"] is not None for entry in entries)
    return [message(N_("not written: the day on which places were retired (%(count)d)"), count=count)] if count else []


HANDLERS = (
    Handler(
        kind=COMPOUNDS,
        blame="compound",
        note=_note_compound,
        say=_say_compound,
        existing=lambda office: sum(not entry.is_new for entry in office.compounds.values()),
        written=_written_compounds,
        check=_check_compounds,
    ),
    Handler(
        kind=BUILDINGS,
        blame="building",
        note=_note_building,
        say=_say_building,
        existing=lambda office: sum(not entry.is_new for entry in office.buildings.values()),
        written=_written_buildings,
    ),
)

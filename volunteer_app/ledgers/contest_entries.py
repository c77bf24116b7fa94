"""09-contests: what takes part in a round (参评), by whom it was entered."""

from typing import Any

from ..contests.models import Entry as Candidate
from ..contests.models import EntryState
from ..errors import N_
from ..people.erasure import ERASED
from ..places.models import PlaceKind
from . import cells
from .columns import Column, SheetKind
from .contest_register import FILLED
from .contests import LEDGER, round_of, unsaid, written_rounds
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

CANDIDATES = SheetKind(
    LEDGER,
    "参评",
    "参评名单",
    (
        Column("名称", "round", cells.text(60), required=True),
        Column("参评对象", "candidate", cells.text(60), required=True),
        Column("社区", "community", cells.text(60), required=True),
        Column("报名人", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("报名日期", "entered_on", cells.day_not_to_come, required=True),
    ),
)


def candidate_of(row: Row, office: Office, round: Entry | None) -> Entry | None:
    """What takes part in the round under the name which a row gives; unknown, it's a fault as well."""
    name = row["candidate"]
    if round is None or name is None:
        return None
    found = office.contests.candidates.get((round, name))
    if found is None or found["state"] is not EntryState.PUBLISHED:
        row.faulty = True
        if ("candidate", f"{round['name']} {name}") not in office.refused:
            row.fault("candidate", N_("%(name)s takes no part in %(round)s"), name=name, round=round["name"])
        return None
    return found


_ELSEWHERE = {
    EntryState.WAITING: N_("%(name)s waits for its review here: decide that on its page"),
    EntryState.RETURNED: N_("%(name)s was returned here: decide that on its page"),
    EntryState.WITHDRAWN: N_("%(name)s was withdrawn here: decide that on its page"),
}
"""Why a row doesn't make an entry take part that's there and doesn't."""


def _note_candidate(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    round = round_of(row, office)
    community = office.communities.get(row["community"]) if row["community"] else None
    if row["community"] and community is None:
        text = N_("%(subdistrict)s has no community %(name)s")
        row.fault("community", text, subdistrict=office.name, name=row["community"])
    name = row["candidate"]
    entry = office.contests.candidates.get((round, name)) if round and name else None
    if entry is not None and entry["state"] is not EntryState.PUBLISHED:
        row.fault("candidate", _ELSEWHERE[entry["state"]], name=name)
    elif entry is None and round and name and office.contests.is_filled(round):
        row.fault("candidate", FILLED)
    if row.faulty or round is None or community is None:
        office.refused.add(("candidate", f"{row['round']} {row['candidate']}"))
        return None
    before = _say_candidate(entry) if entry else None
    if entry is None:
        values = {"round": round, "name": name, "place": None, "veto_reason": "", "veto_lifted": ""}
        entry = office.contests.candidates[round, name] = Entry(Candidate, None, values)
    if entry["place"] is None or _community(entry["place"]) is not community:
        entry["place"] = office.contests.buildings.get((community, name), community)
    entry.values |= {"entered_on": row["entered_on"], "state": EntryState.PUBLISHED}
    # Who was erased since isn't brought back.
    if entry.is_new or entry["person"]["name"] != ERASED:
        entry["person"] = office.people.find_or_add(row["phone"], row["name"])
    return entry, before


def _community(place: Entry) -> Entry | None:
    """The community around a place, or the place itself."""
    found: Entry | None = place
    while found is not None and found["kind"] is not PlaceKind.COMMUNITY:
        found = found.values.get("parent")
    return found


def _say_candidate(entry: Entry) -> dict[str, Any]:
    community, person = _community(entry["place"]), entry["person"]
    return {
        "round": entry["round"]["name"],
        "candidate": entry["name"],
        "community": community and community["name"],
        "name": person["name"],
        "phone": person["phone"],
        "entered_on": entry["entered_on"],
    }


def _written_candidates(office: Office, period: Period) -> Written:
    rounds = set(written_rounds(office, period)[0])
    mine = [it for it in office.contests.candidates.values() if it["round"] in rounds]
    published = [it for it in mine if it["state"] is EntryState.PUBLISHED]
    placed = [it for it in published if _community(it["place"])]
    said = [it for it in placed if it["person"]["phone"] is not None]
    counts = {
        N_("not written: entries that aren't published (%(count)d)"): len(mine) - len(published),
        N_("not written: entries of no community (%(count)d)"): len(published) - len(placed),
        N_("not written: entries of people without a phone number (%(count)d)"): len(placed) - len(said),
    }
    return Written([_say_candidate(it) for it in said], unsaid(counts))


HANDLERS = (
    Handler(
        kind=CANDIDATES,
        blame="candidate",
        note=_note_candidate,
        say=_say_candidate,
        existing=lambda office: sum(
            bool(it.kept) and it.kept["state"] is EntryState.PUBLISHED for it in office.contests.candidates.values()
        ),
        written=_written_candidates,
    ),
)

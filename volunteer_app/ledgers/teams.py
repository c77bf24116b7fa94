"""02-teams: teams with their weekly slot (队伍) and their members (成员)."""

from collections import Counter
from typing import Any

from ..errors import N_, message
from ..people.models import Sex
from ..places.models import PlaceKind
from ..teams.models import KIND_NAMES, MemberRole, Membership, Team
from . import cells
from .columns import NUMBER, Column, SheetKind
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .places import compound_of
from .reading import ReadSheet, Row
from .register import Office

LEDGER = "02-teams"
KINDS = {name: kind for kind, name in KIND_NAMES.items()}
ROLES = {"队员": MemberRole.MEMBER, "队长": MemberRole.LEADER}
SEXES = {"女": Sex.FEMALE, "男": Sex.MALE}

TEAMS = SheetKind(
    LEDGER,
    "队伍",
    "队伍台账",
    (
        NUMBER,
        Column("队伍名称", "team", cells.text(60), required=True),
        Column("类别", "kind", cells.choice(KINDS), required=True, write=cells.choice_cell(KINDS)),
        Column("社区", "community", cells.text(60)),
        # Blank where a team belongs to a whole community or sub-district; leaders may be wanting.
        Column("楼院", "compound", cells.text(60), needed=True),
        Column("负责人", "leader", cells.name, needed=True),
        Column("联系电话", "phone", cells.phone, needed=True),
        Column("人数", "people", cells.anything, derived=True),
        Column("成立时间", "founded", cells.day),
        Column("活动星期", "weekday", cells.weekday, write=cells.weekday_cell),
        Column("开始时间", "starts", cells.hour_of_one_day),
        Column("结束时间", "ends", cells.hour_of_one_day),
        Column("活动地点", "place", cells.text(60)),
        Column("服务内容", "focus", cells.text(60)),
    ),
)
MEMBERS = SheetKind(
    LEDGER,
    "成员",
    "队员花名册",
    (
        Column("队伍名称", "team", cells.text(60), required=True),
        Column("姓名", "name", cells.name, required=True),
        Column("性别", "sex", cells.choice(SEXES), write=cells.choice_cell(SEXES)),
        Column("出生年月", "birth_month", cells.month),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("职务", "role", cells.choice(ROLES), write=cells.choice_cell(ROLES)),
        Column("入队日期", "since", cells.day),
    ),
)


def team_of(row: Row, office: Office) -> Entry | None:
    """The team that a row names; unknown, it's a fault, unless it's refused in this very command."""
    name = row["team"]
    if name is None:
        return None
    found = office.teams.get(name)
    if found is None:
        row.faulty = True
        if ("team", name) not in office.refused:
            row.fault("team", N_("%(subdistrict)s has no team %(name)s"), subdistrict=office.name, name=name)
    return found


def _note_team(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    place = _place_of(row, office)
    leader = _leader_of(row, office)
    entry = office.teams.get(row["team"] or "")
    starts = row["starts"] if "starts" in row or entry is None else entry["slot_starts"]
    ends = row["ends"] if "ends" in row or entry is None else entry["slot_ends"]
    if starts is not None and ends is not None and ends <= starts:
        row.fault("ends", N_("the end is not after the start"))
    if row.faulty or place is None:
        office.refused.add(("team", row["team"]))
        return None
    before = _say_team(entry) if entry else None
    if entry is None:
        empty = {"venue": None, "place_text": "", "focus": "", "founded": None, "weekday": None, "dissolved": None}
        values = empty | {"name": row["team"], "slot_starts": None, "slot_ends": None, "leader": None}
        entry = office.teams[row["team"]] = Entry(Team, None, values)
    entry["kind"] = row["kind"]
    entry["place"] = place
    if leader or _known(entry["leader"]):
        entry["leader"] = leader
    for key, column in (
        ("founded", "founded"),
        ("weekday", "weekday"),
        ("slot_starts", "starts"),
        ("slot_ends", "ends"),
    ):
        if column in row:
            entry[key] = row[column]
    if "focus" in row:
        entry["focus"] = row["focus"] or ""
    if "place" in row and (before is None or before["place"] != row["place"]):
        entry["place_text"] = row["place"] or ""
        entry["venue"] = _venue(entry["place_text"], place, office)
    return entry, before


def _place_of(row: Row, office: Office) -> Entry | None:
    """Where the team is at home: its compound, else its community, else the sub-district."""
    if row["compound"] is not None:
        return compound_of(row, office)
    if row["community"] is None:
        return office.place
    found = office.communities.get(row["community"])
    if found is None:
        text = N_("%(subdistrict)s has no community %(name)s")
        row.fault("community", text, subdistrict=office.name, name=row["community"])
    return found


def _leader_of(row: Row, office: Office) -> Entry | None:
    if row.faulty or (row["leader"] is None and row["phone"] is None):
        return None
    if row["leader"] is None:
        row.fault("leader", N_("must not be blank beside a phone number"))
    elif row["phone"] is None:
        row.fault("phone", N_("must not be blank: people are known by phone and name"))
    else:
        return office.people.find_or_add(row["phone"], row["leader"])
    return None


def _venue(text: str, place: Entry, office: Office) -> Entry | None:
    """The venue that 活动地点 names; one that begins with its compound's name and goes on is a venue of it."""
    found = office.venue_named(text, place)
    if found or place["kind"] is not PlaceKind.COMPOUND or text == place["name"] or not text.startswith(place["name"]):
        return found
    venue = office.new_place(PlaceKind.VENUE, text, place)
    office.venues[text].append(venue)
    return venue


def _note_member(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    team = team_of(row, office)
    if row.faulty or team is None:
        return None
    person = office.people.find_or_add(row["phone"], row["name"])
    entry = office.members.get((team, person))
    before = _say_member(entry) if entry else None
    if entry is None:
        values = {"team": team, "person": person, "role": MemberRole.MEMBER, "since": None, "until": None}
        entry = office.members[team, person] = Entry(Membership, None, values)
    for key in ("sex", "birth_month"):
        # The first given value stays.
        if person[key] is None:
            person[key] = row[key]
        elif row[key] not in (None, person[key]):
            row.warn(key, N_("another value was given for this person before: it stays"))
    if "role" in row:
        entry["role"] = row["role"] or MemberRole.MEMBER
    if "since" in row:
        entry["since"] = row["since"]
    return entry, before


def _say_team(entry: Entry) -> dict[str, Any]:
    place, leader = entry["place"], _known(entry["leader"])
    compound = place if place["kind"] is PlaceKind.COMPOUND else None
    community = compound["parent"] if compound else place if place["kind"] is PlaceKind.COMMUNITY else None
    venue = entry["venue"]
    return {
        "team": entry["name"],
        "kind": entry["kind"],
        "community": community and community["name"],
        "compound": compound and compound["name"],
        "leader": leader and leader["name"],
        "phone": leader and leader["phone"],
        "founded": entry["founded"],
        "weekday": entry["weekday"],
        "starts": entry["slot_starts"],
        "ends": entry["slot_ends"],
        "place": entry["place_text"] or (venue and venue["name"]) or None,
        "focus": entry["focus"] or None,
    }


def _known(leader: Entry | None) -> Entry | None:
    """A leader without a phone is nobody whom a ledger could name."""
    return leader if leader and leader["phone"] is not None else None


def _say_member(entry: Entry) -> dict[str, Any]:
    person = entry["person"]
    said = {"team": entry["team"]["name"], "role": entry["role"], "since": entry["since"]}
    return said | {key: person[key] for key in ("name", "sex", "birth_month", "phone")}


def _check_teams(noted: list[tuple[Row, Any]], office: Office) -> None:
    counted = _counted(office)
    check_numbers({row.sheet for row, _team in noted})
    for row, team in noted:
        if counted[team] and row["people"] not in (None, str(counted[team])):
            text = N_("%(said)s people are said here, %(counted)d members are listed")
            row.warn("people", text, said=row["people"], counted=counted[team])


def check_numbers(sheets: set[ReadSheet]) -> None:
    """The running numbers: of each sheet only the first one that is out of step, for all after it are so too."""
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=1):
            if row["number"] not in (None, str(number)):
                text = N_("%(said)s stands here, this is row %(number)d")
                row.warn("number", text, said=row["number"], number=number)
                break


def _counted(office: Office) -> Counter[Entry]:
    """Present members of each team."""
    return Counter(team for (team, _person), member in office.members.items() if member["until"] is None)


def _written_teams(office: Office, _period: Period) -> Written:
    counted = _counted(office)
    rows, nameless = [], 0
    for number, entry in enumerate(office.teams.values(), start=1):
        nameless += entry["leader"] is not None and entry["leader"]["phone"] is None
        rows.append(_say_team(entry) | {"number": number, "people": counted[entry]})
    unsaid = []
    if nameless:
        unsaid.append(message(N_("not written: leaders without a phone number (%(count)d)"), count=nameless))
    if gone := sum(entry["dissolved"] is not None for entry in office.teams.values()):
        unsaid.append(message(N_("not written: the day on which teams were dissolved (%(count)d)"), count=gone))
    return Written(rows, unsaid)


def _written_members(office: Office, _period: Period) -> Written:
    rows, ended, nameless = [], 0, 0
    for entry in office.members.values():
        if entry["until"] is not None:
            ended += 1
        elif entry["person"]["phone"] is None:
            nameless += 1
        else:
            rows.append(_say_member(entry))
    unsaid = []
    if ended:
        unsaid.append(message(N_("not written: memberships that have ended (%(count)d)"), count=ended))
    if nameless:
        unsaid.append(message(N_("not written: members without a phone number (%(count)d)"), count=nameless))
    return Written(rows, unsaid)


HANDLERS = (
    Handler(
        kind=TEAMS,
        blame="team",
        note=_note_team,
        say=_say_team,
        existing=lambda office: sum(not entry.is_new for entry in office.teams.values()),
        written=_written_teams,
        check=_check_teams,
    ),
    Handler(
        kind=MEMBERS,
        blame="name",
        note=_note_member,
        say=_say_member,
        existing=lambda office: sum(not entry.is_new for entry in office.members.values()),
        written=_written_members,
    ),
)

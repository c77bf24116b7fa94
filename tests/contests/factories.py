"""Rows of a contest for tests; nothing here commits.

A round's days are fixed in November 2020, so that a test says by ``@pytest.mark.now`` where the round stands:
entries 1–10, judging and voting 11–20, publication 21–25 November.
"""

import itertools
from collections.abc import Mapping
from datetime import date

from volunteer_app import clock
from volunteer_app.contests.models import (
    Channel,
    ContestKind,
    Criterion,
    Entry,
    EntryState,
    Judge,
    Round,
    Score,
    ScoreSheet,
    Subject,
)
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.people.models import Person
from volunteer_app.places.models import Place

from ..factories import Row, make_building, make_person, make_subdistrict

ENTERING, DECIDING, NOTICE, STANDING = (
    "2020-11-05T09:00+08:00",
    "2020-11-12T09:00+08:00",
    "2020-11-21T00:00+08:00",
    "2020-11-26T00:00+08:00",
)
"""Moments of a round that has the days from here."""
LAST_MOMENT = "2020-11-20T23:59:59+08:00"
"""A second before the close."""

_numbers = itertools.count(1)


def make_round(subdistrict: Place | None = None, name: str | None = None, **values: object) -> Round:
    """A published round with two criteria of 60 and 40 points; judges have 70 percent, voters 30."""
    subdistrict = subdistrict or make_subdistrict()
    number = next(_numbers)
    values = {
        "number": (number - 1) % 999 + 1,  # as many as a form takes
        "kind": ContestKind.BEST_BUILDING,
        "subject": Subject.BUILDING,
        "entries_from": date(2020, 11, 1),
        "entries_until": date(2020, 11, 10),
        "judging_from": date(2020, 11, 11),
        "judging_until": date(2020, 11, 20),
        "voting_from": date(2020, 11, 11),
        "voting_until": date(2020, 11, 20),
        "judges_weight": 70,
        "voters_weight": 30,
        "published_at": clock.midnight(date(2020, 10, 20)),
        "changed_at": clock.midnight(date(2020, 10, 20)),
    } | values
    round = _added(Round(subdistrict_id=subdistrict.id, name=name or f"第{number}期楼栋评比赛", **values))
    for position, (title, points) in enumerate((("环境卫生", 60), ("邻里和睦", 40))):
        _added(Criterion(round_id=round.id, name=title, points=points, position=position))
    db.session.expire(round, ["criteria"])
    return round


def make_entry(
    round: Round,
    name: str | None = None,
    *,
    place: Place | None = None,
    person: Person | None = None,
    state: EntryState = EntryState.PUBLISHED,
    **values: object,
) -> Entry:
    """A published entry of a building."""
    place, person = place or make_building(), person or make_person("罗玉芬")
    values = {"entered_on": round.entries_from} | values
    name = name or f"云台里{next(_numbers)}号楼"
    return _added(Entry(round_id=round.id, name=name, place_id=place.id, person_id=person.id, state=state, **values))


def make_judge(round: Round, label: str | None = None, person: Person | None = None, **values: object) -> Judge:
    """A judge with a person."""
    person = person or make_person("卢志远")
    return _added(Judge(round_id=round.id, label=label or f"评委{next(_numbers)}", person_id=person.id, **values))


def make_sheet(judge: Judge, entry: Entry, points: Mapping[str, int] | None = None, **values: object) -> ScoreSheet:
    """A judge's sheet of an entry.

    Args:
        points: by the criterion's name; full marks where not given.
    """
    sheet = _added(ScoreSheet(judge_id=judge.id, entry_id=entry.id, changed_at=clock.now(), **values))
    for criterion in entry.round.criteria:
        given = criterion.points if points is None else points.get(criterion.name)
        if given is not None:
            _added(Score(sheet_id=sheet.id, criterion_id=criterion.id, points=given))
    db.session.expire(sheet, ["scores"])
    return sheet


def make_vote(
    entry: Entry, person: Person | None = None, *, channel: Channel = Channel.ACCOUNT, **values: object
) -> Vote:
    """A resident's vote; of a household where ``building_id`` and ``door`` are given and no person."""
    if person is None and "door" not in values:
        person = make_person("邓玉兰")
    values = {"day": entry.round.voting_from} | values
    return _added(
        Vote(round_id=entry.round_id, entry_id=entry.id, person_id=person and person.id, channel=channel, **values)
    )


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row

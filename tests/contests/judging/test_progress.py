"""Progress: how many sheets are done, and nothing of what is on them."""

import dataclasses

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, make_entry, make_judge, make_round, make_sheet
from volunteer_app import clock
from volunteer_app.contests.judging import progress
from volunteer_app.contests.judging.progress import Mark, OfEntry, OfJudge
from volunteer_app.contests.models import EntryState

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def scene(app: Flask):
    """Four entries and three judges, of whom one has left."""
    round = make_round()
    names = [make_entry(round, f"云台里{n}号楼") for n in range(1, 5)]
    make_entry(round, "云台里9号楼", state=EntryState.WAITING)
    first = make_judge(round, "评委甲")
    second = make_judge(round, "评委乙", person=names[3].person)
    left = make_judge(round, "评委丙", withdrawn_at=clock.now())
    make_sheet(first, names[0])
    make_sheet(first, names[1], {"环境卫生": 3})
    make_sheet(first, names[2], recused_reason="住在这里")
    make_sheet(second, names[0], {"环境卫生": 0, "邻里和睦": 0})
    make_sheet(second, names[1], {}, note="门没开")
    make_sheet(left, names[0])
    return round, names, (first, second, left)


def test_of_the_panel_and_of_the_entries(scene) -> None:
    round, names, (first, second, left) = scene
    found = progress.of(round)
    assert found.judges == [
        OfJudge(first, whole=1, aside=1, entries=4, begun=True),
        OfJudge(second, whole=1, aside=1, entries=4, begun=True),
        OfJudge(left, whole=1, aside=0, entries=4, begun=True),
    ]
    assert [it.open for it in found.judges] == [2, 2, 3]
    assert found.entries == [
        OfEntry(names[0], whole=2, judges=2),
        OfEntry(names[1], whole=0, judges=2),
        OfEntry(names[2], whole=0, judges=1),
        OfEntry(names[3], whole=0, judges=1),
    ]


def test_no_field_of_it_holds_points_or_a_veto(scene) -> None:
    names = {field.name for kind in (OfJudge, OfEntry) for field in dataclasses.fields(kind)}
    assert names == {"judge", "whole", "aside", "entries", "begun", "entry", "judges"}


def test_ones_own_sheets(scene) -> None:
    _, names, (first, second, _) = scene
    clean, kind = (criterion.id for criterion in names[0].round.criteria)
    of_first = progress.own(first)
    assert [(own.entry, own.points, own.mark) for own in of_first] == [
        (names[0], {clean: 60, kind: 40}, Mark.WHOLE),
        (names[1], {clean: 3}, Mark.PARTLY),
        (names[2], {clean: 60, kind: 40}, Mark.ASIDE),
        (names[3], {}, Mark.EMPTY),
    ]
    assert [own.mark for own in progress.own(second)] == [Mark.WHOLE, Mark.PARTLY, Mark.EMPTY, Mark.BARRED]


def test_a_round_without_anybody(app: Flask) -> None:
    assert progress.of(make_round()) == progress.Progress([], [])


def test_as_many_queries_for_three_as_for_one(app: Flask, count_queries) -> None:
    counts = []
    for number in (1, 3):
        round = make_round()
        judges = [make_judge(round) for _ in range(number)]
        for entry in [make_entry(round) for _ in range(number)]:
            for judge in judges:
                make_sheet(judge, entry)
        with count_queries() as of_panel:
            progress.of(round)
        with count_queries() as of_one:
            progress.own(judges[0])
        counts.append((len(of_panel), len(of_one)))
    assert counts[0] == counts[1]

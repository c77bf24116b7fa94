"""Erasing who entered something changes nothing of what was decided."""

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, NOTICE, STANDING, make_entry, make_judge, make_round, make_sheet
from tests.factories import Cast, make_person
from volunteer_app.contests.models import Entry, Objection, Round, Subject
from volunteer_app.contests.outcome import objections, standings
from volunteer_app.contests.rounds import erasing
from volunteer_app.database import db


@pytest.fixture
def families(cast: Cast) -> tuple[Entry, ...]:
    """Three families whose points are equal, and one winner: 一 is U+4E00, 万 U+4E07, 已 U+5DF2, 王 U+738B."""
    round = make_round(cast.subdistrict, "好家庭", subject=Subject.FAMILY, winners=1)
    judge = make_judge(round)
    found = tuple(make_entry(round, name, person=make_person(name[0])) for name in ("王家", "万家", "一家"))
    for entry in found:
        make_sheet(judge, entry)
    return found


def order(round: Round) -> list[int]:
    return [it.entry.id for it in standings.of(round).entries]


@pytest.mark.now(STANDING)
def test_the_winner_of_a_tie_stays_the_winner(app: Flask, cast: Cast, families: tuple[Entry, ...]) -> None:
    third, second, first = families
    round = first.round
    before = order(round)
    assert before == [first.id, second.id, third.id]
    assert erasing.forget(first.person, by=cast.officer.id) == []
    assert first.name == f"已匿名 {first.id}"
    assert [it.tie for it in families] == [3, 2, 1]
    assert order(round) == before
    erasing.forget(second.person, by=cast.officer.id)
    assert [it.tie for it in families] == [3, 2, 1]
    assert order(round) == before
    assert [it.entry.id for it in standings.of(round).winners] == [first.id]


@pytest.mark.now(NOTICE)
def test_an_objection_loses_its_name_and_keeps_its_answer(app: Flask, cast: Cast) -> None:
    round, person = make_round(cast.subdistrict), cast.volunteer.person
    for by in (cast.volunteer, None):
        said = {"name": person.name, "phone": str(person.phone), "text": "票数不对", "key": f"{by and by.id}"}
        objections.make(round, **said, entry=None, by=by)
    erasing.forget(person, by=cast.officer.id)
    found = db.session.query(Objection).order_by(Objection.id).all()
    # Who wasn't signed in may be anybody.
    assert [(it.name, it.phone, it.text) for it in found] == [
        ("已匿名", "", "票数不对"),
        (person.name, person.phone, "票数不对"),
    ]


@pytest.mark.now(DECIDING)
def test_before_the_close_names_say_it(app: Flask, cast: Cast, families: tuple[Entry, ...]) -> None:
    erasing.forget(families[2].person, by=cast.officer.id)
    db.session.expire_all()
    assert [it.tie for it in families] == [None, None, None]

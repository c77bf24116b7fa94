"""The demo's contests: one with a result, one in which people vote and judges judge, one to come; two role models."""

from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from volunteer_app import clock
from volunteer_app.contests import queries as contests
from volunteer_app.contests import windows
from volunteer_app.contests.models import Entry, Judge, Round, ScoreSheet
from volunteer_app.contests.outcome import standings
from volunteer_app.contests.role_models import queries as role_models
from volunteer_app.contests.rounds import photos
from volunteer_app.contests.voting.models import Vote
from volunteer_app.contests.windows import Phase
from volunteer_app.database import db
from volunteer_app.demo import filling, logins
from volunteer_app.people import accounts
from volunteer_app.photos import keeping
from volunteer_app.places import queries


@pytest.fixture
def rounds(sqlite_app: Flask) -> list[Round]:
    filling.fill()
    db.session.commit()
    return list(db.session.scalars(select(Round).order_by(Round.number)))


def test_a_result_a_vote_and_an_announcement(rounds: list[Round]) -> None:
    large, _small = queries.subdistricts()
    assert {round.subdistrict_id for round in rounds} == {large.id}
    now = clock.now()
    assert [windows.phase(it, at=now) for it in rounds] == [Phase.STANDING, Phase.DECIDING, Phase.ANNOUNCED]
    assert windows.may_vote(rounds[1], at=now)
    assert windows.may_judge(rounds[1], at=now)
    assert [len(db.session.scalars(contests.published_entries(it)).all()) for it in rounds] == [8, 8, 0]
    assert all(it.changed_at <= now for it in rounds)


def test_last_year_has_winners(rounds: list[Round]) -> None:
    standing = standings.of(rounds[0])
    assert standing.stands
    assert len(standing.winners) == 3
    assert all(it.line.rank and it.counted == 3 and it.line.candidate.votes >= 14 for it in standing.entries)


def test_people_vote_in_their_window(rounds: list[Round]) -> None:
    for round in rounds[:2]:
        first, last = db.session.execute(
            select(func.min(Vote.day), func.max(Vote.day)).where(Vote.round_id == round.id)
        ).one()
        assert round.voting_from
        assert round.voting_until
        assert round.voting_from <= first <= last <= min(round.voting_until, clock.today())


def test_a_judge_has_a_login_and_work_to_do(rounds: list[Round]) -> None:
    account = accounts.find(logins.JUDGE.phone)
    assert account
    judges = db.session.scalars(select(Judge).where(Judge.person_id == account.person_id)).all()
    assert {it.round_id for it in judges} == {rounds[0].id, rounds[1].id}
    given = select(func.count()).select_from(ScoreSheet).join(Entry).where(ScoreSheet.judge_id == judges[1].id)
    assert db.session.scalar(given) == 2


def test_role_models_are_shown(rounds: list[Round]) -> None:
    large, _small = queries.subdistricts()
    found = db.session.scalars(role_models.published(large)).all()
    assert [it.title for it in found] == ["最美志愿服务队", "最美志愿者"]
    assert found[1].person
    assert found[1].person.phone == logins.LEADER.phone


def test_what_people_vote_on_has_pictures(sqlite_app: Flask, tmp_path: Path) -> None:
    filling.fill(tmp_path)
    db.session.commit()
    going = db.session.scalars(select(Round).where(Round.number == 2)).one()
    entries = db.session.scalars(contests.published_entries(going)).all()
    shown = photos.shown_of(entries)
    assert set(shown) == {it.id for it in entries}
    for row in (row for rows in shown.values() for row in rows):
        assert row.alt
        with Image.open(keeping.file(row.photo, tmp_path)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1200, 900))

"""One vote for each resident or household, by the round's channel, in its window; it stands."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.contests.factories import DECIDING, ENTERING, LAST_MOMENT, NOTICE, make_entry, make_round, make_vote
from tests.factories import Cast, make_building, make_person
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, EntryState, Round, VoteUnit
from volunteer_app.contests.voting import secrecy, votes
from volunteer_app.contests.voting.households import Household
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.errors import Refused

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(DECIDING)]


def given() -> list[tuple[int, int | None, str | None]]:
    return [(it.entry_id, it.person_id, it.door) for it in db.session.query(Vote).order_by(Vote.id)]


def refused(round: Round, **values: object) -> str:
    with pytest.raises(Refused) as caught:
        votes.cast(round, **({"channel": Channel.ACCOUNT, "by": None, "person": None} | values))
    return caught.value.message.text


def test_a_vote_stands(cast: Cast) -> None:
    round = make_round(cast.subdistrict)
    first, second, person = make_entry(round), make_entry(round), cast.volunteer.person
    assert not votes.has_voted(round, person=person)
    votes.cast(round, first, person=person, channel=Channel.ACCOUNT, by=cast.volunteer.id)
    assert votes.has_voted(round, person=person)
    for entry in (first, second):
        assert refused(round, entry=entry, person=person) == votes.VOTED
    assert given() == [(first.id, person.id, None)]
    (vote,) = db.session.query(Vote)
    assert (vote.channel, vote.day, vote.by_id) == (Channel.ACCOUNT, date(2020, 11, 12), cast.volunteer.id)


def test_another_round_is_another_vote(cast: Cast) -> None:
    for round in (make_round(cast.subdistrict), make_round(cast.subdistrict)):
        votes.cast(round, make_entry(round), person=cast.volunteer.person, channel=Channel.ACCOUNT, by=None)
    assert len(given()) == 2


def test_the_trail_says_neither_for_whom_nor_how_many(cast: Cast) -> None:
    round = make_round(cast.subdistrict)
    entry = make_entry(round)
    vote_id = votes.cast(round, entry, person=cast.volunteer.person, channel=Channel.ACCOUNT, by=cast.volunteer.id)
    db.session.flush()
    (noted,) = db.session.query(AuditEntry)
    assert (noted.action, noted.subject, noted.subject_id) == ("vote", "vote", vote_id)
    assert (noted.changes, noted.reason, noted.place_id) == ({}, "", cast.subdistrict.id)
    seen = {day: db.session.query(AuditEntry).where(secrecy.readable(day)).count() for day in _days()}
    assert seen == {date(2020, 11, 20): 0, date(2020, 11, 21): 1}


def test_votes_of_a_cancelled_round_are_never_read(cast: Cast) -> None:
    round = make_round(cast.subdistrict, cancelled_at=None)
    votes.cast(round, make_entry(round), person=cast.volunteer.person, channel=Channel.ACCOUNT, by=None)
    round.cancelled_at = clock.now()
    db.session.flush()
    assert [db.session.query(AuditEntry).where(secrecy.readable(day)).count() for day in _days()] == [0, 0]


def _days() -> tuple[date, date]:
    return date(2020, 11, 20), date(2020, 11, 21)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (ENTERING, "Voting hasn't begun yet."),
        (LAST_MOMENT, None),
        (NOTICE, "Voting is over."),
    ],
)
def test_the_window(cast: Cast, moment: str, expected: str | None) -> None:
    round = make_round(cast.subdistrict)
    entry = make_entry(round)
    with clock.frozen(clock.datetime.fromisoformat(moment)):
        if expected:
            assert refused(round, entry=entry, person=cast.volunteer.person) == expected
        else:
            votes.cast(round, entry, person=cast.volunteer.person, channel=Channel.ACCOUNT, by=None)
    assert len(given()) == (expected is None)


def test_no_votes_in_a_draft_a_cancelled_round_and_one_without_voting(cast: Cast) -> None:
    person = cast.volunteer.person
    for values, expected in (
        ({"published_at": None}, "Voting hasn't begun yet."),
        ({"cancelled_at": clock.now()}, "This round was cancelled."),
        ({"voting_from": None, "voting_until": None}, "There is no voting in this round."),
    ):
        round = make_round(cast.subdistrict, **values)
        assert refused(round, entry=make_entry(round), person=person) == expected


def test_only_by_the_channel_of_the_round(cast: Cast) -> None:
    round = make_round(cast.subdistrict)
    entry, person = make_entry(round), cast.volunteer.person
    for channel in (Channel.STAFF, Channel.CODE, Channel.PAPER):
        said = refused(round, entry=entry, person=person, channel=channel)
        assert said == "Votes of this round are given in another way."


def test_only_for_published_entries_of_the_round(cast: Cast) -> None:
    round = make_round(cast.subdistrict)
    others = [make_entry(round, state=it) for it in EntryState if it is not EntryState.PUBLISHED]
    for entry in (*others, make_entry(make_round(cast.subdistrict))):
        said = refused(round, entry=entry, person=cast.volunteer.person)
        assert said == "This entry doesn't take part any more. Choose another one."
        assert votes.entry_of(round, entry.id) is None


def test_a_household_has_one_vote_and_so_has_each_person(cast: Cast) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD)
    entry, building = make_entry(round), make_building(cast.compound)
    husband, wife = make_person("王小明"), make_person("李红")
    home, other = Household(building, "2-301"), Household(building, "2-302")
    votes.cast(round, entry, person=husband, household=home, channel=Channel.ACCOUNT, by=None)
    for person, household in ((wife, home), (husband, other), (husband, home)):
        assert refused(round, entry=entry, person=person, household=household) == votes.VOTED
        assert votes.has_voted(round, person=person, household=household)
    assert refused(round, entry=entry, person=wife) == "Say whose vote it is."
    assert not votes.has_voted(round, person=wife, household=other)
    assert given() == [(entry.id, husband.id, "2-301")]


def test_a_household_of_another_subdistrict(cast: Cast) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD)
    said = refused(round, entry=make_entry(round), person=make_person(), household=Household(make_building(), "1-101"))
    assert said == "This building belongs to another sub-district."


def test_the_databases_hold_one_by_themselves(cast: Cast) -> None:
    entry = make_entry(make_round(cast.subdistrict))
    make_vote(entry, cast.volunteer.person)
    assert votes.put(entry.round, entry, person=cast.volunteer.person, channel=Channel.PAPER, by=None) is None
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1


def test_every_entry_stands_first_equally_often(cast: Cast) -> None:
    round = make_round(cast.subdistrict)
    entries = [make_entry(round) for _ in range(4)]
    firsts: Counter[str] = Counter()
    for voter in range(400):
        order = votes.rotated(entries, round, str(voter))
        assert order == votes.rotated(entries, round, str(voter))
        start = entries.index(order[0])
        assert order == entries[start:] + entries[:start]
        firsts[order[0].name] += 1
    assert len(firsts) == 4
    assert min(firsts.values()) > 60
    assert votes.rotated([], round, "1") == []


def test_whose_entry_was_taken_out_votes_for_another_one(cast: Cast) -> None:
    round, person = make_round(cast.subdistrict), make_person()
    gone, other = make_entry(round), make_entry(round)
    vote = {"channel": Channel.ACCOUNT, "by": None, "person": person}
    first = votes.cast(round, gone, **vote)
    assert (votes.has_voted(round, person=person), "already" in refused(round, entry=other, person=person)) == (
        True,
        True,
    )
    gone.state = EntryState.WITHDRAWN
    db.session.flush()
    assert not votes.has_voted(round, person=person)
    assert (votes.cast(round, other, **vote), given()) == (first, [(other.id, person.id, None)])
    assert "already" in refused(round, entry=other, person=person)


def test_a_household_whose_entry_was_taken_out(cast: Cast) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD, channel=Channel.CODE)
    home = Household(make_building(cast.compound), "2-301")
    gone, other = make_entry(round, state=EntryState.PUBLISHED), make_entry(round)
    vote = {"channel": Channel.CODE, "by": None, "household": home}
    votes.cast(round, gone, **vote)
    gone.state = EntryState.RETURNED
    db.session.flush()
    votes.cast(round, other, **vote)
    assert given() == [(other.id, None, "2-301")]

"""Paper ballots: two people read each, neither sees what the other has read, and it counts where they agree."""

import pytest

from tests.contests.factories import DECIDING, ENTERING, NOTICE, make_entry, make_round, make_vote
from tests.factories import Cast, make_account, make_building, make_compound, make_person
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, Entry, EntryState, Round, VoteUnit
from volunteer_app.contests.voting import paper, votes
from volunteer_app.contests.voting.households import Household
from volunteer_app.contests.voting.models import PaperBallot, Vote
from volunteer_app.contests.voting.paper import Standing
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people.models import Account, Person, Role

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(DECIDING)]


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, paper=True)


@pytest.fixture
def entries(round: Round) -> list[Entry]:
    return [make_entry(round, f"云台里{number}号楼") for number in (1, 2, 3)]


@pytest.fixture
def voter() -> Person:
    return make_person("邓玉兰")


def refused(act: object, *args: object, by: Account) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, by=by)
    return caught.value.message.text


def counted() -> list[tuple[int, int | None, Channel, int | None]]:
    return [(it.entry_id, it.person_id, it.channel, it.by_id) for it in db.session.query(Vote).order_by(Vote.id)]


def differing(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> PaperBallot:
    paper.read_first(round, voter, entries[0], by=cast.secretary)
    return paper.read_second(round, voter, entries[1], by=cast.officer)


def test_two_who_agree_make_a_vote(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    ballot = paper.read_first(round, voter, entries[0], by=cast.secretary)
    assert paper.standing(ballot) is Standing.HALF
    assert counted() == []
    assert paper.read_second(round, voter, entries[0], by=cast.officer) is ballot
    assert paper.standing(ballot) is Standing.COUNTED
    assert counted() == [(entries[0].id, voter.id, Channel.PAPER, cast.officer.id)]
    assert db.session.get_one(Vote, ballot.vote_id).person_id == voter.id
    assert paper.unfinished(round, cast.officer) == []
    db.session.flush()
    noted = [(it.action, it.subject, it.account_id, it.changes) for it in db.session.query(AuditEntry)]
    first, second = cast.secretary.id, cast.officer.id
    assert noted == [
        ("read", "paper_ballot", first, {}),
        ("read", "paper_ballot", second, {}),
        ("vote", "vote", second, {}),
    ]


def test_the_second_reader_is_another_human(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    paper.read_first(round, voter, entries[0], by=cast.officer)
    twin = make_account("钱晓岚", Role.OFFICER, place=cast.subdistrict)
    twin.person_id = cast.officer.person_id
    db.session.flush()
    for account in (cast.officer, twin):
        said = refused(paper.read_second, round, voter, entries[0], by=account)
        assert said == "You have read this ballot first: the second reading is another person's."
    assert counted() == []


def test_the_same_sent_twice_is_noted_once(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    first = paper.read_first(round, voter, entries[0], by=cast.secretary)
    assert paper.read_first(round, voter, entries[0], by=cast.secretary) is first
    for _ in range(2):
        paper.read_second(round, voter, entries[0], by=cast.officer)
    assert db.session.query(PaperBallot).count() == 1
    assert len(counted()) == 1


def test_one_ballot_of_a_voter(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    paper.read_first(round, voter, entries[0], by=cast.secretary)
    for entry, account in ((entries[1], cast.secretary), (entries[0], cast.officer)):
        said = refused(paper.read_first, round, voter, entry, by=account)
        assert said == "A ballot of this voter was read before. Enter it as the second reading."
    paper.read_second(round, voter, entries[1], by=cast.officer)
    said = refused(paper.read_second, round, voter, entries[1], by=cast.administrator)
    assert said == "Two people have read this ballot already."
    assert refused(paper.read_second, round, make_person("罗玉芬"), entries[1], by=cast.officer).startswith("Nobody")


def test_two_who_differ_read_again_until_they_agree(
    cast: Cast, round: Round, entries: list[Entry], voter: Person
) -> None:
    ballot = differing(cast, round, entries, voter)
    assert paper.standing(ballot) is Standing.DIFFERS
    assert paper.unfinished(round, cast.secretary) == [ballot]
    paper.read_again(ballot, entries[2], by=cast.secretary)
    assert paper.standing(ballot) is Standing.DIFFERS
    assert counted() == []
    paper.read_again(ballot, entries[2], by=cast.officer)
    assert paper.standing(ballot) is Standing.COUNTED
    assert [it[:2] for it in counted()] == [(entries[2].id, voter.id)]
    paper.read_again(ballot, entries[0], by=cast.officer)
    assert (ballot.first_entry_id, ballot.second_entry_id) == (entries[2].id, entries[2].id)


@pytest.mark.parametrize("right", [0, 1])
def test_the_office_is_a_third_reader(
    cast: Cast, round: Round, entries: list[Entry], voter: Person, right: int
) -> None:
    ballot = differing(cast, round, entries, voter)
    other = make_account("罗玉芬", Role.LIAISON, place=cast.compound)
    said = refused(paper.read_again, ballot, entries[right], by=other)
    assert said == "Only the two who have read it, or the office, read it again."
    paper.read_again(ballot, entries[right], by=cast.administrator)
    assert paper.standing(ballot) is Standing.COUNTED
    readers = {ballot.first_by_id, ballot.second_by_id}
    assert readers == {cast.administrator.id, (cast.secretary, cast.officer)[right].id}
    assert [it[0] for it in counted()] == [entries[right].id]


def test_a_third_reading_that_is_neither(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    ballot = differing(cast, round, entries, voter)
    paper.read_again(ballot, entries[2], by=cast.administrator)
    assert paper.standing(ballot) is Standing.DIFFERS
    assert (ballot.first_entry_id, ballot.second_entry_id) == (entries[0].id, entries[2].id)


def test_a_voter_who_has_voted_by_account(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    make_vote(entries[0], voter)
    paper.read_first(round, voter, entries[1], by=cast.secretary)
    ballot = paper.read_second(round, voter, entries[1], by=cast.officer)
    assert paper.standing(ballot) is Standing.NOT_COUNTED
    assert [it[0] for it in counted()] == [entries[0].id]
    assert paper.unfinished(round, cast.officer) == [ballot]


def test_a_counted_ballot_and_then_the_account(cast: Cast, round: Round, entries: list[Entry], voter: Person) -> None:
    paper.read_first(round, voter, entries[1], by=cast.secretary)
    paper.read_second(round, voter, entries[1], by=cast.officer)
    with pytest.raises(Refused) as caught:
        votes.cast(round, entries[0], person=voter, channel=Channel.ACCOUNT, by=None)
    assert caught.value.message.text == votes.VOTED


def test_a_household_and_its_card_have_one_vote(cast: Cast) -> None:
    round = make_round(cast.subdistrict, paper=True, channel=Channel.CODE)
    entry, home = make_entry(round), Household(make_building(cast.compound), "1-101")
    votes.cast(round, entry, household=home, channel=Channel.CODE, by=None)
    paper.read_first(round, home, entry, by=cast.secretary)
    assert paper.standing(paper.read_second(round, home, entry, by=cast.officer)) is Standing.NOT_COUNTED
    other = Household(home.building, "1-102")
    paper.read_first(round, other, entry, by=cast.secretary)
    assert paper.standing(paper.read_second(round, other, entry, by=cast.officer)) is Standing.COUNTED
    assert refused(paper.read_first, round, make_person(), entry, by=cast.officer) == "Say whose vote it is."


def test_typed_until_the_close_and_dated_in_the_window(cast: Cast, entries: list[Entry], voter: Person) -> None:
    round = entries[0].round
    round.voting_until = clock.date(2020, 11, 14)
    with clock.frozen(clock.datetime.fromisoformat("2020-11-20T23:59:59+08:00")):
        paper.read_first(round, voter, entries[0], by=cast.secretary)
        paper.read_second(round, voter, entries[0], by=cast.officer)
    assert [it.day for it in db.session.query(Vote)] == [round.voting_until]
    late = "Paper ballots are typed from the first day of voting until the round closes."
    for moment in (ENTERING, NOTICE):
        with clock.frozen(clock.datetime.fromisoformat(moment)):
            assert refused(paper.read_first, round, make_person(), entries[0], by=cast.officer) == late


def test_no_paper_and_no_entry(cast: Cast, round: Round, voter: Person) -> None:
    without = make_round(cast.subdistrict)
    said = refused(paper.read_first, without, voter, make_entry(without), by=cast.officer)
    assert said == "There are no paper ballots in this round."
    withdrawn = make_entry(round, state=EntryState.WITHDRAWN)
    assert refused(paper.read_first, round, voter, withdrawn, by=cast.officer) == (
        "This entry doesn't take part any more. Choose another one."
    )


def test_who_sees_which_ballots(cast: Cast) -> None:
    round = make_round(cast.subdistrict, paper=True, vote_unit=VoteUnit.HOUSEHOLD)
    entry = make_entry(round)
    near, far = make_building(cast.compound), make_building(make_compound(cast.community))
    ballots = [paper.read_first(round, Household(it, "1-101"), entry, by=cast.officer) for it in (near, far)]
    liaison = make_account("罗玉芬", Role.LIAISON, place=cast.compound)
    assert paper.unfinished(round, cast.officer) == ballots
    assert paper.unfinished(round, cast.secretary) == ballots
    assert paper.unfinished(round, liaison) == ballots[:1]
    assert paper.unfinished(round, cast.outsider) == []
    assert paper.one(round, ballots[1].id, liaison) is None
    paper.read_second(round, Household(far, "1-101"), make_entry(round), by=liaison)
    assert paper.unfinished(round, liaison) == ballots


def test_resident_ballots_are_seen_through_what_one_sees(cast: Cast, round: Round, entries: list[Entry]) -> None:
    known = paper.read_first(round, cast.volunteer.person, entries[0], by=cast.officer)
    paper.read_first(round, make_person("罗玉芬"), entries[0], by=cast.officer)
    assert paper.unfinished(round, cast.secretary) == [known]

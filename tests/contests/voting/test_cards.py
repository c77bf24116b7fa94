"""Codes of households: made once, kept as hashes, replaced, used once."""

import hashlib
import hmac

import pytest

from tests.contests.factories import DECIDING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_building
from volunteer_app import clock
from volunteer_app.activities.models import CODE_CHARACTERS
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, Round
from volunteer_app.contests.voting import cards, votes
from volunteer_app.contests.voting.households import Household
from volunteer_app.contests.voting.models import HouseholdCard, Vote
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places.models import Place

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(DECIDING)]
DOORS = ["1-101", "1-102", "2-201"]


def sealed(text: str) -> str:
    return hmac.digest(b"a key of tests", text.encode(), hashlib.sha256).hex()


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, channel=Channel.CODE)


@pytest.fixture
def building(cast: Cast) -> Place:
    return make_building(cast.compound, "5号楼")


def make(cast: Cast, round: Round, building: Place, doors: list[str]) -> dict[str, str]:
    made = cards.make(round, building, doors, sealed=sealed, by=cast.officer.id)
    return {it.door: it.code for it in made}


def test_made_once_and_kept_as_a_keyed_hash(cast: Cast, round: Round, building: Place) -> None:
    made = make(cast, round, building, DOORS)
    assert list(made) == DOORS
    assert len(set(made.values())) == 3
    assert all(len(code) == 10 and set(code) <= set(CODE_CHARACTERS) for code in made.values())
    kept = {it.door: it.code_hash for it in db.session.query(HouseholdCard)}
    assert kept == {door: sealed(f"{round.id} {code}") for door, code in made.items()}
    db.session.flush()
    (noted,) = db.session.query(AuditEntry)
    assert (noted.action, noted.subject, noted.subject_id) == ("make cards", "contest_round", round.id)
    assert not any(code in str(noted.changes) for code in made.values())


def test_making_again_makes_the_missing_ones(cast: Cast, round: Round, building: Place) -> None:
    first = make(cast, round, building, DOORS)
    assert make(cast, round, building, DOORS) == {}
    assert list(make(cast, round, building, [*DOORS, "2-202"])) == ["2-202"]
    assert cards.of_code(round, first["1-101"], sealed=sealed).door == "1-101"
    assert cards.counts(round) == {building.id: 4}
    assert cards.doors(round, building) == ["1-101", "1-102", "2-201", "2-202"]


def test_a_code_is_read_as_people_type_it(cast: Cast, round: Round, building: Place) -> None:
    (code,) = make(cast, round, building, ["1-101"]).values()
    for typed in (code, code.lower(), cards.in_groups(code), f" {code[:5]} {code[5:]} "):
        card = cards.of_code(round, typed, sealed=sealed)
        assert (card.building, card.door) == (building, "1-101")


def test_a_changed_a_foreign_and_a_made_up_code_open_nothing(cast: Cast, round: Round, building: Place) -> None:
    (code,) = make(cast, round, building, ["1-101"]).values()
    other = make_round(cast.subdistrict, channel=Channel.CODE)
    assert cards.of_code(other, code, sealed=sealed) is None
    for place in range(cards.CHARACTERS):
        changed = code[:place] + ("3" if code[place] == "2" else "2") + code[place + 1 :]
        assert cards.of_code(round, changed, sealed=sealed) is None
    for typed in ("", "-", "A" * 10, code + "2", code[:-1]):
        assert cards.of_code(round, typed, sealed=sealed) is None
    assert cards.of_code(round, code, sealed=lambda text: hashlib.sha256(text.encode()).hexdigest()) is None


def test_a_replaced_card_opens_nothing(cast: Cast, round: Round, building: Place) -> None:
    old = make(cast, round, building, DOORS)
    replaced = cards.replace(round, building, ["1-101", "9-999"], sealed=sealed, by=cast.officer.id)
    assert [it.door for it in replaced] == ["1-101"]
    assert cards.of_code(round, old["1-101"], sealed=sealed) is None
    assert cards.of_code(round, replaced[0].code, sealed=sealed).door == "1-101"
    assert cards.of_code(round, old["1-102"], sealed=sealed).door == "1-102"
    assert cards.counts(round) == {building.id: 3}


def test_a_household_that_voted_does_not_vote_again_with_a_new_card(cast: Cast, round: Round, building: Place) -> None:
    make(cast, round, building, DOORS)
    entry, home = make_entry(round), Household(building, "1-101")
    votes.cast(round, entry, household=home, channel=Channel.CODE, by=None)
    cards.replace(round, building, ["1-101"], sealed=sealed, by=cast.officer.id)
    with pytest.raises(Refused) as caught:
        votes.cast(round, entry, household=home, channel=Channel.CODE, by=None)
    assert caught.value.message.text == votes.VOTED
    assert db.session.query(Vote).count() == 1


def test_no_cards_in_other_rounds_and_none_after_the_vote(cast: Cast, building: Place) -> None:
    other = make_round(cast.subdistrict)
    with pytest.raises(Refused) as caught:
        make(cast, other, building, DOORS)
    assert caught.value.message.text == "This round has no household cards."
    round = make_round(cast.subdistrict, channel=Channel.CODE)
    with pytest.raises(Refused) as caught:
        make(cast, round, make_building(), DOORS)
    assert caught.value.message.text == "This building belongs to another sub-district."
    with clock.frozen(clock.datetime.fromisoformat(NOTICE)), pytest.raises(Refused) as caught:
        make(cast, round, building, DOORS)
    assert caught.value.message.text == "Voting is over: no cards are made any more."


def test_lists_of_doors() -> None:
    assert cards.doors_of(stairwells=2, floors=2, doors=2) == [
        *("1-101", "1-102", "1-201", "1-202", "2-101", "2-102", "2-201", "2-202")
    ]
    assert cards.typed_doors("1-101，1-102\n\n 2单元201室 ,1-101") == ["1-101", "1-102", "2-201"]
    for wrong in ("", " \n", "1-101\n!"):
        with pytest.raises(BadInput):
            cards.typed_doors(wrong)
    with pytest.raises(BadInput):
        cards.doors_of(stairwells=6, floors=30, doors=4)
    with pytest.raises(BadInput):
        cards.typed_doors("\n".join(str(number) for number in range(1, 502)))


def test_a_draft_has_no_cards(cast: Cast, round: Round, building: Place) -> None:
    round.published_at = None
    with pytest.raises(Refused, match="Publish the round first"):
        make(cast, round, building, DOORS)

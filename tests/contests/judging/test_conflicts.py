"""Who can't judge what: their own, what they typed, and what their family entered."""

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, make_entry, make_judge, make_round
from tests.factories import make_account, make_person
from volunteer_app import clock
from volunteer_app.contests.judging import conflicts, sheets
from volunteer_app.contests.judging.conflicts import Conflict
from volunteer_app.contests.models import Entry, Judge
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people.models import Account, FamilyMember, Person

pytestmark = pytest.mark.now(DECIDING)


def family(head: Account, *people: Person, ended: bool = False) -> None:
    now = clock.now()
    links = [
        FamilyMember(account_id=head.id, person_id=it.id, since=now, ended_at=now if ended else None) for it in people
    ]
    db.session.add_all(links)
    db.session.flush()


def found(judge: Judge, entry: Entry) -> Conflict | None:
    return conflicts.between([judge], [entry]).get((judge.id, entry.id))


def test_own_typed_and_a_neighbour_s(app: Flask) -> None:
    round, account = make_round(), make_account("卢志远")
    judge = make_judge(round, person=account.person)
    own = make_entry(round, person=account.person)
    typed = make_entry(round, by_id=account.id)
    fine = make_entry(round, by_id=make_account("何静").id)
    assert conflicts.between([judge], [own, typed, fine]) == {
        (judge.id, own.id): Conflict.OWN,
        (judge.id, typed.id): Conflict.TYPED,
    }


@pytest.mark.parametrize("ended", [False, True])
def test_family_in_either_direction(app: Flask, ended: bool) -> None:
    round, head = make_round(), make_account("卢志远")
    member, sister = make_person("卢小妹"), make_person("卢小弟")
    family(head, member, sister, ended=ended)
    other = make_account("邓红")
    family(other, make_person("邓小妹"))
    of_head, of_member = make_judge(round, person=head.person), make_judge(round, person=member)
    by_head, by_member = make_entry(round, person=head.person), make_entry(round, person=member)
    by_sister, by_other = make_entry(round, person=sister), make_entry(round, person=other.person)
    assert conflicts.between([of_head, of_member], [by_head, by_member, by_sister, by_other]) == {
        (of_head.id, by_head.id): Conflict.OWN,
        (of_head.id, by_member.id): Conflict.FAMILY,
        (of_head.id, by_sister.id): Conflict.FAMILY,
        (of_member.id, by_head.id): Conflict.FAMILY,
        (of_member.id, by_member.id): Conflict.OWN,
        (of_member.id, by_sister.id): Conflict.FAMILY,
    }


def test_a_label_without_a_person_has_none(app: Flask) -> None:
    round = make_round()
    judge = make_judge(round)
    judge.person_id = None
    assert found(judge, make_entry(round)) is None


@pytest.mark.parametrize(
    ("which", "said"), [("own", "entered this yourself"), ("typed", "wrote this entry"), ("family", "your family")]
)
def test_it_is_refused_with_a_sentence(app: Flask, which: str, said: str) -> None:
    round, account = make_round(), make_account("卢志远")
    judge = make_judge(round, person=account.person)
    person = make_person("卢小妹")
    family(account, person)
    entry = {
        "own": lambda: make_entry(round, person=account.person),
        "typed": lambda: make_entry(round, by_id=account.id),
        "family": lambda: make_entry(round, person=person),
    }[which]()
    with pytest.raises(Refused, match=said):
        sheets.save(judge, entry, {round.criteria[0].id: 10})
    with pytest.raises(Refused, match=said):
        sheets.step_aside(judge, entry, "亲属")


def test_as_many_queries_for_one_as_for_many(app: Flask, count_queries) -> None:
    round = make_round()
    one = [make_entry(round, by_id=make_account().id)]
    judges = [make_judge(round)]
    with count_queries() as few:
        conflicts.between(judges, one)
    many = one + [make_entry(round, by_id=make_account().id) for _ in range(3)]
    judges += [make_judge(round) for _ in range(2)]
    with count_queries() as more:
        conflicts.between(judges, many)
    assert len(few) == len(more) == 2

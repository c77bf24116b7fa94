"""The panel: labels in order, taken off before the first sheet, left after it, and closed with the round."""

from datetime import datetime

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, LAST_MOMENT, NOTICE, make_entry, make_judge, make_round
from tests.factories import make_account, make_person
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.judging import panel, sheets
from volunteer_app.contests.models import Judge, Round
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Person

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def round(app: Flask) -> Round:
    return make_round()


def add(round: Round, name: str, **values: str) -> Judge:
    number = db.session.query(Judge).count()
    return panel.add(round, name=name, phone=f"199{50000000 + number}", by=None, **values)


def test_labels_are_given_in_order(round: Round) -> None:
    labels = [add(round, f"评审员{number}").label for number in range(12)]
    stems = [f"评委{stem}" for stem in "甲乙丙丁戊己庚辛壬癸"]
    assert labels == [*stems, "评委11", "评委12"]


def test_a_label_of_ones_own_and_the_gap_it_leaves(round: Round) -> None:
    assert add(round, "卢志远", label=" 居民代表 ").label == "居民代表"
    first = add(round, "邓红")
    assert (first.label, add(round, "何静").label) == ("评委甲", "评委乙")
    with pytest.raises(panel.LabelTaken, match="居民代表 is somebody else"):
        add(round, "段平", label="居民代表")
    panel.remove(first, by=None)
    assert add(round, "段平").label == "评委甲"
    assert add(make_round(round.subdistrict), "段平").label == "评委甲"


def test_the_person_is_found_or_made(round: Round) -> None:
    known = make_account("卢志远")
    assert panel.add(round, name=" 卢 志远", phone=f"+86 {known.phone}", by=None).person_id == known.person_id
    made = panel.add(round, name="邓红", phone="19950009999", by=known.id)
    assert (made.person.name, made.person.phone) == ("邓红", "19950009999")
    assert trail_of(made) == [("add", {"label": [None, "评委乙"]})]
    entry = db.session.query(AuditEntry).filter_by(subject="judge", subject_id=made.id).one()
    assert (entry.account_id, entry.place_id) == (known.id, round.subdistrict_id)


def test_what_cannot_be_read_adds_nobody(round: Round) -> None:
    for name, phone in (("", "19950009999"), ("邓红", "12")):
        with pytest.raises(BadInput):
            panel.add(round, name=name, phone=phone, by=None)
    assert (db.session.query(Judge).count(), db.session.query(Person).count()) == (0, 0)


def test_nobody_is_on_a_panel_twice(round: Round) -> None:
    panel.add(round, name="邓红", phone="19950009999", by=None)
    with pytest.raises(Refused, match="on the panel already, as 评委甲"):
        panel.add(round, name="邓红", phone="19950009999", by=None)


def test_taken_off_before_the_first_sheet_and_left_after_it(round: Round) -> None:
    judge, entry = make_judge(round, "评委甲"), make_entry(round)
    sheets.step_aside(judge, entry, "住在这里")
    with pytest.raises(Refused, match="评委甲 has begun to judge"):
        panel.remove(judge, by=None)
    panel.leave(judge, by=None)
    panel.leave(judge, by=None)
    assert judge.withdrawn_at == clock.now()
    back = panel.add(round, name=judge.person.name, phone=judge.person.phone, by=None)
    assert (back.id, back.withdrawn_at) == (judge.id, None)
    assert [action for action, _ in trail_of(judge)] == ["withdraw", "put back"]
    fresh = make_judge(round)
    panel.remove(fresh, by=None)
    assert panel.judges(round) == [judge]


def test_who_is_a_judge(round: Round) -> None:
    account = make_account("卢志远")
    judge = make_judge(round, person=account.person)
    assert panel.judge_of(account, round) is judge
    assert panel.judge_of(make_account(), round) is None
    assert panel.judge_of(None, round) is None
    assert panel.judge_of(account, make_round(round.subdistrict)) is None
    judge.withdrawn_at = clock.now()
    assert panel.judge_of(account, round) is None


def test_until_the_close_and_no_longer(round: Round) -> None:
    with clock.frozen(datetime.fromisoformat(LAST_MOMENT)):
        judge = add(round, "卢志远")
        assert panel.may_change(round, at=clock.now())
    acts = (
        lambda: add(round, "邓红"),
        lambda: panel.remove(judge, by=None),
        lambda: panel.leave(judge, by=None),
    )
    with clock.frozen(datetime.fromisoformat(NOTICE)):
        for act in acts:
            with pytest.raises(Refused, match="can't change any more"):
                act()
    assert panel.judges(round) == [judge]
    assert judge.withdrawn_at is None


def test_a_draft_has_a_panel_and_a_cancelled_round_or_one_without_judges_none(app: Flask) -> None:
    assert add(make_round(published_at=None), "卢志远").label == "评委甲"
    with pytest.raises(Refused, match="can't change"):
        add(make_round(cancelled_at=clock.now()), "卢志远")
    with pytest.raises(Refused, match="has no judges"):
        add(make_round(judging_from=None, judging_until=None), "卢志远")


def test_a_panel_has_an_end(round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "MOST", 1)
    make_judge(round, person=make_person("段平"))
    with pytest.raises(Refused, match="up to 1 judges"):
        add(round, "卢志远")


def test_the_rounds_that_somebody_judges_stand_until_their_last_day(round: Round) -> None:
    person = make_person("段平")
    make_judge(round, person=person)
    for other in (make_round(published_at=None), make_round(cancelled_at=clock.now())):
        make_judge(other, person=person)
    make_judge(make_round(), person=person, withdrawn_at=clock.now())
    days = clock.local(datetime.fromisoformat(LAST_MOMENT)).date(), clock.local(datetime.fromisoformat(NOTICE)).date()
    assert [panel.rounds_to_judge(person.id, on=day) for day in days] == [[round], []]

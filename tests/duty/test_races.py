"""Two who decide at once, each in a thread with a connection of its own."""

from flask import Flask

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty import confirming
from volunteer_app.duty.models import Visit, VisitState
from volunteer_app.people.models import Account

from ..activities.test_races import Act, at_once
from ..factories import Cast, make_pairing, make_person, make_visit


def confirming_all(ids: list[int], marks: dict[int, str], account_id: int, found: list[confirming.Outcome]) -> Act:
    def confirm() -> None:
        outcome = confirming.confirm(confirming.find(ids), marks, by=db.session.get_one(Account, account_id))
        assert len(outcome.confirmed) == len(ids)
        found.append(outcome)

    return confirm


def test_two_confirm_the_same_visits_at_once(app: Flask, cast: Cast) -> None:
    visits = [make_visit(make_pairing(make_person(name), cast.compound)) for name in "甲乙丙"]
    marks = {it.id: confirming.mark(it) for it in visits}
    ids, found = list(marks), []
    # In whatever order their pages listed them.
    acts = [
        confirming_all(order, marks, account.id, found)
        for account, order in ((cast.secretary, ids), (cast.officer, ids[::-1])) * 3
    ]
    assert at_once(app, acts) == [None] * 6
    assert [len(outcome.left_out) for outcome in found] == [0] * 6
    assert [it.state for it in db.session.query(Visit)] == [VisitState.CONFIRMED] * 3
    assert db.session.query(AuditEntry).filter_by(action="confirm", subject="visit").count() == 3
    assert len({it.decided_by_id for it in db.session.query(Visit)}) == 1


def test_one_confirms_while_another_sends_back(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    visit_id, mark, officer_id, secretary_id = visit.id, confirming.mark(visit), cast.officer.id, cast.secretary.id

    def confirm() -> None:
        by = db.session.get_one(Account, secretary_id)
        confirming.confirm(confirming.find([visit_id]), {visit_id: mark}, by=by)

    def send_back() -> None:
        by = db.session.get_one(Account, officer_id)
        confirming.send_back(db.session.get_one(Visit, visit_id), "那天不在", mark, by=by)

    answers = at_once(app, [confirm, send_back])
    state = db.session.get_one(Visit, visit_id).state
    # Whoever came second looked at something else, and is told.
    assert (state, answers) in [
        (VisitState.CONFIRMED, [None, "It's confirmed already."]),
        (VisitState.RETURNED, [None, None]),
    ]
    assert db.session.query(AuditEntry).filter(AuditEntry.action.in_(("confirm", "return"))).count() == 1

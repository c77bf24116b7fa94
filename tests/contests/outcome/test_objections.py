"""Objections: when they're taken, that each is taken once, and that the office answers it once."""

from datetime import datetime

import pytest

from tests.factories import make_account
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.contests.models import Objection, ObjectionState, Round
from volunteer_app.contests.outcome import objections
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused

from ..factories import LAST_MOMENT, NOTICE, STANDING, make_entry, make_round

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(NOTICE)]


@pytest.fixture
def round(app: object) -> Round:
    return make_round()


def made(round: Round, key: str = "k", **values: object) -> Objection | None:
    given = {"name": "孟 芳", "phone": "+86 138-0000-1111", "text": " 票数不对 ", "entry": None} | values
    return objections.make(round, key=key, **given)


def test_an_objection_is_noted_once(round: Round) -> None:
    entry = make_entry(round)
    objection = made(round, entry=entry)
    assert objection is not None
    assert (objection.name, objection.phone, objection.text) == ("孟芳", "13800001111", "票数不对")
    assert (objection.entry_id, objection.state) == (entry.id, ObjectionState.OPEN)
    assert made(round) is None
    assert list(objections.of(round)) == [objection]
    # Who it was isn't in the trail.
    assert trail_of(objection) == [("add", {})]


def test_an_entry_of_another_round_is_none(round: Round) -> None:
    objection = made(round, entry=make_entry(make_round()))
    assert objection is not None
    assert objection.entry_id is None


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"text": "  "}, {"phone": "123"}], ids=["no name", "no text", "no phone number"]
)
def test_what_is_needed(round: Round, values: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        made(round, **values)


def test_one_number_objects_three_times(round: Round) -> None:
    for number in range(3):
        assert made(round, key=f"k{number}")
    with pytest.raises(Refused, match="several times"):
        made(round, key="k3")
    assert made(round, key="k4", phone="13800001112")


@pytest.mark.parametrize("moment", [LAST_MOMENT, STANDING])
def test_only_in_the_days_of_publication(round: Round, moment: str) -> None:
    with clock.frozen(datetime.fromisoformat(moment)):
        assert not objections.may_object(round)
        with pytest.raises(Refused, match="from the close until"):
            made(round)


def test_the_office_answers_once(round: Round) -> None:
    objection, by = made(round), make_account().id
    assert objection is not None
    for _ in range(2):
        objections.answer(objection, ObjectionState.DISMISSED, " 已核对，无误。 ", by=by)
    assert (objection.state, objection.answer, objection.decided_by_id) == ("dismissed", "已核对，无误。", by)
    assert trail_of(objection)[1:] == [("decide", {"state": ["open", "dismissed"]})]
    with pytest.raises(Refused, match="answered"):
        objections.answer(objection, ObjectionState.UPHELD, "属实", by=by)


@pytest.mark.parametrize(("state", "text"), [(ObjectionState.OPEN, "核对中"), (ObjectionState.UPHELD, " ")])
def test_an_answer_decides_and_says_why(round: Round, state: ObjectionState, text: str) -> None:
    objection = made(round)
    assert objection is not None
    with pytest.raises(BadInput):
        objections.answer(objection, state, text, by=None)
    assert objection.state is ObjectionState.OPEN


def test_who_objected_is_forgotten(round: Round) -> None:
    first, second = made(round), made(round, key="k2", phone="13800001112")
    assert first is not None
    assert second is not None
    objections.forget(name="孟芳", phone="13800001111", erased="已匿名")
    db.session.expire_all()
    assert [(it.name, it.phone, it.text) for it in (first, second)] == [
        ("已匿名", "", "票数不对"),
        ("孟芳", "13800001112", "票数不对"),
    ]

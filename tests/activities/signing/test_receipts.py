"""Receipts: found by what the device keeps, and by nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities.models import Activity, Receipt, SignUpState
from volunteer_app.activities.signing import receipts
from volunteer_app.database import db


def make(
    activity: Activity, token: str, *, device: str = "phone", state: SignUpState = SignUpState.CONFIRMED
) -> Receipt:
    sign_up = factories.make_sign_up(activity, state=state)
    return receipts.make(sign_up, token=token, nonce=f"nonce of {token}", device=device)


def test_found_by_token_and_by_nonce(app: Flask, cast: Cast) -> None:
    made = make(factories.make_activity(cast.team, places=9), "token")
    assert made.made_at == clock.now()
    assert receipts.find("token") == receipts.of_nonce("nonce of token") == made
    assert receipts.find("tokem") is receipts.find("") is receipts.find(made.token_hash) is None
    assert receipts.of_nonce("token") is None


def test_neither_token_nor_device_is_kept(app: Flask, cast: Cast) -> None:
    make(factories.make_activity(cast.team, places=9), "the token", device="the device")
    row = db.session.execute(select(Receipt.token_hash, Receipt.device_hash)).one()
    assert [len(value) for value in row] == [64, 64]
    assert not {"the token", "the device"} & set(row)


def test_one_receipt_a_form(app: Flask, cast: Cast) -> None:
    made = make(factories.make_activity(cast.team, places=9), "token")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        receipts.make(made.sign_up, token="another", nonce=made.nonce, device="phone")


@pytest.mark.parametrize("count", [1, 3])
def test_of_a_device_in_the_order_of_time_with_one_query(app: Flask, cast: Cast, count_queries, count: int) -> None:
    later = [
        factories.make_activity(cast.team, places=9, starts_at=clock.now() + timedelta(days=days)).id
        for days in range(count, 0, -1)
    ]
    tokens = [f"token {number}" for number in range(count)]
    for activity_id, token in zip(later, tokens, strict=True):
        make(db.session.get_one(Activity, activity_id), token)
    db.session.commit()
    db.session.expunge_all()
    with count_queries() as queries:
        found = receipts.of_tokens([*tokens, "forged"])
        said = [(it.sign_up.person.name, it.sign_up.shift.activity.theme.name) for it in found]
    assert [it.sign_up.shift.activity_id for it in found] == later[::-1]
    assert (len(said), len(queries)) == (count, 1)
    assert receipts.of_tokens([]) == []


def test_people_on_a_device(app: Flask, cast: Cast) -> None:
    activity, other = factories.make_activity(cast.team, places=9), factories.make_activity(places=9)
    shift = activity.shifts[0]
    first = make(activity, "one")
    receipts.make(first.sign_up, token="again", nonce="after withdrawing", device="phone")
    make(activity, "two", state=SignUpState.WAITING)
    make(activity, "three", state=SignUpState.WITHDRAWN)
    make(activity, "four", device="another")
    make(other, "five")
    assert receipts.people_on_device("phone", shift) == 2
    assert receipts.people_on_device("another", shift) == 1
    assert receipts.people_on_device("unknown", shift) == 0

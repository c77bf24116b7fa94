"""Deliveries: what a page sends again is taken once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from volunteer_app import clock, deliveries
from volunteer_app.database import db
from volunteer_app.deliveries import Delivery


def test_a_key_is_new_once(app):
    assert [deliveries.is_new(key) for key in ("a", "b", "a")] == [True, True, False]
    assert db.session.get_one(Delivery, "a").received_at == clock.now()


def test_a_key_goes_with_what_failed(app):
    deliveries.is_new("a")
    db.session.rollback()
    assert deliveries.is_new("a")


@pytest.mark.usefixtures("now")
def test_of_many_at_once_one_is_new(app):
    db.session.remove()
    start = Barrier(6)

    def send(_number):
        with app.app_context():
            start.wait()
            new = deliveries.is_new("a")
            db.session.commit()
            return new

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(send, range(6))) == [False] * 5 + [True]


def test_old_keys_are_forgotten(app):
    now = clock.now()
    for days in (29, 30, 31):
        db.session.add(Delivery(key=str(days), received_at=now - timedelta(days=days)))
    db.session.flush()
    assert deliveries.forget_old() == 1
    assert [it.key for it in db.session.query(Delivery).order_by(Delivery.key)] == ["29", "30"]

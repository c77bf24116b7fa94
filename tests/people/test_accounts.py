"""Logins: making them, checking passwords, locking out who guesses."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import PASSWORD, make_account, make_person, make_subdistrict
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import accounts, credentials
from volunteer_app.people.models import Account, Person, Role


def create(**values: object) -> Account:
    account = accounts.create(**{"name": "周敏", "phone": "19900000001", "password": PASSWORD} | values)
    db.session.commit()
    return account


def fail(login: str) -> None:
    with pytest.raises(Refused):
        accounts.log_in(login, "not the password", loopback=False)
    db.session.commit()


def test_an_account_takes_the_person_who_is_there(app):
    person = make_person("周敏", "19900000001")
    assert create(name="周 敏", phone="+86 19900000001").person_id == person.id
    assert db.session.scalar(select(func.count(Person.id))) == 1


def test_a_family_shares_a_phone_but_not_an_account(app):
    make_person("周爷爷", "19900000001")
    assert create().person.name == "周敏"
    with pytest.raises(Refused):
        create(name="周爷爷")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "abcabcabcabc", "x" * 201])
def test_weak_passwords_are_refused(sqlite_app, password):
    with pytest.raises(BadInput):
        create(password=password)
    assert db.session.scalar(select(func.count(Account.id))) == 0


def test_an_officer_needs_a_subdistrict(sqlite_app):
    with pytest.raises(Refused):
        create(role=Role.OFFICER)
    assert create(role=Role.OFFICER, subdistrict=make_subdistrict()).grants[0].role is Role.OFFICER


def test_a_volunteer_needs_no_role(sqlite_app):
    assert create().grants == []


def test_signing_in(app):
    account = create(email="zhou@example.org")
    assert accounts.log_in("199 0000 0001", PASSWORD, loopback=False) == account
    assert accounts.log_in("zhou@example.org", PASSWORD, loopback=False) == account


def test_all_refusals_sound_the_same(app):
    create()
    disabled = make_account("吴海", phone="19900000002")
    disabled.disabled_at = clock.now()
    demo = make_account("孙兰", phone="19900000003", demo=True)
    assert demo.demo
    db.session.commit()
    said = set()
    for login, password in (
        ("19900000001", "not the password"),
        ("19900000002", PASSWORD),
        ("19900000003", PASSWORD),
        ("19900000009", PASSWORD),
        ("nobody", PASSWORD),
    ):
        with pytest.raises(Refused) as refused:
            accounts.log_in(login, password, loopback=False)
        said.add(str(refused.value))
    assert len(said) == 1


def test_five_wrong_passwords_lock_for_fifteen_minutes(app, now):
    account = create()
    for _ in range(5):
        fail("19900000001")
    with pytest.raises(Refused):
        accounts.log_in("19900000001", PASSWORD, loopback=False)
    assert account.locked_until == now + timedelta(minutes=15)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "lock")) == 1
    with clock.frozen(now + timedelta(minutes=14, seconds=59)), pytest.raises(Refused):
        accounts.log_in("19900000001", PASSWORD, loopback=False)
    with clock.frozen(now + timedelta(minutes=15)):
        assert accounts.log_in("19900000001", PASSWORD, loopback=False) == account


def test_nobody_waits_while_a_password_is_checked(app, monkeypatch):
    create()
    waited = []

    def write() -> None:
        with app.app_context():
            make_person("别人", "19900000005")
            db.session.commit()

    def check(password_hash: str, password: str) -> bool:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        waited.append(thread.is_alive())
        return True

    monkeypatch.setattr(accounts, "matches", check)
    assert accounts.log_in("19900000001", PASSWORD, loopback=False).phone == "19900000001"
    assert waited == [False]


def test_a_password_that_is_replaced_meanwhile_opens_nothing(app, monkeypatch):
    account = create()
    new = "another-long-password"

    def check(password_hash: str, password: str) -> bool:
        credentials.set_password(account, new, by=None)
        db.session.commit()
        return True

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(accounts, "matches", check)
        with pytest.raises(Refused):
            accounts.log_in("19900000001", PASSWORD, loopback=False)
    db.session.commit()
    assert accounts.log_in("19900000001", new, loopback=False) == account


def test_a_right_password_forgets_the_wrong_ones(app):
    account = create()
    for _ in range(4):
        fail("19900000001")
    accounts.log_in("19900000001", PASSWORD, loopback=False)
    assert account.failed_logins == 0

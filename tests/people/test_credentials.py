"""Passwords and mail addresses: changed with the present password as proof."""

import threading

import pytest

from tests.factories import PASSWORD, make_account, make_person
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import accounts, credentials, sessions

NEW = "another password"


@pytest.fixture
def account(app):
    made = make_account(phone="19900000001")
    db.session.commit()
    return made


def test_changing_ones_own_password(account):
    key = sessions.start(account, device="a phone")
    db.session.commit()
    with pytest.raises(Refused):
        credentials.change_password(account, "not the password", NEW)
    assert sessions.find(key, loopback=False)
    credentials.change_password(account, PASSWORD, NEW)
    db.session.commit()
    assert sessions.find(key, loopback=False) is None
    assert accounts.log_in("19900000001", NEW, loopback=False) == account
    with pytest.raises(Refused):
        accounts.log_in("19900000001", PASSWORD, loopback=False)


def test_nobody_waits_while_a_new_password_is_hashed(app, account, monkeypatch):
    waited = []

    def write() -> None:
        with app.app_context():
            make_person("别人", "19900000005")
            db.session.commit()

    def slowly(password: str) -> str:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        waited.append(thread.is_alive())
        return "a hash"

    account.failed_logins = 1
    db.session.flush()
    monkeypatch.setattr(accounts, "_hasher", type("Slow", (), {"hash": staticmethod(slowly)}))
    assert accounts.hashed(NEW) == "a hash"
    assert waited == [False]


def test_a_session_left_open_is_no_way_to_guess_the_password(account):
    for _ in range(5):
        with pytest.raises(Refused) as refused:
            credentials.prove(account, "not the password")
        db.session.commit()
    assert "rests for 15 minutes" in str(refused.value)
    with pytest.raises(Refused):
        credentials.change_password(account, PASSWORD, NEW)
    with pytest.raises(Refused):
        accounts.log_in("19900000001", PASSWORD, loopback=False)


def test_a_mail_address_signs_in_too(account):
    credentials.change_email(account, PASSWORD, " Li@Example.org ")
    db.session.commit()
    assert account.email == "li@example.org"
    assert accounts.log_in("li@example.org", PASSWORD, loopback=False) == account
    credentials.change_email(account, PASSWORD, "")
    assert account.email is None
    entries = db.session.query(AuditEntry).filter_by(action="change mail address")
    assert [entry.changes for entry in entries] == [{}, {}], "the trail holds no address"


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("taken@example.org", "This address can't be used."),
        ("no address", "That isn't a mail address."),
        ("a@b", "That isn't a mail address."),
        (f"{'a' * 250}@example.org", "That isn't a mail address."),
    ],
)
def test_an_address_that_cant_be_used(account, email, said):
    make_account(email="taken@example.org")
    db.session.commit()
    with pytest.raises(BadInput) as bad:
        credentials.change_email(account, PASSWORD, email)
    db.session.commit()
    assert (str(bad.value), account.email) == (said, None)


def test_the_only_way_to_sign_in_stays(account):
    account.phone, account.email = None, "li@example.org"
    db.session.commit()
    with pytest.raises(BadInput):
        credentials.change_email(account, PASSWORD, "")


def test_a_mail_address_needs_the_password(account):
    with pytest.raises(Refused):
        credentials.change_email(account, "not the password", "li@example.org")
    db.session.commit()
    assert (account.email, account.failed_logins) == (None, 1)

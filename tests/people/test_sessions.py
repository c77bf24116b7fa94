"""Sessions: found by their key, ended one by one or all at once, and with the account."""

from tests.factories import make_account
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people import sessions


def test_a_session_is_found_by_its_key_alone(app):
    account = make_account()
    key = sessions.start(account, device="a phone" * 100, second_factor=True)
    found = sessions.find(key, loopback=False)
    assert (found.account, found.second_factor, len(found.device)) == (account, True, sessions.LONGEST_DEVICE)
    assert sessions.find(found.key_hash, loopback=False) is None
    assert sessions.find("", loopback=False) is None


def test_one_session_is_ended_and_the_others_stay(app):
    account = make_account()
    one, other = (sessions.start(account, device=device) for device in ("one", "other"))
    sessions.end(sessions.find(one, loopback=False), by=account.id)
    assert sessions.find(one, loopback=False) is None
    assert [it.device for it in sessions.living(account)] == ["other"]
    assert [entry.action for entry in db.session.query(AuditEntry)] == ["end session"]
    assert sessions.find(other, loopback=False)


def test_all_end_but_this_one(app):
    account, bystander = make_account(), make_account()
    here, there = (sessions.start(account, device=device) for device in ("here", "there"))
    theirs = sessions.start(bystander, device="theirs")
    sessions.end_all(account, but=sessions.find(here, loopback=False))
    assert sessions.find(here, loopback=False)
    assert sessions.find(there, loopback=False) is None
    sessions.end_all(account)
    assert sessions.find(here, loopback=False) is None
    assert sessions.find(theirs, loopback=False)


def test_a_disabled_account_has_no_session(app):
    account = make_account()
    key = sessions.start(account, device="a phone")
    account.disabled_at = clock.now()
    db.session.flush()
    assert sessions.find(key, loopback=False) is None


def test_a_demo_account_stays_on_this_machine(app):
    key = sessions.start(make_account(demo=True), device="a phone")
    assert sessions.find(key, loopback=True)
    assert sessions.find(key, loopback=False) is None


def test_signing_out_everywhere_else_is_in_the_trail(app):
    account = make_account()
    here, there = (sessions.start(account, device=device) for device in ("here", "there"))
    sessions.end_others(sessions.find(here, loopback=False))
    assert (bool(sessions.find(here, loopback=False)), sessions.find(there, loopback=False)) == (True, None)
    assert [entry.action for entry in db.session.query(AuditEntry)] == ["end other sessions"]


def test_a_session_without_the_second_factor_ends_where_one_is_switched_on(app):
    account = make_account()
    without, shown = (sessions.start(account, device="a phone", second_factor=it) for it in (False, True))
    account.totp_secret = "A" * 32
    db.session.flush()
    assert sessions.find(without, loopback=False) is None
    assert sessions.find(shown, loopback=False)

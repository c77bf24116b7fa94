"""The second factor: figures of the moment, once each, and wrong ones counted."""

from datetime import timedelta

import pyotp
import pytest

from tests.factories import PASSWORD, make_account, make_grant, make_subdistrict, make_team
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people import accounts, sessions, totp
from volunteer_app.people.models import Role

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def figures(offset: int = 0) -> str:
    """What the app shows *offset* seconds from now."""
    return pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=offset))


@pytest.fixture
def account(app):
    made = make_account(phone="19900000001", totp_secret=SECRET)
    db.session.commit()
    return made


def test_switching_on_ends_other_sessions(app):
    account = make_account()
    here, there = (sessions.start(account, device=device) for device in ("here", "there"))
    session = sessions.find(here, loopback=False)
    with pytest.raises(Refused):
        totp.switch_on(account, SECRET, "000000", session=session)
    totp.switch_on(account, SECRET, figures(), session=session)
    assert (account.totp_secret, session.second_factor) == (SECRET, True)
    assert (sessions.find(here, loopback=False), sessions.find(there, loopback=False)) == (session, None)
    with pytest.raises(Refused):
        totp.switch_on(account, totp.new_secret(), figures(30), session=session)
    assert account.totp_secret == SECRET
    assert "JBSWY" not in str([entry.changes for entry in db.session.query(AuditEntry)])


def test_figures_are_taken_once(account, now):
    shown = figures()
    totp.show(account, f" {shown[:3]} {shown[3:]} ")
    with pytest.raises(Refused):
        totp.show(account, shown)
    with clock.frozen(now + timedelta(seconds=30)):
        with pytest.raises(Refused):
            totp.show(account, shown)
        totp.show(account, figures())


def test_an_earlier_step_isnt_taken_after_a_later_one(account):
    totp.show(account, figures(30))
    for offset in (0, -30):
        with pytest.raises(Refused):
            totp.show(account, figures(offset))


@pytest.mark.parametrize(("offset", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_half_a_minute_wrong(account, offset, taken):
    if taken:
        totp.show(account, figures(offset))
    else:
        with pytest.raises(Refused):
            totp.show(account, figures(offset))
    assert account.failed_logins == (not taken)


def test_full_width_figures_are_read_and_nonsense_is_not(account):
    for typed in ("", "12345", "１２", "abcdef", "🦆🦆🦆🦆🦆🦆"):
        account.failed_logins = 0
        with pytest.raises(Refused):
            totp.show(account, typed)
    account.failed_logins = 0
    totp.show(account, "".join(chr(ord(digit) + 0xFEE0) for digit in figures()))


def test_a_known_password_doesnt_reset_the_count_of_wrong_figures(account):
    """Else who has the password would guess figures without end."""
    for _ in range(5):
        assert accounts.log_in("19900000001", PASSWORD, loopback=False) == account
        with pytest.raises(Refused):
            totp.show(account, "000000")
        db.session.commit()
    with pytest.raises(Refused):
        accounts.log_in("19900000001", PASSWORD, loopback=False)
    with pytest.raises(Refused):
        totp.show(account, figures())
    assert db.session.query(AuditEntry).filter_by(action="log in").count() == 0


def test_switching_off_takes_both_proofs(account):
    for password, shown in (("not the password", figures()), (PASSWORD, "000000")):
        with pytest.raises(Refused):
            totp.switch_off(account, password, shown)
        db.session.commit()
    assert account.totp_secret == SECRET
    totp.switch_off(account, PASSWORD, figures())
    assert (account.totp_secret, account.totp_step) == (None, None)


def test_nobody_switches_off_what_a_role_requires(account):
    make_grant(account, Role.OFFICER, place=make_subdistrict())
    db.session.commit()
    with pytest.raises(Refused):
        totp.switch_off(account, PASSWORD, figures())
    assert account.totp_secret == SECRET


def test_starting_anew_ends_all_sessions(account):
    key = sessions.start(account, device="a phone", second_factor=True)
    totp.reset(account, by=None)
    assert (account.totp_secret, sessions.find(key, loopback=False)) == (None, None)
    with pytest.raises(Refused):
        totp.reset(account, by=None)


def test_of_whom_it_is_required(app, cast):
    organizer = make_account("林芳", Role.ORGANIZER, place=cast.compound)
    liaison = make_account("陈诚", Role.LIAISON, place=cast.compound)
    required = (cast.administrator, cast.officer, cast.secretary, liaison, organizer)
    free = (cast.leader, cast.volunteer, make_account(role=Role.OFFICER, place=cast.subdistrict, demo=True))
    assert [totp.is_required(each) for each in (*required, *free)] == [True] * 5 + [False] * 3
    make_grant(cast.leader, Role.LEADER, team=make_team(cast.compound))
    assert not totp.is_required(cast.leader)


def test_what_the_app_reads(account):
    read = pyotp.parse_uri(totp.address(account, SECRET, issuer="邻里一周"))
    assert (read.secret, read.name, read.issuer) == (SECRET, "19900000001", "邻里一周")
    assert len(totp.new_secret()) == 32

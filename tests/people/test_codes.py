"""One-time codes: for whom, by whom, once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import PASSWORD, make_account, make_grant, make_membership, make_person, make_team
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import accounts, codes, sessions
from volunteer_app.people.models import Account, OneTimeCode, Role

NEW = "an entirely new one"


@pytest.fixture
def person(app, cast):
    return make_membership(cast.team, make_person("孙兰英", "19911110000")).person


def made(person, by) -> str:
    digits = codes.make(person, by=by)
    db.session.commit()
    return digits


def redeem(login: str, code: str, password: str = NEW, loopback: bool = False) -> Account:
    account = codes.redeem(login, code, password, loopback=loopback)
    db.session.commit()
    return account


def refused(login: str, code: str) -> str:
    with pytest.raises(Refused) as error:
        codes.redeem(login, code, NEW, loopback=False)
    db.session.commit()
    return str(error.value)


def test_a_code_opens_an_account_for_its_person(person, cast):
    digits = made(person, cast.leader)
    assert (len(digits), digits.isdecimal()) == (8, True)
    account = redeem("199 1111 0000", f"{digits[:4]} {digits[4:]}")
    assert (account.person_id, account.phone) == (person.id, "19911110000")
    assert accounts.log_in("19911110000", NEW, loopback=False) == account
    refused("19911110000", digits)


def test_a_code_sets_the_password_of_an_account_anew(app, cast):
    account = cast.volunteer
    account.failed_logins, account.email = 3, "sun@example.org"
    key = sessions.start(account, device="a phone")
    digits = made(account.person, cast.leader)
    assert redeem("sun@example.org", digits) == account
    assert (sessions.find(key, loopback=False), account.failed_logins) == (None, 0)
    assert accounts.log_in(str(account.phone), NEW, loopback=False) == account


def test_the_second_factor_stays(app, cast):
    """Who hands out codes could else get past it."""
    cast.volunteer.totp_secret = "A" * 32
    digits = made(cast.volunteer.person, cast.officer)
    assert redeem(str(cast.volunteer.phone), digits).totp_secret == "A" * 32


def test_every_refusal_sounds_the_same(person, cast):
    digits = made(person, cast.leader)
    other = make_person("别人", "19911119999")
    db.session.commit()
    said = {
        refused("19911110000", "00000000"),
        refused("19911118888", digits),
        refused("nobody@example.org", digits),
        refused(str(other.phone), digits),
        refused("nonsense", ""),
    }
    with clock.frozen(clock.now() + codes.VALID_FOR):
        said.add(refused("19911110000", digits))
    assert len(said) == 1


def test_five_wrong_tries_and_a_code_is_dead(person, cast):
    digits = made(person, cast.leader)
    for _ in range(4):
        refused("19911110000", "00000000")
    with clock.frozen(clock.now() + codes.VALID_FOR - timedelta(seconds=1)):
        assert db.session.scalar(select(OneTimeCode.ended_at)) is None
        refused("19911110000", "00000000")
        refused("19911110000", digits)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "lock")) == 1


def test_a_new_code_ends_the_one_before(person, cast):
    first, second = made(person, cast.leader), made(person, cast.officer)
    if first != second:
        refused("19911110000", first)
    assert redeem("19911110000", second).person_id == person.id


def test_a_weak_password_costs_no_try(person, cast):
    digits = made(person, cast.leader)
    with pytest.raises(BadInput):
        codes.redeem("19911110000", digits, "short", loopback=False)
    assert db.session.scalar(select(OneTimeCode.tries)) == 0
    assert redeem("19911110000", digits)


def test_a_family_shares_a_phone_and_each_has_a_code_of_their_own(person, cast):
    grandfather = make_person("孙爷爷", "19911110000")
    his, hers = made(grandfather, cast.officer), made(person, cast.officer)
    assert redeem("19911110000", hers).person_id == person.id
    assert db.session.scalar(select(OneTimeCode.tries).where(OneTimeCode.person_id == grandfather.id)) == 0
    refused("19911110000", his), "the number signs in somebody else now"
    # A new one opens no second account with that number: with it the account takes the person into its family.
    codes.make(grandfather, by=cast.officer)


def test_for_whom_there_is_no_code(person, cast):
    nameless = make_person("无号码", None)
    nameless.phone = None
    off = make_account(disabled_at=clock.now())
    db.session.flush()
    for nobody in (nameless, off.person):
        with pytest.raises(Refused):
            codes.make(nobody, by=cast.officer)


def test_a_demo_account_opens_on_this_machine_alone(app, cast):
    account = make_account(demo=True, phone="19911117777")
    digits = made(account.person, cast.officer)
    refused("19911117777", digits)
    digits = made(account.person, cast.officer)
    assert redeem("19911117777", digits, loopback=True) == account


def test_codes_are_kept_as_hashes_alone(person, cast):
    digits = made(person, cast.leader)
    kept = [
        str(list(row)) for table in (OneTimeCode, AuditEntry) for row in db.session.execute(select(*table.__table__.c))
    ]
    assert not any(digits in row for row in kept)


def test_two_who_use_one_code_at_once(app, person, cast):
    digits = made(person, cast.leader)
    barrier, won, lost = threading.Barrier(4), [], []

    def use(number: int) -> None:
        with app.app_context():
            barrier.wait(10)
            try:
                won.append(redeem("19911110000", digits, f"password number {number}").id)
            except Refused:
                db.session.commit()
                lost.append(number)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.expire_all()
    assert (len(won), len(lost)) == (1, 3)
    assert db.session.scalar(select(func.count(Account.id)).where(Account.phone == "19911110000")) == 1


def test_who_may_make_a_code_for_whom(person, cast):
    officer_in_team = make_membership(
        cast.team, make_account("郑和", Role.OFFICER, place=cast.subdistrict).person
    ).person
    organizer = make_account("林芳", Role.ORGANIZER, place=cast.compound)
    for maker in (cast.administrator, cast.officer, cast.secretary, cast.leader):
        assert codes.may_make(maker, person)
        assert codes.may_make(maker, cast.volunteer.person)
        assert not codes.may_make(maker, maker.person)
    for maker in (cast.volunteer, organizer):
        assert not codes.may_make(maker, person)
    assert not codes.may_make(cast.leader, officer_in_team)
    assert not codes.may_make(cast.secretary, officer_in_team)
    assert codes.may_make(cast.officer, officer_in_team)
    assert not codes.may_make(cast.officer, cast.administrator.person)
    assert not codes.may_make(cast.officer, cast.outsider.person)
    assert codes.may_make(cast.officer, cast.leader.person, own_teams=[cast.team.id])
    make_grant(cast.leader, Role.LEADER, team=make_team(cast.elsewhere))
    assert not codes.may_make(cast.officer, cast.leader.person, own_teams=[cast.team.id])
    person.anonymised_at = clock.now()
    assert not codes.may_make(cast.officer, person)
    assert PASSWORD != NEW

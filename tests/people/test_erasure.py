"""What belongs to the person and the login goes."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people import accounts, consents, erasure, family, sessions
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import AccountRequest, AccountSession, Person, RequestState, Role
from volunteer_app.people.roles import living

from ..factories import PASSWORD, Cast, make_account, make_grant, make_person


def erased(person: Person) -> tuple[object, ...]:
    return person.name, person.phone, person.sex, person.birth_month, person.guardian_name, person.guardian_phone


def test_person_and_login(app: Flask, cast: Cast, now: datetime) -> None:
    account = cast.volunteer
    person, phone = account.person, account.phone
    person.birth_month, person.guardian_name = "1949-12", "孙大"
    key = sessions.start(account, device="a phone")
    relative = family.add(account, name="孙小虎", under_14=False)
    consents.give(person, Purpose.SIGN_UP)
    asked = AccountRequest(subdistrict_id=cast.subdistrict.id, name=person.name, phone=phone, note="我", asked_at=now)
    db.session.add(asked)
    db.session.flush()
    erasure.anonymise(person, by=account.id)
    db.session.commit()
    assert erased(person) == ("已匿名", None, None, None, "", "")
    assert person.anonymised_at == now
    assert (account.phone, account.email, account.password_hash, account.disabled_at) == (None, None, "", now)
    assert sessions.find(key, loopback=True) is None
    assert [it.device for it in db.session.query(AccountSession).filter_by(account_id=account.id)] == [""]
    assert relative.ended_at == now
    assert relative.person.name == "孙小虎", "the family's own data stay"
    assert consents.living(person) == []
    assert (asked.name, asked.phone, asked.note, asked.state) == ("已匿名", "", "", RequestState.DECLINED)
    with pytest.raises(Refused):
        accounts.log_in(str(phone), PASSWORD, loopback=True)


def test_the_trail_holds_no_name(app: Flask, cast: Cast) -> None:
    account = cast.volunteer
    phone = str(account.phone)
    erasure.anonymise(account.person, by=account.id, place_id=cast.subdistrict.id)
    entry = db.session.query(AuditEntry).filter_by(action="erase").one()
    assert (entry.subject_id, entry.account_id, entry.place_id) == (
        account.person_id,
        account.id,
        cast.subdistrict.id,
    )
    written = " ".join(f"{it.changes} {it.reason}" for it in db.session.query(AuditEntry))
    assert "孙桂兰" not in written
    assert phone not in written


def test_two_of_one_name_do_not_clash(app: Flask) -> None:
    people = [make_person("王小明"), make_person("王小明")]
    erasure.forget([person.id for person in people])
    db.session.expire_all()
    assert [person.name for person in people] == ["已匿名", "已匿名"]


def test_own_roles_end_but_for_the_last_administrator(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused, match="last administrator"):
        erasure.anonymise(cast.administrator.person, by=cast.administrator.id)
    db.session.rollback()
    second = make_account("周二", Role.ADMINISTRATOR)
    make_grant(second, Role.OFFICER, place=cast.elsewhere)
    erasure.anonymise(second.person, by=second.id)
    assert living(second) == []


def test_roles_of_somebody_else_have_to_end_first(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused, match="End it first"):
        erasure.check(cast.officer.person, by=cast.administrator.id)
    erasure.check(cast.officer.person, by=cast.officer.id)
    erasure.check(cast.volunteer.person, by=cast.officer.id)
    erasure.anonymise(cast.volunteer.person, by=cast.officer.id)
    with pytest.raises(Refused, match="already"):
        erasure.check(cast.volunteer.person, by=cast.officer.id)


def test_old_account_requests(app: Flask, cast: Cast, now: datetime) -> None:
    def asked(name: str, days: int, state: RequestState) -> AccountRequest:
        at = now - timedelta(days=days)
        decided = None if state is RequestState.WAITING else at
        row = AccountRequest(
            subdistrict_id=cast.subdistrict.id, name=name, phone="1", state=state, asked_at=at, decided_at=decided
        )
        db.session.add(row)
        db.session.flush()
        return row

    rows = [
        asked("甲", 400, RequestState.GRANTED),
        asked("乙", 400, RequestState.WAITING),
        asked("丙", 5, RequestState.DECLINED),
    ]
    erasure.forget_requests(clock.now() - timedelta(days=365))
    db.session.expire_all()
    assert [row.name for row in rows] == ["已匿名", "乙", "丙"]

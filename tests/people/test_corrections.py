"""People put their own data right."""

import pytest
from flask import Flask

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import family
from volunteer_app.people.corrections import Corrected, correct
from volunteer_app.people.models import Account, Person, Sex

from ..factories import Cast, make_person

NEW = "13812345678"


def corrected(account: Account, person: Person | None = None, **values: object) -> bool:
    person = person or account.person
    given = {"name": person.name, "phone": "", "sex": person.sex, "birth_month": person.birth_month} | values
    return correct(person, Corrected(**given), account=account)


def test_what_was_wrong(app: Flask, cast: Cast) -> None:
    account = cast.volunteer
    assert corrected(account, name="孙桂 蓝", sex=Sex.FEMALE, birth_month="1949-12")
    person = account.person
    assert (person.name, person.sex, person.birth_month) == ("孙桂蓝", Sex.FEMALE, "1949-12")
    entry = db.session.query(AuditEntry).filter_by(action="correct").one()
    assert entry.changes == {"columns": [None, ["birth_month", "name", "sex"]]}, "the trail repeats no value"
    assert not corrected(account), "the same again is no change"


def test_another_number_signs_in_and_the_family_moves_along(app: Flask, cast: Cast) -> None:
    account = cast.volunteer
    child = family.add(account, name="孙小虎", under_14=True).person
    other = family.attach(account, make_person("孙爷爷", "19911110000")).person
    assert corrected(account, phone="138 1234 5678")
    assert (account.phone, account.person.phone) == (NEW, NEW)
    assert (child.phone, child.guardian_phone, other.phone) == (NEW, NEW, "19911110000")


def test_an_account_with_another_number_keeps_it(app: Flask, cast: Cast) -> None:
    account = cast.volunteer
    account.phone = "19911112222"
    db.session.flush()
    assert corrected(account, phone=NEW)
    assert (account.phone, account.person.phone) == ("19911112222", NEW)


def test_what_belongs_to_somebody_else_is_refused_in_the_same_words(app: Flask, cast: Cast) -> None:
    account = cast.volunteer
    make_person("孙桂兰", NEW)
    make_person("张三", account.phone)
    db.session.commit()
    for taken in ({"phone": NEW}, {"name": "张三"}, {"phone": str(cast.leader.phone)}):
        with pytest.raises(Refused, match="can't be changed here: ask the office"):
            corrected(account, **taken)
        db.session.rollback()
    assert (account.person.name, account.phone) == ("孙桂兰", account.person.phone)


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"phone": "12"}, {"birth_month": "1899-12"}, {"birth_month": "2020-12"}]
)
def test_what_can_not_be(app: Flask, cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        corrected(cast.volunteer, **wrong)


def test_for_somebody_of_the_family(app: Flask, cast: Cast) -> None:
    child = family.add(cast.volunteer, name="孙小虎", under_14=True).person
    assert corrected(cast.volunteer, child, name="孙大虎", birth_month="2012-05")
    assert (child.name, child.phone, child.birth_month) == ("孙大虎", cast.volunteer.phone, "2012-05")

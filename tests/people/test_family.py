"""Acting for those without an account; nobody joins by name and number alone."""

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import consents, family
from volunteer_app.people.models import Account, Person

from ..factories import Cast, make_account, make_person


def names(account: Account) -> list[str]:
    return [link.person.name for link in family.members(account)]


def test_a_new_person_under_the_accounts_number(app: Flask, cast: Cast) -> None:
    link = family.add(cast.volunteer, name=" 孙 小虎 ", under_14=False)
    person = link.person
    assert (person.name, person.phone, person.guardian_name) == ("孙小虎", cast.volunteer.phone, "")
    assert [it.purpose for it in consents.living(person)] == ["sign_up"]
    assert names(cast.volunteer) == ["孙小虎"]
    assert [family.acts_for(cast.volunteer, it) for it in (person.id, cast.volunteer.person_id)] == [True, True]
    assert not family.acts_for(cast.leader, person.id)


def test_a_child_has_a_guardian_who_agrees(app: Flask, cast: Cast) -> None:
    child = family.add(cast.volunteer, name="孙小虎", under_14=True).person
    assert (child.guardian_name, child.guardian_phone) == ("孙桂兰", cast.volunteer.phone)
    assert [it.purpose for it in consents.living(child)] == ["sign_up", "guardian"]


def test_who_is_known_joins_with_a_code_alone(app: Flask, cast: Cast) -> None:
    known = make_person("孙爷爷", cast.volunteer.phone)
    with pytest.raises(Refused, match="one-time code"):
        family.add(cast.volunteer, name="孙爷爷", under_14=False)
    assert names(cast.volunteer) == []
    family.attach(cast.volunteer, known)
    assert names(cast.volunteer) == ["孙爷爷"]


def test_taken_off_and_added_again_by_the_same_account_alone(app: Flask, cast: Cast) -> None:
    link = family.add(cast.volunteer, name="孙小虎", under_14=False)
    with pytest.raises(Refused, match="already"):
        family.add(cast.volunteer, name="孙小虎", under_14=False)
    family.end(link, by=cast.volunteer.id)
    assert names(cast.volunteer) == []
    assert not family.acts_for(cast.volunteer, link.person_id)
    assert family.add(cast.volunteer, name="孙小虎", under_14=False) is link
    assert names(cast.volunteer) == ["孙小虎"]


def test_whoever_has_an_account_acts_alone(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused, match="has an account"):
        family.attach(cast.volunteer, cast.leader.person)
    link = family.add(cast.volunteer, name="孙小虎", under_14=False)
    db.session.add(Account(person_id=link.person_id, password_hash="x", created_at=clock.now()))
    db.session.flush()
    assert names(cast.volunteer) == []
    assert not family.acts_for(cast.volunteer, link.person_id)
    with pytest.raises(Refused, match="has an account"):
        family.add(cast.volunteer, name="孙小虎", under_14=False)


def test_what_is_refused(app: Flask, cast: Cast) -> None:
    with pytest.raises(BadInput):
        family.add(cast.volunteer, name="  ", under_14=False)
    with pytest.raises(Refused, match="ask the office"):
        family.attach(cast.volunteer, cast.volunteer.person)
    by_mail = make_account("无号")
    by_mail.person.phone = None
    with pytest.raises(Refused, match="phone number"):
        family.add(by_mail, name="孙小虎", under_14=False)
    for number in range(family.MOST):
        family.add(cast.volunteer, name=f"孙{'一二三四五六七八九十'[number]}", under_14=False)
    with pytest.raises(Refused, match="up to 10"):
        family.add(cast.volunteer, name="孙多", under_14=False)
    assert db.session.query(Person).filter_by(name="孙多").count() == 0


def test_who_is_of_one_household(app: Flask, cast: Cast) -> None:
    holder, child, spouse = cast.volunteer, make_person("孙晓"), make_person("钱伟")
    family.attach(holder, child)
    link = family.attach(holder, spouse)
    # Who has an account by now, or is acted for no longer, is of the family still.
    make_account("钱伟").person_id = spouse.id
    family.end(link, by=holder.id)
    everyone = {holder.person_id, child.id, spouse.id}
    for person_id in everyone:
        assert family.household(person_id) == everyone - {person_id}
    assert family.household(cast.secretary.person_id) == set()

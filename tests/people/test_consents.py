"""What people agree to, and no longer."""

import re
from datetime import datetime

import pytest
from flask import Flask

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.consents import PURPOSES, Purpose

from ..factories import Cast, make_person


def test_given_once_while_it_lives(app: Flask, now: datetime) -> None:
    person = make_person()
    first = consents.give(person, Purpose.SIGN_UP)
    assert consents.give(person, Purpose.SIGN_UP) is first
    assert (first.purpose, first.text_version, first.given_at, first.withdrawn_at) == ("sign_up", "1", now, None)
    assert consents.living(person) == [first]
    entries = db.session.query(AuditEntry).filter_by(subject="consent").all()
    assert [(it.action, it.subject_id, it.account_id) for it in entries] == [("agree", first.id, None)]


def test_other_words_are_another_agreement(app: Flask) -> None:
    person = make_person()
    old = consents.give(person, Purpose.SIGN_UP, text_version="0")
    new = consents.give(person, Purpose.SIGN_UP)
    assert consents.living(person) == [old, new]
    assert consents.withdraw(person, Purpose.SIGN_UP, by=None)
    assert consents.living(person) == []


def test_withdrawn_it_stays_as_a_row_and_can_be_given_again(app: Flask, cast: Cast, now: datetime) -> None:
    person = cast.volunteer.person
    first = consents.give(person, Purpose.NAMED, by=cast.volunteer.id)
    kept = consents.give(person, Purpose.SIGN_UP, by=cast.volunteer.id)
    assert consents.withdraw(person, Purpose.NAMED, by=cast.volunteer.id)
    assert not consents.withdraw(person, Purpose.NAMED, by=cast.volunteer.id), "nothing to end any more"
    again = consents.give(person, Purpose.NAMED, by=cast.volunteer.id)
    assert first.withdrawn_at == now
    assert consents.given(person) == [first, kept, again]
    assert consents.living(person) == [kept, again]


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_words(purpose: Purpose) -> None:
    words = PURPOSES[purpose]
    assert words.version
    assert set(re.findall(r"%\((\w+)\)", words.text)) <= {"months"}

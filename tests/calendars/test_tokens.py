"""Tokens of private feeds."""

import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from volunteer_app.audit.models import AuditEntry
from volunteer_app.calendars import tokens
from volunteer_app.calendars.models import CalendarToken
from volunteer_app.database import db
from volunteer_app.errors import Refused

from ..factories import Cast


def test_only_the_hash_is_kept(app: Flask, cast: Cast) -> None:
    secret = tokens.make(cast.volunteer.person, by=cast.volunteer.id)
    token = tokens.look_up(secret)
    assert token
    assert token.person == cast.volunteer.person
    assert token.token_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) == 43
    assert tokens.living(cast.volunteer.person) == token
    assert tokens.living(cast.leader.person) is None


def test_unknown(app: Flask, cast: Cast) -> None:
    tokens.make(cast.volunteer.person, by=None)
    assert tokens.look_up("") is tokens.look_up("x" * 43) is None


def test_one_a_person(app: Flask, cast: Cast) -> None:
    tokens.make(cast.volunteer.person, by=None)
    with pytest.raises(Refused):
        tokens.make(cast.volunteer.person, by=None)
    tokens.make(cast.leader.person, by=None)


def test_replacing(app: Flask, cast: Cast) -> None:
    old = tokens.make(cast.volunteer.person, by=None)
    new = tokens.replace(cast.volunteer.person, by=None)
    before, after = tokens.look_up(old), tokens.look_up(new)
    assert before
    assert after
    assert before.revoked_at
    assert after.revoked_at is None
    assert tokens.living(cast.volunteer.person) == after


def test_revoking_and_making_again(app: Flask, cast: Cast) -> None:
    old = tokens.make(cast.volunteer.person, by=None)
    tokens.revoke(cast.volunteer.person, by=None)
    gone = tokens.look_up(old)
    assert gone
    assert gone.revoked_at
    assert tokens.living(cast.volunteer.person) is None
    tokens.make(cast.volunteer.person, by=None)
    assert len(db.session.scalars(select(CalendarToken)).all()) == 2


def test_nothing_to_end(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused):
        tokens.replace(cast.volunteer.person, by=None)
    with pytest.raises(Refused):
        tokens.revoke(cast.volunteer.person, by=None)


def test_the_trail_knows_and_tells_no_secret(app: Flask, cast: Cast) -> None:
    made = tokens.make(cast.volunteer.person, by=cast.volunteer.id)
    replaced = tokens.replace(cast.volunteer.person, by=cast.volunteer.id)
    tokens.revoke(cast.volunteer.person, by=cast.volunteer.id)
    db.session.flush()
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == "calendar_token").order_by(AuditEntry.id)
    ).all()
    assert [(entry.action, entry.account_id) for entry in entries] == [
        (action, cast.volunteer.id) for action in ("make", "replace", "make", "revoke")
    ]
    assert not any(secret in str(entry.changes) + entry.reason for entry in entries for secret in (made, replaced))

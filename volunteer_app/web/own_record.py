"""Everything that is kept of a person, as tables: for the page of their data, and for its export [P §45]."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, or_, select

from .. import clock
from ..activities.minutes import is_service, minutes_given
from ..activities.models import Activity, Attendance, Shift, SignUp, Theme
from ..audit.models import AuditEntry
from ..calendars.models import CalendarToken
from ..contests.models import Entry
from ..database import db
from ..notifications.models import Notice
from ..people import consents
from ..people.consents import Purpose
from ..people.models import Account, AccountRequest, AccountSession, Consent, FamilyMember, Person, RoleGrant
from ..places.models import Place
from ..tables.cells import Cell
from ..tables.writing import Table, csv_file
from ..teams.models import Membership, MembershipRequest, Team
from ..words import word
from . import audit_words, own_work

Value = Cell | StrEnum


@dataclass(frozen=True)
class Kept:
    """One kind of what is kept: its name for programs and for people, its columns likewise, its rows."""

    key: str
    title: str
    columns: dict[str, str]
    rows: Sequence[Sequence[Value]]


def of(person: Person) -> list[Kept]:
    """All that is kept of *person* and of their logins: one query a kind, and only kinds that have rows."""
    accounts = [it.id for it in db.session.scalars(select(Account).where(Account.person_id == person.id))]
    work = (*own_work.of_service(person), *own_work.of_duty(person), *own_work.of_contests(person))
    tables = [
        *_of_person(person),
        *_of_teams(person),
        *_of_activities(person),
        *(_table(key, title, rows, **columns) for key, title, rows, columns in work),
        *_of_accounts(person, accounts),
    ]
    return [table for table in (*tables, _acts(person, accounts)) if table.rows]


def as_json(tables: Iterable[Kept]) -> bytes:
    """For programs: rows as objects, moments in ISO form with their zone."""
    whole = {
        table.key: [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.rows] for table in tables
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def as_csv(tables: Iterable[Kept]) -> bytes:
    """For people: a folded folder with a table for each kind, in the words of their language."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as folder:
        for table in tables:
            header = [str(label) for label in table.columns.values()]
            rows = [[_cell(value) for value in row] for row in table.rows]
            folder.writestr(f"{table.key}.csv", csv_file(Table(table.key, str(table.title), header, rows)))
    return target.getvalue()


def shown(value: Value) -> str:
    """A value as the page shows it."""
    cell = _cell(value)
    return "" if cell is None else f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell)


def _plain(value: Value) -> object:
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _cell(value: Value) -> Cell:
    if isinstance(value, StrEnum):
        return word(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    return value


def _of_person(person: Person) -> Iterable[Kept]:
    columns = {
        "name": _l("Name"),
        "phone": _l("Phone"),
        "sex": _l("Sex"),
        "birth_month": _l("Born"),
        "guardian_name": _l("The guardian's name"),
        "guardian_phone": _l("The guardian's phone number"),
        "created_at": _l("Entered"),
    }
    yield Kept("person", _l("Who you are"), columns, [[getattr(person, name) for name in columns]])
    columns = {
        "purpose": _l("For what"),
        "text_version": _l("Version of the words"),
        "given_at": _l("Given"),
        "withdrawn_at": _l("Withdrawn"),
    }
    agreed = [[Purpose(it.purpose), it.text_version, it.given_at, it.withdrawn_at] for it in consents.given(person)]
    yield Kept("consents", _l("What you agreed to"), columns, agreed)


def _of_teams(person: Person) -> Iterable[Kept]:
    yield _table(
        "memberships",
        _l("Memberships in teams"),
        select(Membership).join(Team).where(Membership.person_id == person.id).order_by(Membership.id),
        team=(Team.name, _l("Team")),
        role=(Membership.role, _l("Role")),
        since=(Membership.since, _l("First day")),
        until=(Membership.until, _l("Last day")),
    )
    mine = MembershipRequest.person_id == person.id
    yield _table(
        "membership_requests",
        _l("Requests to join a team"),
        select(MembershipRequest).join(Team).where(mine).order_by(MembershipRequest.id),
        team=(Team.name, _l("Team")),
        note=(MembershipRequest.note, _l("What was written")),
        state=(MembershipRequest.state, _l("State")),
        asked_at=(MembershipRequest.asked_at, _l("Asked")),
        decided_at=(MembershipRequest.decided_at, _l("Decided")),
    )


def _of_activities(person: Person) -> Iterable[Kept]:
    yield _table(
        "sign_ups",
        _l("What was signed up for"),
        select(SignUp)
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .join(Theme)
        .where(SignUp.person_id == person.id)
        .order_by(SignUp.id),
        activity=(Theme.name, _l("Activity")),
        starts_at=(Shift.starts_at, _l("Begins")),
        state=(SignUp.state, _l("State")),
        asked_at=(SignUp.asked_at, _l("Signed up")),
        code=(SignUp.code, _l("Check-in code")),
        note=(SignUp.note, _l("What was written")),
        excused=(SignUp.excused, _l("Excused")),
    )
    yield _table(
        "attendances",
        _l("What you came to"),
        select(Attendance)
        .join(Activity)
        .join(Theme)
        .where(Attendance.person_id == person.id)
        .order_by(Activity.starts_at, Attendance.id),
        activity=(Theme.name, _l("Activity")),
        checked_in_at=(Attendance.checked_in_at, _l("Check-in")),
        checked_out_at=(Attendance.checked_out_at, _l("Check-out")),
        minutes=(minutes_given(), _l("Minutes")),
        counts_as_service=(is_service(), _l("Counts as volunteering")),
    )
    yield _table(
        "notices",
        _l("What you had to be told"),
        select(Notice).join(Activity).join(Theme).where(Notice.person_id == person.id).order_by(Notice.id),
        kind=(Notice.kind, _l("What happened")),
        activity=(Theme.name, _l("Activity")),
        made_at=(Notice.made_at, _l("When")),
        told_at=(Notice.told_at, _l("Told")),
    )


def _of_accounts(person: Person, accounts: Sequence[int]) -> Iterable[Kept]:
    yield _table(
        "accounts",
        _l("Signing in"),
        select(Account).where(Account.id.in_(accounts)).order_by(Account.id),
        phone=(Account.phone, _l("Phone")),
        email=(Account.email, _l("Mail address")),
        second_factor=(Account.totp_secret.is_not(None), _l("Second factor")),
        created_at=(Account.created_at, _l("Since when")),
    )
    yield _table(
        "roles",
        _l("Roles"),
        select(RoleGrant)
        .outerjoin(Place, RoleGrant.place_id == Place.id)
        .outerjoin(Team, RoleGrant.team_id == Team.id)
        .where(RoleGrant.account_id.in_(accounts))
        .order_by(RoleGrant.id),
        role=(RoleGrant.role, _l("Role")),
        place=(Place.name, _l("For which place")),
        team=(Team.name, _l("Team")),
        since=(RoleGrant.since, _l("First day")),
        until=(RoleGrant.until, _l("Last day")),
    )
    yield _table(
        "sessions",
        _l("Devices"),
        select(AccountSession).where(AccountSession.account_id.in_(accounts)).order_by(AccountSession.id),
        device=(AccountSession.device, _l("Device")),
        started_at=(AccountSession.started_at, _l("Signed in")),
        ended_at=(AccountSession.ended_at, _l("Signed out")),
    )
    yield _table(
        "family",
        _l("Family"),
        select(FamilyMember).join(Person).where(FamilyMember.account_id.in_(accounts)).order_by(FamilyMember.id),
        name=(Person.name, _l("Name")),
        since=(FamilyMember.since, _l("Since when")),
        ended_at=(FamilyMember.ended_at, _l("Until when")),
    )
    yield _table(
        "account_requests",
        _l("Requests for an account"),
        select(AccountRequest)
        .where(AccountRequest.phone == person.phone, AccountRequest.name == person.name)
        .order_by(AccountRequest.id),
        note=(AccountRequest.note, _l("What was written")),
        state=(AccountRequest.state, _l("State")),
        asked_at=(AccountRequest.asked_at, _l("Asked")),
        decided_at=(AccountRequest.decided_at, _l("Decided")),
    )
    yield _table(
        "private_calendars",
        _l("Private calendar addresses"),
        select(CalendarToken).where(CalendarToken.person_id == person.id).order_by(CalendarToken.id),
        created_at=(CalendarToken.created_at, _l("Made")),
        revoked_at=(CalendarToken.revoked_at, _l("Switched off")),
    )


def _acts(person: Person, accounts: Sequence[int]) -> Kept:
    """Who did what with these data: that it was somebody else is said, not who."""
    owned: dict[str, Sequence[int] | Select[int]] = {
        "person": [person.id],
        "account": accounts,
        "consent": select(Consent.id).where(Consent.person_id == person.id),
        "family_member": select(FamilyMember.id).where(FamilyMember.account_id.in_(accounts)),
        "sign_up": select(SignUp.id).where(SignUp.person_id == person.id),
        "attendance": select(Attendance.id).where(Attendance.person_id == person.id),
        "membership": select(Membership.id).where(Membership.person_id == person.id),
        "entry": select(Entry.id).where(Entry.person_id == person.id),
    }
    about = or_(*(and_(AuditEntry.subject == table, AuditEntry.subject_id.in_(ids)) for table, ids in owned.items()))
    entries = db.session.scalars(select(AuditEntry).where(about).order_by(AuditEntry.id))
    columns = {"at": _l("When"), "done": _l("What was done"), "yourself": _l("By yourself")}
    acts: list[list[Value]] = [[entry.at, audit_words.done(entry), entry.account_id in accounts] for entry in entries]
    return Kept("acts", _l("What was done with these data"), columns, acts)


def _table(key: str, title: str, rows: Select[Any], **columns: tuple[Any, str]) -> Kept:
    """*rows* is a query of what to read; each column says what of it, and its name for people."""
    found = db.session.execute(
        rows.with_only_columns(*(column for column, _label in columns.values()), maintain_column_froms=True)
    )
    labels = {name: label for name, (_column, label) in columns.items()}
    return Kept(key, title, labels, [list(row) for row in found])

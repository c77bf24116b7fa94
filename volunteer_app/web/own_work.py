"""What the product keeps of somebody's service, contests and duty: each by itself, here as everywhere."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from ..contests.models import Entry, Judge, Objection, Round
from ..contests.role_models.models import RoleModel
from ..contests.voting.models import Vote
from ..duty.models import Assignment, Leave, Pairing, PlannedVisit, Visit
from ..notifications.models import Notice
from ..people.models import Person
from ..places.models import Place
from ..service.models import Certificate, Distinction, ServiceRecord

Columns = dict[str, tuple[Any, Any]]


def of_service(person: Person) -> Iterable[tuple[str, Any, Select[Any], Columns]]:
    """Records by hand, training and awards, certificates: for each its key, title, query and columns."""
    yield (
        "service_records",
        _l("Service entered by hand"),
        select(ServiceRecord).where(ServiceRecord.person_id == person.id).order_by(ServiceRecord.id),
        {
            "content": (ServiceRecord.content, _l("Content")),
            "starts_at": (ServiceRecord.starts_at, _l("Begins")),
            "minutes": (ServiceRecord.minutes, _l("Minutes")),
            "state": (ServiceRecord.state, _l("State")),
            "reason": (ServiceRecord.reason, _l("Reason")),
        },
    )
    yield (
        "distinctions",
        _l("Training and awards"),
        select(Distinction).where(Distinction.person_id == person.id).order_by(Distinction.id),
        {
            "name": (Distinction.title, _l("Title")),
            "giver": (Distinction.giver, _l("Given by")),
            "day": (Distinction.day, _l("Day")),
        },
    )
    yield (
        "certificates",
        _l("Certificates"),
        select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.id),
        {
            "serial": (Certificate.serial, _l("Number")),
            "issued_on": (Certificate.issued_on, _l("Issued")),
            "minutes": (Certificate.minutes, _l("Minutes")),
            "revoked_at": (Certificate.revoked_at, _l("Revoked")),
        },
    )


def of_contests(person: Person) -> Iterable[tuple[str, Any, Select[Any], Columns]]:
    """What somebody entered, gave and said in contests, and what others said of them, in the same way."""
    yield (
        "contest_entries",
        _l("What was entered in contests"),
        select(Entry).join(Round, Entry.round_id == Round.id).where(Entry.person_id == person.id).order_by(Entry.id),
        {
            "contest": (Round.name, _l("Contest")),
            "name": (Entry.name, _l("What is entered")),
            "about": (Entry.about, _l("What is good about it")),
            "entered_on": (Entry.entered_on, _l("Entered on")),
            "state": (Entry.state, _l("State")),
            "reason": (Entry.reason, _l("Reason")),
        },
    )
    # That somebody voted, never for whom: nobody is told that, so nobody can be asked to show it.
    yield (
        "votes",
        _l("Votes in contests"),
        select(Vote).join(Round, Vote.round_id == Round.id).where(Vote.person_id == person.id).order_by(Vote.id),
        {"contest": (Round.name, _l("Contest")), "day": (Vote.day, _l("Day")), "channel": (Vote.channel, _l("How"))},
    )
    yield (
        "judging",
        _l("Judging of contests"),
        select(Judge).join(Round, Judge.round_id == Round.id).where(Judge.person_id == person.id).order_by(Judge.id),
        {
            "contest": (Round.name, _l("Contest")),
            "label": (Judge.label, _l("Name on the result page")),
            "withdrawn_at": (Judge.withdrawn_at, _l("Left the panel")),
        },
    )
    yield (
        "objections",
        _l("Objections to results"),
        select(Objection)
        .join(Round, Objection.round_id == Round.id)
        .where(Objection.person_id == person.id)
        .order_by(Objection.id),
        {
            "contest": (Round.name, _l("Contest")),
            "text": (Objection.text, _l("What isn't right")),
            "made_at": (Objection.made_at, _l("Sent")),
            "state": (Objection.state, _l("State")),
            "answer": (Objection.answer, _l("Answer")),
        },
    )
    yield (
        "contest_notices",
        _l("What you had to be told of contests"),
        select(Notice)
        .join(Round, Round.slug == Notice.values["round"].as_string())
        .where(Notice.person_id == person.id)
        .order_by(Notice.id),
        {
            "kind": (Notice.kind, _l("What happened")),
            "contest": (Round.name, _l("Contest")),
            "made_at": (Notice.made_at, _l("When")),
            "told_at": (Notice.told_at, _l("Told")),
        },
    )
    yield (
        "role_models",
        _l("Nominations as a role model"),
        select(RoleModel).where(RoleModel.person_id == person.id).order_by(RoleModel.id),
        {
            "name": (RoleModel.title, _l("As what")),
            "story": (RoleModel.story, _l("Story")),
            "nominated_on": (RoleModel.nominated_on, _l("Nominated on")),
            "state": (RoleModel.state, _l("State")),
            "reason": (RoleModel.reason, _l("Reason")),
        },
    )


def of_duty(person: Person) -> Iterable[tuple[str, Any, Select[Any], Columns]]:
    """Pairings, visits, plans, leave and assignments, in the same way."""
    yield (
        "pairings",
        _l("Pairings"),
        select(Pairing).join(Place, Pairing.compound_id == Place.id).where(Pairing.person_id == person.id),
        {
            "compound": (Place.name, _l("Compound")),
            "since": (Pairing.since, _l("First day")),
            "until": (Pairing.until, _l("Last day")),
        },
    )
    yield (
        "visits",
        _l("Visits on duty"),
        select(Visit)
        .join(Place, Visit.compound_id == Place.id)
        .where(Visit.person_id == person.id)
        .order_by(Visit.starts_at),
        {
            "compound": (Place.name, _l("Compound")),
            "starts_at": (Visit.starts_at, _l("Begins")),
            "ends_at": (Visit.ends_at, _l("End")),
            "what": (Visit.what, _l("What was done")),
            "state": (Visit.state, _l("State")),
            "reason": (Visit.reason, _l("Reason")),
        },
    )
    yield (
        "planned_visits",
        _l("Planned visits"),
        select(PlannedVisit).where(PlannedVisit.person_id == person.id).order_by(PlannedVisit.starts_at),
        {"starts_at": (PlannedVisit.starts_at, _l("Begins")), "note": (PlannedVisit.note, _l("Note"))},
    )
    yield (
        "leaves",
        _l("Leave"),
        select(Leave).where(Leave.person_id == person.id).order_by(Leave.since),
        {
            "since": (Leave.since, _l("First day")),
            "until": (Leave.until, _l("Last day")),
            "reason": (Leave.reason, _l("Reason")),
        },
    )
    yield (
        "assignments",
        _l("Frontline assignments"),
        select(Assignment).join(Place, Assignment.compound_id == Place.id).where(Assignment.person_id == person.id),
        {
            "compound": (Place.name, _l("Compound")),
            "unit": (Assignment.unit, _l("Unit")),
            "since": (Assignment.since, _l("First day")),
            "until": (Assignment.until, _l("Last day")),
        },
    )

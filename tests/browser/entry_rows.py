"""A round that takes entries, with one in each state, for the walk through their pages."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

from flask import current_app
from PIL import Image
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.contests.factories import make_entry, make_round
from volunteer_app import clock
from volunteer_app.backups.archive import UPLOADS
from volunteer_app.contests.models import Entry, EntryPhoto, EntryState, Round
from volunteer_app.contests.rounds import telling
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts, consents
from volunteer_app.people.consents import Purpose
from volunteer_app.photos import keeping
from volunteer_app.photos.taking import take
from volunteer_app.places import queries
from volunteer_app.places.models import Place, PlaceKind

NAME = "晒最美楼栋报名期"
BLUEPRINTS = ("contest_calls", "contest_entries", "contest_review", "entry_photos")


def filled(rule: Rule, *, guest: bool) -> Iterator[dict[str, object]]:
    """What stands in the addresses of the entries' pages.

    Args:
        guest: only what everyone may see.
    """
    match rule.endpoint:
        case "contest_entries.new":
            building = a_building()
            yield {"slug": a_round().slug}
            yield {"slug": a_round().slug, "place": building.parent.slug}
        case "contest_calls.index":
            an_entry(EntryState.RETURNED)
            yield {}
        case "contest_review.index":
            yield {"slug": a_round().slug}
        case "contest_entries.show":
            states = (
                [EntryState.PUBLISHED] if guest else [EntryState.RETURNED, EntryState.WITHDRAWN, EntryState.WAITING]
            )
            yield from ({"entry_slug": an_entry(state).slug} for state in states)
        case "contest_entries.edit" | "entry_photos.index":
            states = (EntryState.WAITING, EntryState.RETURNED, EntryState.WITHDRAWN)
            yield from ({"entry_slug": an_entry(state).slug} for state in states)
        case "entry_photos.removal":
            entry = an_entry(EntryState.WAITING)
            photo = db.session.scalars(select(EntryPhoto.id).where(EntryPhoto.entry_id == entry.id).limit(1)).one()
            yield {"entry_slug": entry.slug, "photo_id": photo}
        case _:
            yield {"entry_slug": an_entry(EntryState.WAITING).slug}


def a_round() -> Round:
    """A round of the large sub-district that takes entries now; the first walk makes it."""
    found = db.session.scalar(select(Round).where(Round.name == NAME))
    if found is None:
        today, week = clock.today(), timedelta(days=7)
        days = {"entries_from": today, "entries_until": today + week, "judging_from": None, "judging_until": None}
        voting = {"voting_from": today + 2 * week, "voting_until": today + 3 * week}
        weights = {"judges_weight": 0, "voters_weight": 100}
        found = make_round(queries.subdistricts()[0], NAME, **days, **voting, **weights)
        db.session.commit()
    return found


def a_building() -> Place:
    """A building of the large sub-district."""
    inside = Place.subdistrict_id == queries.subdistricts()[0].id, Place.kind == PlaceKind.BUILDING
    return db.session.scalars(select(Place).where(*inside).order_by(Place.id).limit(1)).one()


def an_entry(state: EntryState) -> Entry:
    """An entry of the demo's volunteer in a state, with a photo."""
    round = a_round()
    found = db.session.scalar(select(Entry).where(Entry.round_id == round.id, Entry.state == state))
    if found is None:
        person = accounts.find(logins.VOLUNTEER.phone).person
        consents.give(person, Purpose.CONTEST_ENTRY)
        returned = {"reason": "照片看不清，请重拍楼道", "decided_at": clock.now()}
        reason = returned if state is EntryState.RETURNED else {}
        number = 1 + list(EntryState).index(state)
        about = "楼道没有杂物，门口种了月季。"
        found = make_entry(
            round, f"{number}号楼", place=a_building(), person=person, state=state, about=about, **reason
        )
        paper = BytesIO()
        Image.new("RGB", (320, 240), "white").save(paper, "PNG")
        uploads = current_app.config["SETTINGS"].instance / UPLOADS
        if state is EntryState.RETURNED:
            telling.sent_back(found)
        photo = keeping.keep(take(paper.getvalue()), uploads, by=None)
        db.session.add(EntryPhoto(entry_id=found.id, photo=photo, alt="清理后的楼道"))
        db.session.commit()
    return found

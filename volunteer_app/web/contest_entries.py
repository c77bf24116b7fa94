"""Entries of a contest: entering one, its page, changing, withdrawing and sending it in again; and their review."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access, queries, windows
from ..contests.models import Entry, EntryState, Round
from ..contests.rounds import entries, photos, review, siting, upkeep
from ..contests.rounds.entries import NameTaken, Values
from ..contests.rounds.siting import PlaceUnfit
from ..database import db, lock
from ..errors import BadInput, Problem, Refused
from ..people import consents
from ..people.accounts import find_or_add_person
from ..people.consents import PURPOSES, Purpose
from ..people.models import Person
from ..photos import keeping
from ..places import queries as places
from ..places.models import Place, PlaceKind
from ..words import say
from . import entry_photos, office
from . import photos as photo_doors
from .access import member, public, require
from .filters import community_choices, paged, words_typed
from .forms.contest_entries import AgainForm, EntryForm, NewEntryForm, shown
from .forms.stale import Changed, changes
from .limits import limiter
from .session import actor, signed_in

pages = Blueprint("contest_entries", __name__, url_prefix="/contests")
pages.url_value_preprocessor(entry_photos.allow_several)
pages.register_error_handler(413, entry_photos.too_many_bytes)

Answer = str | tuple[str, int] | Response


@pages.get("/<slug>/enter")
@member
def new(slug: str) -> Answer:
    """The form of a new entry, after the compound where it is was chosen."""
    round = _round(slug)
    around = _around(round)
    if around is None:
        return _choice_of_place(round)
    return _new(NewEntryForm(formdata=None, data={"nonce": entry_photos.fresh_nonce()}), round, around)


@pages.post("/<slug>/enter")
@member
@limiter.limit(photo_doors.SENDING)
def add(slug: str) -> Answer:
    """Enter something, with its photos; it waits for review."""
    round = _round(slug)
    around = _around(round)
    if around is None:
        return _choice_of_place(round), 422
    form = _new_form(NewEntryForm(), round, around)
    taken = entry_photos.pictures(form)
    if taken is None:
        return _new(form, round, around), 422
    account = actor()
    # The round is locked before a person is looked for, as whoever enters does it.
    lock(round)
    place = db.session.get_one(Place, int(form.place.data))
    try:
        person = _entrant(form, place)
        if person is None:
            return _new(form, round, around), 422
        values = Values(form.name.data or "", place, form.about.data or "")
        entry, gone = entries.enter(round, values, person, by=account)
        added = photos.add(entry, taken, photo_doors.uploads(), by=account)
    except (BadInput, Refused) as problem:
        db.session.rollback()
        _put(form, problem)
        return _new(form, _round(slug), around), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    for name in gone:
        keeping.remove_files(name, photo_doors.uploads())
    flash(gettext("%(name)s is entered. It's shown once the office has looked at it.", name=entry.name))
    page = "entry_photos.index" if added else "contest_entries.show"
    return redirect(url_for(page, entry_slug=entry.slug), 303)


@pages.get("/entries/<entry_slug>")
@public
def show(entry_slug: str) -> str:
    """What was entered, with its photos; its state and the reason for those who may change it."""
    entry, account = _entry(entry_slug), signed_in()
    require(access.can_see_entry(account, entry))
    return _show(entry, AgainForm(formdata=None))


@pages.get("/entries/<entry_slug>/edit")
@member
def edit(entry_slug: str) -> str:
    """What is said of an entry, to be changed."""
    entry = _own_entry(entry_slug)
    return _edit(EntryForm.showing(shown(entry)), entry)


@pages.post("/entries/<entry_slug>/edit")
@member
def change(entry_slug: str) -> Answer:
    """Change what is said of an entry."""
    entry = _own_entry(entry_slug)
    form = EntryForm()
    form.offer(_candidates(entry))
    if not form.validate_on_submit():
        return _edit(form, entry), 422
    lock(entry.round)
    lock(entry)
    if changed := changes(form, shown(entry)):
        return _edit(form, entry, changed), 409
    place = db.session.get_one(Place, int(form.place.data))
    try:
        entries.change(entry, Values(form.name.data or "", place, form.about.data or ""), by=actor())
    except (BadInput, Refused) as problem:
        db.session.rollback()
        _put(form, problem)
        return _edit(form, entry), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    waits = entry.state is EntryState.WAITING
    flash(gettext("The changes are saved, and wait for review.") if waits else gettext("The changes are saved."))
    return redirect(url_for("contest_entries.show", entry_slug=entry_slug), 303)


@pages.post("/entries/<entry_slug>/again")
@member
def send_again(entry_slug: str) -> Answer:
    """Send in again what was returned or withdrawn."""
    entry = _own_entry(entry_slug)
    form = AgainForm()
    if not form.validate_on_submit():
        abort(400)
    if not _agrees(entry.person) and not form.consent.data:
        form.consent.errors = [gettext("Without this agreement it can't be shown, so it can't take part.")]
        return _show(entry, form), 422
    entries.send_again(entry, by=actor())
    db.session.commit()
    flash(gettext("It's sent in again, and waits for review."))
    return redirect(url_for("contest_entries.show", entry_slug=entry_slug), 303)


@pages.get("/entries/<entry_slug>/withdrawal")
@member
def withdrawal(entry_slug: str) -> str:
    """Ask before an entry is withdrawn."""
    entry = _own_entry(entry_slug)
    return render_template(
        "contest_entries/withdrawal.html",
        entry=entry,
        hindrance=upkeep.hindrance_to_withdraw(entry, at=clock.now()),
        taken_again=windows.may_enter(entry.round, at=clock.now()),
    )


@pages.post("/entries/<entry_slug>/withdrawal")
@member
def withdraw(entry_slug: str) -> Response:
    """Withdraw it."""
    entry = _own_entry(entry_slug)
    entries.withdraw(entry, by=actor().id)
    db.session.commit()
    flash(gettext("%(name)s is withdrawn.", name=entry.name))
    return redirect(url_for("contest_entries.show", entry_slug=entry_slug), 303)


def _round(slug: str) -> Round:
    round = queries.of_slug(slug)
    if round is None:
        abort(404)
    require(access.can_see(signed_in(), round))
    office.show(round.subdistrict)
    return round


def _entry(entry_slug: str) -> Entry:
    entry = entries.of_slug(entry_slug)
    if entry is None:
        abort(404)
    office.show(entry.round.subdistrict)
    return entry


def _own_entry(entry_slug: str) -> Entry:
    entry = _entry(entry_slug)
    require(access.can_change(actor(), entry))
    return entry


def _around(round: Round) -> Place | None:
    """The compound that the address names, if it's one of the round's sub-district."""
    place = places.by_slug(request.args.get("place", ""))
    inside = place is not None and place.subdistrict_id == round.subdistrict_id
    return place if inside and place is not None and place.kind is PlaceKind.COMPOUND else None


def _entrant(form: NewEntryForm, place: Place) -> Person | None:
    """Oneself, or the resident for whom one enters; None where that can't be: the reason stands at the field."""
    if "resident_name" not in form or not form.resident_name.data:
        return actor().person
    if not access.can_enter_for_others(actor(), place):
        form.resident_name.errors = [gettext("You enter for residents of your own places alone.")]
        return None
    return find_or_add_person(name=form.resident_name.data, phone=form.resident_phone.number)


def _agrees(person: Person) -> bool:
    return any(it.purpose == Purpose.CONTEST_ENTRY for it in consents.living(person))


def _candidates(entry: Entry) -> list[Place]:
    found = siting.candidates(entry.round, entry.place)
    return found if entry.place in found else [entry.place, *found]


def _put(form: EntryForm, problem: Problem) -> None:
    """Put what is wrong at its field."""
    match problem:
        case NameTaken() | entries.NameFaulty():
            form.name.errors = [say(problem.message)]
        case PlaceUnfit():
            form.place.errors = [say(problem.message)]
        case _:
            form.form_errors.append(say(problem.message))


def _new_form(form: NewEntryForm, round: Round, around: Place) -> NewEntryForm:
    form.offer(siting.candidates(round, around))
    if not access.can_enter_for_others(actor(), around):
        del form.resident_name, form.resident_phone
    return form


def _choice_of_place(round: Round) -> str:
    """The compounds of the sub-district, to choose where it is."""
    chosen = places.by_slug(request.args.get("community", ""))
    community = chosen if chosen and chosen.subdistrict_id == round.subdistrict_id else None
    return render_template(
        "contest_entries/place.html",
        round=round,
        open=windows.may_enter(round, at=clock.now()),
        page=paged(places.compounds(round.subdistrict, on=clock.today(), community=community, words=words_typed())),
        communities=community_choices(round.subdistrict),
        community=community,
    )


def _new(form: NewEntryForm, round: Round, around: Place) -> str:
    return render_template(
        "contest_entries/new.html",
        form=_new_form(form, round, around),
        round=round,
        around=around,
        open=windows.may_enter(round, at=clock.now()),
        words=PURPOSES[Purpose.CONTEST_ENTRY].text,
        most=photos.MOST,
    )


def _edit(form: EntryForm, entry: Entry, changed: list[Changed] | None = None) -> str:
    form.offer(_candidates(entry))
    return render_template(
        "contest_entries/edit.html",
        form=form,
        entry=entry,
        changed=changed or [],
        hindrance=upkeep.hindrance(entry, actor(), at=clock.now()),
        reviews=access.can_review(actor(), entry),
    )


def _show(entry: Entry, form: AgainForm) -> str:
    account, now = signed_in(), clock.now()
    owns, shown = access.can_change(account, entry), photos.are_shown(entry)
    return render_template(
        "contest_entries/show.html",
        entry=entry,
        form=form,
        rows=photos.of(entry) if owns or shown else [],
        shown=shown,
        owns=owns,
        knows=access.can_enter_for_others(account, entry.place) and entry.person.anonymised_at is None,
        named=owns or any(it.purpose == Purpose.NAMED for it in consents.living(entry.person)),
        hindrance=upkeep.hindrance(entry, account, at=now) if account and owns else None,
        fixed=upkeep.hindrance_to_withdraw(entry, at=now),
        lost=upkeep.hindrance_to_send_again(entry, at=now),
        agrees=not owns or _agrees(entry.person),
        words=PURPOSES[Purpose.CONTEST_ENTRY].text,
        reviews=account is not None and review.can_decide(account, entry) and review.hindrance(account, entry) is None,
    )

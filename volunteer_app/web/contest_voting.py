"""Voting: the ballot of a resident or a household on a phone, and votes that the staff take down.

No page says for whom a vote was. A code comes by POST after the first page, and no page passes its address on.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock, deliveries
from ..contests.models import Channel, Entry, Round
from ..contests.rounds import photos
from ..contests.voting import cards, votes
from ..contests.voting import staff as taking
from ..contests.voting.households import Household
from ..database import db
from ..errors import Refused
from ..people.models import Person
from ..people.roles import STAFF, scope
from ..places.models import Place
from ..words import say
from .access import member, public
from .forms.voting import LONGEST_CODE, BallotForm, CodeForm, ToldForm
from .limits import count_wrong_code, may_guess_code
from .session import actor, signed_in
from .voting import Answer, buildings_asked, published, put, round_of, sealed, taken_down_by_staff, voter_key

pages = Blueprint("contest_voting", __name__, url_prefix="/contests/<slug>/vote")


@pages.after_request
def keep_to_itself(response: Response) -> Response:
    """An address with a code goes nowhere else, and no browser keeps the page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("")
@public
def ballot(slug: str) -> Answer:
    """The ballot; first the code of a household's card, where the round has these."""
    round, account = round_of(slug), signed_in()
    if votes.refusal(round, at=clock.now()) or round.channel is Channel.STAFF:
        return _closed(round)
    if round.channel is Channel.CODE:
        form = CodeForm(formdata=None, code=request.args.get("code", "")[:LONGEST_CODE])
        return render_template("contest_voting/code.html", round=round, form=form)
    if account is None:
        return render_template("contest_voting/sign_in.html", round=round)
    if votes.has_voted(round, person=account.person):
        return redirect(url_for("contest_voting.receipt", slug=slug), 303)
    return _ballot(round, BallotForm(formdata=None), account.person, None)


@pages.post("/card")
@public
def open_card(slug: str) -> Answer:
    """Exchange the code for the ballot of its household."""
    round, form = round_of(slug), CodeForm()
    if votes.refusal(round, at=clock.now()) or round.channel is not Channel.CODE:
        return _closed(round)
    if not form.validate_on_submit():
        return render_template("contest_voting/code.html", round=round, form=form), 422
    household = _household(round, form.code.data or "")
    if not isinstance(household, Household):
        return household
    if votes.has_voted(round, household=household):
        form.code.errors = [gettext("This household has voted in this round already. A vote that was given stands.")]
        return render_template("contest_voting/code.html", round=round, form=form), 409
    return _ballot(round, BallotForm(formdata=None, code=form.code.data), None, household)


@pages.post("")
@public
def choose(slug: str) -> Answer:
    """Show what was chosen, before it's given and stands."""
    return _read(slug, give=False)


@pages.post("/given")
@public
def cast(slug: str) -> Answer:
    """Give the vote; the same form sent twice gives it once."""
    return _read(slug, give=True)


@pages.get("/receipt")
@public
def receipt(slug: str) -> Answer:
    """That the vote is counted: not for whom."""
    round, account = round_of(slug), signed_in()
    just_now = cookie.pop("voted", None) == round.id
    if not just_now and not (account and votes.has_voted(round, person=account.person)):
        return redirect(url_for("contest_voting.ballot", slug=slug), 303)
    return render_template("contest_voting/receipt.html", round=round)


@pages.get("/told")
@member
def staff(slug: str) -> Answer:
    """The form in which the staff take down a vote."""
    return _told(taken_down_by_staff(slug), None)


@pages.post("/told")
@member
def take_down(slug: str) -> Answer:
    """Take it down, and offer the next one."""
    round, account = taken_down_by_staff(slug), actor()
    form, buildings = _told_form(round, ToldForm())
    valid = form.validate_on_submit()
    household = form.household(buildings) if buildings is not None else None
    if not valid or (buildings is not None and household is None):
        return _told(round, form), 422
    entry = votes.entry_of(round, int(form.entry.data))
    assert entry is not None  # noqa: S101 - one of the choices
    try:
        person = taking.known(round, name=form.name.data or "", phone=form.phone.number, by=account)
        taking.take_down(round, entry, person, household, by=account)
    except Refused as refused:
        put(form, [say(refused.message)])
        return _told(round, form), 409
    db.session.commit()
    flash(gettext("The vote of %(name)s is taken down. It stands.", name=person.name))
    return redirect(url_for("contest_voting.staff", slug=slug), 303)


def _read(slug: str, *, give: bool) -> Answer:
    """Read a ballot that was sent: who votes, and for what."""
    round, form, account = round_of(slug), BallotForm(), signed_in()
    if votes.refusal(round, at=clock.now()) or round.channel is Channel.STAFF:
        return _closed(round)
    household: Household | None = None
    if round.channel is Channel.CODE:
        opened = _household(round, form.code.data or "")
        if not isinstance(opened, Household):
            return opened
        person, household = None, opened
    elif account is None:
        return redirect(url_for("accounts.login", next=url_for("contest_voting.ballot", slug=slug)), 303)
    else:
        person = account.person
    buildings = buildings_asked(round)
    form.offer(published(round), buildings)
    valid = form.validate_on_submit()
    if buildings is not None:
        household = form.household(buildings)
        valid = valid and household is not None
    if not valid:
        return _ballot(round, form, person, household), 422
    entry = votes.entry_of(round, int(form.entry.data))
    assert entry is not None  # noqa: S101 - one of the choices
    if not give:
        return render_template("contest_voting/confirm.html", round=round, form=form, entry=entry, household=household)
    return _give(round, form, entry, person, household)


def _give(round: Round, form: BallotForm, entry: Entry, person: Person | None, household: Household | None) -> Response:
    account = signed_in()
    if deliveries.is_new(form.delivery(f"{round.id} {voter_key(person, household)}")):
        votes.cast(
            round,
            entry,
            person=person,
            household=household,
            channel=round.channel,
            by=account.id if account and person else None,
        )
    db.session.commit()
    cookie["voted"] = round.id
    return redirect(url_for("contest_voting.receipt", slug=round.slug), 303)


def _household(round: Round, code: str) -> Household | Answer:
    """The household of *code*; a page where there is none: the same for an unknown code and a replaced one."""
    form = CodeForm(formdata=None, code=code[:LONGEST_CODE])
    if not may_guess_code(round.id):
        form.code.errors = [gettext("Too many codes were tried here. Wait an hour, or ask your community.")]
        return render_template("contest_voting/code.html", round=round, form=form), 429
    card = cards.of_code(round, code, sealed=sealed)
    if card is None:
        count_wrong_code(round.id)
        form.code.errors = [
            gettext("This code opens nothing. Compare it with the card; if the card was replaced, use the new one.")
        ]
        return render_template("contest_voting/code.html", round=round, form=form), 422
    return Household(card.building, card.door)


def _ballot(round: Round, form: BallotForm, person: Person | None, household: Household | None) -> str:
    voter = voter_key(person, household)
    entries = votes.rotated(published(round), round, voter)
    if form.entry.choices is None:
        form.offer(entries, buildings_asked(round))
    return render_template(
        "contest_voting/ballot.html",
        round=round,
        form=form,
        entries=entries,
        photos=photos.shown_of(entries),
        household=household if person is None else None,
    )


def _closed(round: Round) -> str:
    return render_template("contest_voting/closed.html", round=round, why=votes.refusal(round, at=clock.now()))


def _told_form(round: Round, form: ToldForm) -> tuple[ToldForm, list[Place] | None]:
    buildings = buildings_asked(round, within=scope(actor(), STAFF))
    form.offer(published(round), buildings, named=True)
    return form, buildings


def _told(round: Round, form: ToldForm | None) -> str:
    if form is None:
        form, _ = _told_form(round, ToldForm(formdata=None))
    why = votes.refusal(round, at=clock.now())
    return render_template(
        "contest_voting/told.html", round=round, form=form, why=why, taken=round.channel is Channel.STAFF
    )

"""Paper ballots: read twice by two people, typed from the keyboard one after the other.

The second reader never sees what the first has read; lists say whose ballots are half read, not for whom.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from .. import clock
from ..contests import windows
from ..contests.models import Entry, Round
from ..contests.voting import paper, votes
from ..contests.voting.households import full_name
from ..contests.voting.models import PaperBallot
from ..contests.voting.paper import Standing
from ..contests.voting.votes import Voter
from ..database import db
from ..errors import Refused
from ..people.accounts import find_or_add_person
from ..people.models import Account
from ..people.roles import STAFF, scope
from ..places.models import Place
from ..words import say
from .access import member, require
from .forms.voting import AgainForm, ToldForm
from .session import actor
from .voting import Answer, buildings_asked, published, put, taken_down_by_staff

pages = Blueprint("contest_ballots", __name__, url_prefix="/contests/<slug>/ballots")

Read = Callable[..., PaperBallot]


@pages.get("")
@member
def index(slug: str) -> str:
    """Whose ballots are half read, whose were read differently, and whose don't count."""
    round, account = _round(slug), actor()
    ballots = paper.unfinished(round, account)
    parts = {it: [each for each in ballots if paper.standing(each) is it] for it in Standing}
    return render_template(
        "contest_ballots/index.html",
        round=round,
        open=paper.may_read(round, at=clock.now()),
        closes_on=windows.decided_on(round),
        half=parts[Standing.HALF],
        differing=parts[Standing.DIFFERS],
        not_counted=parts[Standing.NOT_COUNTED],
        own={it.id for it in parts[Standing.HALF] if it.first_by_id == account.id},
        readable={it.id for it in parts[Standing.DIFFERS] if paper.may_read_again(it, account)},
        full_name=full_name,
    )


@pages.get("/first")
@member
def first(slug: str) -> str:
    """The form of the first reading."""
    return _reading(_round(slug), second=False)


@pages.post("/first")
@member
def read_first(slug: str) -> Answer:
    """Note what was read, and offer the next ballot."""
    return _read(_round(slug), paper.read_first, second=False)


@pages.get("/second")
@member
def second(slug: str) -> str:
    """The form of the second reading: empty, as the first one."""
    return _reading(_round(slug), second=True)


@pages.post("/second")
@member
def read_second(slug: str) -> Answer:
    """Note what was read; it counts where both readings are alike."""
    return _read(_round(slug), paper.read_second, second=True)


@pages.get("/<int(max=2147483647):ballot_id>/again")
@member
def again(slug: str, ballot_id: int) -> str:
    """The form for a ballot that two people have read differently: it shows neither reading."""
    return _again(_differing(slug, ballot_id), AgainForm(formdata=None))


@pages.post("/<int(max=2147483647):ballot_id>/again")
@member
def read_again(slug: str, ballot_id: int) -> Answer:
    """Note what was read now."""
    ballot, form = _differing(slug, ballot_id), AgainForm()
    form.offer(published(ballot.round))
    if not form.validate_on_submit():
        return _again(ballot, form), 422
    paper.read_again(ballot, _entry(ballot.round, form.entry.data), by=actor())
    db.session.commit()
    _say(paper.standing(ballot))
    return redirect(url_for("contest_ballots.index", slug=slug), 303)


def _round(slug: str) -> Round:
    round = taken_down_by_staff(slug)
    if not round.paper or round.voting_from is None:
        abort(404)
    return round


def _differing(slug: str, ballot_id: int) -> PaperBallot:
    account = actor()
    ballot = paper.one(_round(slug), ballot_id, account)
    if ballot is None:
        abort(404)
    require(paper.may_read_again(ballot, account))
    return ballot


def _read(round: Round, read: Read, *, second: bool) -> Answer:
    form, buildings = _form(round, ToldForm())
    valid = form.validate_on_submit()
    household = form.household(buildings) if buildings is not None else None
    if not valid or (buildings is not None and household is None):
        return _reading(round, form, second=second), 422
    entry, account = _entry(round, form.entry.data), actor()
    try:
        voter: Voter = household or find_or_add_person(name=form.name.data or "", phone=form.phone.number)
        ballot = read(round, voter, entry, by=account)
    except Refused as refused:
        put(form, [say(refused.message)])
        return _reading(round, form, second=second), 409
    db.session.commit()
    _say(paper.standing(ballot))
    # The pile of one building goes on.
    place = str(household.building.id) if household else None
    return redirect(url_for(f"contest_ballots.{'second' if second else 'first'}", slug=round.slug, place=place), 303)


def _entry(round: Round, chosen: str) -> Entry:
    entry = votes.entry_of(round, int(chosen))
    assert entry is not None  # noqa: S101 - one of the choices
    return entry


def _form(round: Round, form: ToldForm) -> tuple[ToldForm, list[Place] | None]:
    account: Account = actor()
    buildings = buildings_asked(round, paper=True, within=scope(account, STAFF))
    form.offer(published(round), buildings, named=buildings is None)
    return form, buildings


def _reading(round: Round, form: ToldForm | None = None, *, second: bool) -> str:
    if form is None:
        form, _ = _form(round, ToldForm(formdata=None, building=request.args.get("place", "")))
    return render_template(
        "contest_ballots/reading.html",
        round=round,
        form=form,
        second=second,
        open=paper.may_read(round, at=clock.now()),
        closes_on=windows.decided_on(round),
    )


def _again(ballot: PaperBallot, form: AgainForm) -> str:
    if form.entry.choices is None:
        form.offer(published(ballot.round))
    return render_template(
        "contest_ballots/again.html", round=ballot.round, ballot=ballot, form=form, full_name=full_name
    )


def _say(standing: Standing) -> None:
    """What became of the ballot."""
    match standing:
        case Standing.HALF:
            flash(gettext("Noted. Another person reads this ballot the second time."))
        case Standing.COUNTED:
            flash(gettext("Both readings are alike: the ballot counts."))
        case Standing.DIFFERS:
            flash(gettext("The two readings differ: the ballot stands on the list, to be read again."), "failed")
        case Standing.NOT_COUNTED:
            flash(gettext("A vote of this voter is there already: the ballot doesn't count."), "failed")

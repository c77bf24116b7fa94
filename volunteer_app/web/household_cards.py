"""Household cards: made and replaced by the office; the answer is the paper, and the codes are written nowhere else."""

from collections.abc import Callable, Sequence
from io import BytesIO

from flask import Blueprint, abort, render_template, send_file, url_for
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access
from ..contests.models import Channel, Round
from ..contests.voting import cards, households
from ..contests.voting.cards import Printed
from ..contests.voting.sheet import cards_pdf
from ..database import db
from ..errors import BadInput, Refused
from ..places.models import Place
from ..words import say
from .access import require, staff
from .filters import paged, words_typed
from .forms.voting import DoorsForm, RangeForm
from .html import public_address
from .session import actor
from .voting import Answer, put, round_of, sealed

pages = Blueprint("household_cards", __name__, url_prefix="/contests/<slug>/cards")

RANGE, LIST, LOST = "range-", "list-", "lost-"
"""Before the names of the fields of three forms that stand on one page."""
Make = Callable[..., list[Printed]]


@pages.get("")
@staff
def index(slug: str) -> str:
    """The buildings, each with how many of its households have a card."""
    round, words = _round(slug), words_typed()
    return render_template(
        "household_cards/index.html",
        round=round,
        page=paged(households.voting(round, words=words)),
        counts=cards.counts(round),
        words=words,
        full_name=households.full_name,
    )


@pages.get("/<building>")
@staff
def show(slug: str, building: str) -> str:
    """A building's cards, and the forms to make and to replace some."""
    round = _round(slug)
    return _show(round, _building(round, building))


@pages.post("/<building>")
@staff
def make(slug: str, building: str) -> Answer:
    """Make the cards of all doors of a building that have none, and answer with the paper."""
    round = _round(slug)
    place, form = _building(round, building), RangeForm(prefix=RANGE)
    if not form.validate_on_submit():
        return _show(round, place, whole=form), 422
    try:
        return _print(round, place, form.doors(), cards.make)
    except (BadInput, Refused) as problem:
        put(form, [say(problem.message)])
        return _show(round, place, whole=form), 422 if isinstance(problem, BadInput) else 409


@pages.post("/<building>/doors")
@staff
def make_typed(slug: str, building: str) -> Answer:
    """Make those of doors that were typed."""
    return _typed(slug, building, LIST, cards.make)


@pages.post("/<building>/replacements")
@staff
def replace(slug: str, building: str) -> Answer:
    """Make new cards for lost ones, which open nothing from now on."""
    return _typed(slug, building, LOST, cards.replace)


def _typed(slug: str, building: str, prefix: str, make: Make) -> Answer:
    round = _round(slug)
    place, form = _building(round, building), DoorsForm(prefix=prefix)
    if not form.validate_on_submit():
        return _refused(round, place, form, prefix), 422
    try:
        return _print(round, place, cards.typed_doors(form.doors.data or ""), make)
    except BadInput as bad:
        form.doors.errors = [say(bad.message)]
        return _refused(round, place, form, prefix), 422
    except Refused as refused:
        put(form, [say(refused.message)])
        return _refused(round, place, form, prefix), 409


def _refused(round: Round, building: Place, form: DoorsForm, prefix: str) -> str:
    return _show(round, building, typed=form) if prefix == LIST else _show(round, building, lost=form)


def _print(round: Round, building: Place, doors: Sequence[str], make: Make) -> Response:
    """The sheets of the cards that were made: the transaction ends before they're drawn, so that nobody waits."""
    made = make(round, building, doors, sealed=sealed, by=actor().id)
    if not made:
        raise Refused(cards.NONE_MISSING if make is cards.make else cards.NONE_THERE)
    db.session.commit()
    slug = round.slug
    pdf = cards_pdf(
        round,
        made,
        address=lambda code: public_address(url_for("contest_voting.ballot", slug=slug, code=code)),
        plain=public_address(url_for("contest_voting.ballot", slug=slug)),
    )
    name = f"{round.name} {households.full_name(building)}.pdf"
    answer = send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name, as_attachment=True, max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _round(slug: str) -> Round:
    round = round_of(slug)
    require(access.can_keep(actor(), round.subdistrict))
    if round.channel is not Channel.CODE:
        abort(404)
    return round


def _building(round: Round, slug: str) -> Place:
    place = db.session.scalar(households.voting(round).where(Place.slug == slug))
    if place is None:
        abort(404)
    return place


def _show(
    round: Round,
    building: Place,
    *,
    whole: RangeForm | None = None,
    typed: DoorsForm | None = None,
    lost: DoorsForm | None = None,
) -> str:
    shape = {"stairwells": building.stairwells or "", "floors": building.floors or "", "each": _each(building)}
    return render_template(
        "household_cards/show.html",
        round=round,
        building=building,
        name=households.full_name(building),
        doors=cards.doors(round, building),
        open=round.cancelled_at is None and round.voting_until is not None and clock.today() <= round.voting_until,
        whole=whole or RangeForm(formdata=None, prefix=RANGE, data=shape),
        typed=typed or DoorsForm(formdata=None, prefix=LIST),
        lost=lost or DoorsForm(formdata=None, prefix=LOST),
    )


def _each(building: Place) -> int | str:
    """How many doors a floor has, where the building's numbers say it."""
    flats = (building.stairwells or 0) * (building.floors or 0)
    return building.households // flats if flats and building.households and building.households >= flats else ""

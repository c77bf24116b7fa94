"""Contests, for everyone: the list of rounds, and the page of one: what it is, when, and how its result comes about.

Nothing here says a score or a number of votes: results have their own page, after the close.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from .. import clock
from ..contests import access, queries, windows
from ..contests.models import Round
from ..contests.rounds import keeping, listing, photos
from . import contest_steps, office
from .access import public
from .filters import paged, words_typed
from .session import signed_in

pages = Blueprint("contests", __name__, url_prefix="/contests")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a round's time."""

    name: str
    since: date
    until: date | None
    """None for what has no end: the result stands."""
    present: bool
    past: bool


@pages.get("/")
@public
def index() -> str:
    """The rounds of the office shown: those that go on first, then all others year by year, paged."""
    around, now = office.present(), clock.now()
    if around is None:
        return render_template("contests/index.html", page=None)
    may_keep, words = access.can_keep(signed_in(), around), words_typed()
    years = listing.years(around)
    year = next((it for it in years if str(it) == request.args.get("year")), None)
    going_on = listing.current(around, drafts=may_keep, words=words, at=now)
    page = paged(listing.former(around, going_on, drafts=may_keep, words=words, year=year))
    shown = [round for round in going_on if page.number == 1 and year in (None, round.entries_from.year)]
    return render_template(
        "contests/index.html",
        page=page,
        going_on=shown,
        phases={round.id: windows.phase(round, at=now) for round in [*shown, *page.rows]},
        entries=listing.entry_counts([round.id for round in [*shown, *page.rows]]),
        years=[(None, gettext("All"), ""), *((str(it), str(it), "") for it in years)],
        year=year,
        may_keep=may_keep,
    )


@pages.get("/<slug>")
@public
def show(slug: str) -> str:
    """A round: what it is, its days, its criteria, how the result comes about, who takes part, and the next step."""
    round, account, now = queries.of_slug(slug), signed_in(), clock.now()
    if round is None or not access.can_see(account, round):
        abort(404)
    office.show(round.subdistrict)
    page = paged(queries.published_entries(round))
    return render_template(
        "contests/show.html",
        round=round,
        phase=windows.phase(round, at=now),
        criteria=keeping.of_round(round),
        parts=timeline(round, today=clock.today()),
        closes_on=windows.decided_on(round),
        page=page,
        photos={entry_id: rows[0] for entry_id, rows in photos.shown_of(page.rows).items()},
        steps=contest_steps.open_to(round, account, at=now),
        staff_steps=contest_steps.of_staff(round, account, at=now),
        office_steps=contest_steps.of_office(round, at=now) if access.can_keep(account, round.subdistrict) else [],
    )


def timeline(round: Round, *, today: date) -> list[Part]:
    """The parts of a round in their order, each with whether it's past or goes on today."""
    decided, noticed = windows.decided_on(round), windows.notice_until(round)
    spans = [
        (gettext("Sending in entries"), round.entries_from, round.entries_until),
        (gettext("Judging"), round.judging_from, round.judging_until),
        (gettext("Voting"), round.voting_from, round.voting_until),
        (gettext("Publication, for objections"), decided + timedelta(days=1), noticed),
        (gettext("The result stands"), noticed + timedelta(days=1), None),
    ]
    going = round.published_at is not None and round.cancelled_at is None
    return [
        Part(
            name,
            since,
            until,
            present=going and since <= today and (until is None or today <= until),
            past=going and until is not None and until < today,
        )
        for name, since, until in spans
        if since is not None
    ]

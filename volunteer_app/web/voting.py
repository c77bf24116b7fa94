"""What the doors of voting share: the round, who votes, and the key of household codes."""

import hashlib
import hmac
from collections.abc import Sequence

from flask import abort, current_app
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from ..contests import access, queries
from ..contests.models import Channel, Entry, Round
from ..contests.voting import households
from ..contests.voting.households import Household
from ..database import db
from ..people.models import Person
from ..people.roles import Scope
from ..places.models import Place
from . import office
from .access import require
from .session import actor, signed_in

Answer = str | tuple[str, int] | Response


def round_of(slug: str) -> Round:
    """The round of an address, which whoever asks may see."""
    round = queries.of_slug(slug)
    if round is None or not access.can_see(signed_in(), round):
        abort(404)
    office.show(round.subdistrict)
    return round


def taken_down_by_staff(slug: str) -> Round:
    """The same, where only the staff come, who take down votes and read ballots."""
    round = round_of(slug)
    require(access.can_take_down(actor(), round))
    return round


def published(round: Round) -> list[Entry]:
    """The entries that one votes for."""
    return list(db.session.scalars(queries.published_entries(round)))


def buildings_asked(round: Round, *, paper: bool = False, within: Scope | None = None) -> list[Place] | None:
    """The buildings to choose from, where a ballot asks for the household; None where it doesn't.

    Args:
        paper: a paper ballot asks for it in a round with cards, too.
    """
    if not households.by_household(round) or (round.channel is Channel.CODE and not paper):
        return None
    return households.buildings(round, within=within)


def voter_key(person: Person | None, household: Household | None) -> str:
    """What tells one voter from others: the order of the ballot comes from it."""
    return f"{household.building.id} {household.door}" if household and person is None else f"{person and person.id}"


def sealed(text: str) -> str:
    """The keyed hash of a household's code: without this installation's secret nobody makes it."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"household card {text}".encode(), hashlib.sha256).hex()


def put(form: FlaskForm, sentences: Sequence[str]) -> None:
    """Say at the head of a form what a rule of the domain says; nothing of the request stays."""
    db.session.rollback()
    form.form_errors.extend(sentences)

"""Voting over http, for tests: the fields of a ballot, and who votes."""

import secrets
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from volunteer_app.contests.models import Entry, Round
from volunteer_app.contests.voting import cards
from volunteer_app.contests.voting.cards import Printed
from volunteer_app.people.models import Account
from volunteer_app.places.models import Place
from volunteer_app.web.voting import sealed

SignIn = Callable[[FlaskClient, Account], None]


def ballot(entry: Entry, **values: str) -> dict[str, str]:
    """A filled ballot with a key of its own."""
    return {"entry": str(entry.id), "key": secrets.token_hex(16)} | values


def address(round: Round, rest: str = "") -> str:
    """The address of a round's ballot."""
    return f"/contests/{round.slug}/vote{rest}"


def printed(app: Flask, round: Round, building: Place, *doors: str) -> list[Printed]:
    """Cards of a building's doors, with their codes."""
    with app.test_request_context():
        return cards.make(round, building, doors, sealed=sealed, by=None)

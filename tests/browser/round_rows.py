"""Rounds in different phases, for the walk through the pages of contests and their office."""

from collections.abc import Iterator

from sqlalchemy import select
from werkzeug.routing import Rule

from tests.contests.factories import make_round
from volunteer_app import clock
from volunteer_app.contests.models import Round
from volunteer_app.contests.rounds import keeping, templates
from volunteer_app.database import db
from volunteer_app.places import queries

from . import entry_rows

DRAFT, CANCELLED = "最美阳台草稿期", "晒最美取消期"
BLUEPRINTS = ("contest_feeds", "contest_rounds", "contests")


def filled(rule: Rule, *, guest: bool) -> Iterator[dict[str, object]]:
    """What stands in the addresses of the rounds' pages.

    Args:
        guest: only what everyone may see.
    """
    match rule.endpoint:
        case "contests.index":
            entry_rows.a_round()
            yield {}
        case "contests.show":
            rounds = [entry_rows.a_round(), a_cancelled_round()]
            yield from ({"slug": it.slug} for it in (rounds if guest else [a_draft(), *rounds]))
        case "contest_feeds.page" | "contest_feeds.feed":
            yield from ({"slug": it.slug} for it in (entry_rows.a_round(), a_cancelled_round()))
        case "contest_rounds.new":
            yield {}
            yield {"template": "balcony"}
        case "contest_rounds.removal":
            yield {"slug": a_draft().slug}
        case _:
            yield from ({"slug": it.slug} for it in (a_draft(), entry_rows.a_round()))


def a_draft() -> Round:
    """A round that only its office sees; the first walk makes it."""
    around = queries.subdistricts()[0]
    found = db.session.scalar(select(Round).where(Round.name == DRAFT))
    if found is None:
        template = templates.of_key("balcony")
        values = templates.values(template, since=clock.today(), number=98) | {"name": DRAFT}
        found = keeping.add(around, values, template.criteria[:3], by=None)
        db.session.commit()
    return found


def a_cancelled_round() -> Round:
    """A round that was called off; the first walk makes it."""
    found = db.session.scalar(select(Round).where(Round.name == CANCELLED))
    if found is None:
        said = {"cancelled_at": clock.now(), "cancel_reason": "报名的家庭太少，明年再办"}
        found = make_round(queries.subdistricts()[0], CANCELLED, **said)
        db.session.commit()
    return found

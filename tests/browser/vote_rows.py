"""Rounds in which votes are given by each channel, for the walk through the pages of voting."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from werkzeug.routing import Rule

from tests.contests.factories import make_entry, make_round
from volunteer_app import clock
from volunteer_app.contests.models import Channel, Round, VoteUnit
from volunteer_app.contests.voting import cards, households, paper
from volunteer_app.contests.voting.households import Household
from volunteer_app.contests.voting.models import PaperBallot
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.places import queries
from volunteer_app.web.voting import sealed

BLUEPRINTS = ("contest_voting", "contest_ballots", "household_cards")
NAMES = {Channel.ACCOUNT: "账号投票期", Channel.STAFF: "代登投票期", Channel.CODE: "户码投票期"}
DOORS = ("1-101", "1-102", "2-301")


def filled(rule: Rule) -> Iterator[dict[str, object]]:
    """What stands in the addresses of voting."""
    coded = a_round(Channel.CODE)
    match rule.endpoint:
        case "contest_voting.ballot":
            yield from ({"slug": a_round(channel).slug} for channel in NAMES)
        case "contest_voting.staff":
            yield {"slug": a_round(Channel.STAFF).slug}
        case "household_cards.show":
            yield {"slug": coded.slug, "building": households.buildings(coded)[0].slug}
        case "contest_ballots.again":
            ballot = db.session.scalar(select(PaperBallot).where(PaperBallot.second_by_id.is_not(None)))
            yield {"slug": coded.slug, "ballot_id": ballot.id}
        case _:
            yield {"slug": coded.slug}


def a_round(channel: Channel) -> Round:
    """A round of a channel with three entries, half-read and differing ballots; the first walk makes it."""
    found = db.session.scalar(select(Round).where(Round.name == NAMES[channel]))
    if found is None:
        today, week = clock.today(), timedelta(days=7)
        days = {"entries_from": today - 2 * week, "entries_until": today - week, "judging_from": None}
        days |= {"judging_until": None, "voting_from": today, "voting_until": today + week}
        unit = VoteUnit.HOUSEHOLD if channel is Channel.CODE else VoteUnit.RESIDENT
        around = queries.subdistricts()[0]
        weights = {"judges_weight": 0, "voters_weight": 100}
        found = make_round(around, NAMES[channel], channel=channel, vote_unit=unit, paper=True, **days, **weights)
        block = households.buildings(found)[0]
        entries = [make_entry(found, f"{block.name}第{number}单元", place=block) for number in (1, 2, 3)]
        if channel is Channel.CODE:
            first, second = (accounts.find(it.phone) for it in (logins.SECRETARY, logins.OFFICER))
            cards.make(found, block, DOORS, sealed=sealed, by=second.id)
            for door in DOORS[:2]:
                paper.read_first(found, Household(block, door), entries[0], by=first)
            paper.read_second(found, Household(block, DOORS[0]), entries[1], by=second)
        db.session.commit()
    return found

"""``plan``: a week or a month made from the slots of the teams and the themes of the year."""

from collections import Counter
from datetime import date

import click
from flask_babel import gettext

from ..activities.planning import proposals, runs
from ..activities.planning.proposals import Outcome
from ..database import db
from ..people.roles import Scope
from ..words import say
from .arguments import Day, subdistrict_named
from .schema import bring_up_to_date


@click.command()
@click.argument("subdistrict")
@click.option("--from", "since", type=Day(), required=True, help="The first day, such as 2020-12-01.")
@click.option("--to", "until", type=Day(), required=True, help="The last day, included.")
@click.option("--publish", is_flag=True, help="Show them to everyone at once; otherwise they are drafts.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
def plan(subdistrict: str, since: date, until: date, publish: bool, dry_run: bool) -> None:
    """Plan the activities of all teams of SUBDISTRICT from one day to another; run again, it makes nothing."""
    bring_up_to_date()
    place, everyone = subdistrict_named(subdistrict), Scope(everywhere=True)
    if dry_run:
        proposed = proposals.propose(place, since, until, reach=everyone)
    else:
        _, proposed = runs.make(place, since, until, reach=everyone, publish=publish, by=None)
        db.session.commit()
    reasons = Counter(say(it.reason) for it in proposed if it.reason)
    for reason, times in reasons.most_common():
        click.echo(gettext("left out %(times)d: %(reason)s", times=times, reason=reason))
    numbers = proposals.counted(proposed)
    click.echo(
        gettext(
            "%(made)d made, %(there)d already there, %(left_out)d left out",
            made=numbers[Outcome.MAKE],
            there=numbers[Outcome.THERE],
            left_out=numbers[Outcome.LEFT_OUT],
        )
    )

"""What somebody can do next with a round: by its phase, and by who they are."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from ..contests import access, windows
from ..contests.judging import panel
from ..contests.models import Channel, Round
from ..contests.rounds import keeping, review
from ..contests.windows import Phase
from ..people.models import Account


@dataclass(frozen=True, slots=True)
class Step:
    """A link to what can be done."""

    address: str
    label: str
    main: bool = False


def open_to(round: Round, account: Account | None, *, at: datetime) -> list[Step]:
    """What residents and judges can do now; nothing of a draft or a cancelled round."""
    steps = []
    going_on = round.published_at is not None and round.cancelled_at is None and not windows.is_closed(round, at=at)
    if windows.may_enter(round, at=at):
        steps.append(Step(url_for("contest_entries.new", slug=round.slug), gettext("Enter this contest"), main=True))
    if windows.may_vote(round, at=at) and round.channel in (Channel.ACCOUNT, Channel.CODE):
        steps.append(Step(url_for("contest_voting.ballot", slug=round.slug), gettext("Vote in this round"), main=True))
    if round.judging_from and going_on and panel.judge_of(account, round):
        judging = windows.may_judge(round, at=at)
        steps.append(Step(url_for("contest_judging.index", slug=round.slug), gettext("My score sheets"), main=judging))
    if windows.is_closed(round, at=at):
        steps.append(Step(url_for("contest_results.show", slug=round.slug), gettext("See the result"), main=True))
    return steps


def of_staff(round: Round, account: Account | None, *, at: datetime) -> list[Step]:
    """What the staff of the sub-district do for others: taking votes down, on the spot or from paper."""
    if round.published_at is None or round.cancelled_at is not None or windows.is_closed(round, at=at):
        return []
    steps = []
    if review.can_open(account, round):
        steps.append(Step(url_for("contest_review.index", slug=round.slug), gettext("Entries to review")))
    if round.voting_from and access.can_take_down(account, round):
        if round.channel is Channel.STAFF:
            steps.append(Step(url_for("contest_voting.staff", slug=round.slug), gettext("Take down votes")))
        if round.paper:
            steps.append(Step(url_for("contest_ballots.index", slug=round.slug), gettext("Paper ballots")))
    return steps


def of_office(round: Round, *, at: datetime) -> list[Step]:
    """What the office keeps of a round: the most urgent first."""
    draft, closed = windows.phase(round, at=at) is Phase.DRAFT, windows.is_closed(round, at=at)
    slug = round.slug
    steps = [Step(url_for("contest_rounds.publication", slug=slug), gettext("Publish it"), main=True)] if draft else []
    if keeping.may_change(round):
        steps.append(Step(url_for("contest_rounds.edit", slug=slug), gettext("Edit the round")))
    if keeping.may_change_criteria(round):
        steps.append(Step(url_for("contest_rounds.criteria", slug=slug), gettext("Edit the criteria")))
    if round.judges_weight and round.cancelled_at is None:
        steps.append(Step(url_for("contest_panel.index", slug=slug), gettext("Panel of judges")))
    if round.channel is Channel.CODE and not closed and keeping.may_change(round):
        steps.append(Step(url_for("household_cards.index", slug=slug), gettext("Household cards")))
    if closed:
        steps.append(Step(url_for("contest_corrections.index", slug=slug), gettext("Objections and corrections")))
    steps.append(Step(url_for("contest_rounds.copy", slug=slug), gettext("Make the next round from it")))
    if draft:
        steps.append(Step(url_for("contest_rounds.removal", slug=slug), gettext("Discard the draft")))
    elif keeping.may_change(round):
        steps.append(Step(url_for("contest_rounds.cancellation", slug=slug), gettext("Cancel the round")))
    return steps

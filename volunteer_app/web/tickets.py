"""A sign-up as its own page shows it: a guest's receipt and the page of a member's sign-up are one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app, url_for
from sqlalchemy import select

from .. import clock
from ..activities.models import Activity, ActivityState, SignUp, SignUpState
from ..activities.persons.own import of_sign_ups
from ..activities.signing import refusals, waiting
from ..database import db
from ..notifications.models import Notice
from .html import public_address
from .notices import sentence


class TicketState(StrEnum):
    """What a sign-up is worth now."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Links:
    """Where a ticket leads: private addresses of a receipt, or those of an account's own sign-up."""

    page: str
    withdrawal: str
    again: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """All that the page shows."""

    sign_up: SignUp
    state: TicketState
    number: int
    """Which place of the shift, or which in its waiting list."""
    withdraw_until: datetime
    refusal: refusals.Refusal | None
    """Why a withdrawn sign-up can't be renewed."""
    news: list[tuple[str, datetime]]
    """What was to be told of it, and when it happened, the latest first."""
    links: Links

    @property
    def activity(self) -> Activity:
        """What it's for."""
        return self.sign_up.shift.activity

    @property
    def can_withdraw(self) -> bool:
        """Whether the place can be given back here."""
        holds = self.state in (TicketState.CONFIRMED, TicketState.WAITING)
        return holds and clock.now() < self.withdraw_until

    @property
    def code(self) -> str:
        """The code to say aloud, in two groups."""
        return f"{self.sign_up.code[:4]} {self.sign_up.code[4:]}"

    @property
    def check_in_address(self) -> str:
        """What the leader scans at the venue."""
        return public_address(url_for("attendance.index", activity_id=self.activity.id, code=self.sign_up.code))


def ticket(sign_up: SignUp, links: Links, *, known: set[int] | None = None) -> Ticket:
    """The ticket of a sign-up as it stands now.

    Args:
        known: ids of the sign-ups of which the visitor may know; None for all of the person's.
    """
    state = _state(sign_up)
    refusal = None
    if state is TicketState.WITHDRAWN:
        refusal = refusals.refusal(
            sign_up.shift, sign_up.person, at=clock.now(), known=known, most_popular=most_popular()
        )
    (own,) = of_sign_ups([sign_up.id])
    # Whoever signs the same person up again with another device learns nothing of what was before.
    since_then = Notice.sign_up_id == sign_up.id, Notice.made_at >= sign_up.asked_at
    notices = select(Notice).where(*since_then).order_by(Notice.id.desc())
    return Ticket(
        sign_up=sign_up,
        state=state,
        number=own.number,
        withdraw_until=waiting.deadline(sign_up.shift.activity),
        refusal=refusal,
        news=[(sentence(it, sign_up.shift.activity), it.made_at) for it in db.session.scalars(notices)],
        links=links,
    )


def most_popular() -> int:
    """How many places in popular activities somebody may hold at once."""
    return int(current_app.config["SETTINGS"].popular_sign_ups)


def _state(sign_up: SignUp) -> TicketState:
    if sign_up.shift.activity.state is ActivityState.CANCELLED:
        return TicketState.CANCELLED
    if sign_up.state is SignUpState.WITHDRAWN:
        return TicketState.WITHDRAWN
    if clock.now() >= sign_up.shift.ends_at:
        return TicketState.OVER
    return TicketState(sign_up.state.value)

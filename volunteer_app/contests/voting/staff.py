"""Votes which the staff take down (工作人员代录) of people whom they know."""

from ...activities.visibility import people_of
from ...database import db
from ...errors import N_, Refused
from ...people.models import Account, Person
from ...people.phones import clean_name, clean_phone
from ...people.roles import STAFF, scope
from ..models import Channel, Entry, Round
from . import votes
from .households import Household


def known(round: Round, *, name: str, phone: str, by: Account) -> Person:
    """Who has this name and number among the people whom the account sees in the round's sub-district.

    Raises:
        BadInput: no number in China looks like this.
        Refused: the account sees nobody of this name and number.
    """
    query = people_of(scope(by, STAFF), subdistrict=round.subdistrict)
    query = query.where(Person.name == clean_name(name), Person.phone == clean_phone(phone))
    person = db.session.scalar(query.order_by(None).limit(1))
    if person is None:
        raise Refused(
            N_("Nobody of this name and number is known here. The staff take down votes of people they know.")
        )
    return person


def take_down(round: Round, entry: Entry, person: Person, household: Household | None, *, by: Account) -> int:
    """Take down the vote of somebody known; return its id.

    Raises:
        Refused: as in ``votes.cast``.
    """
    return votes.cast(round, entry, person=person, household=household, channel=Channel.STAFF, by=by.id)

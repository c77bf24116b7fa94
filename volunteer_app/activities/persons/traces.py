"""What sign-ups and teams keep of people beside who they are: their words, wishes, and what they had to be told."""

from collections.abc import Sequence

from sqlalchemy import update

from ... import clock
from ...database import ASKED_AT_ONCE, db
from ...notifications.models import Notice
from ...people.models import RequestState
from ...teams.models import MembershipRequest
from ..models import SignUp


def wipe(people: Sequence[int]) -> None:
    """Take away what these people wrote, and all that waits for them: nobody could reach them any more."""
    now = clock.now()
    waiting = MembershipRequest.state == RequestState.WAITING
    for start in range(0, len(people), ASKED_AT_ONCE):
        ids = people[start : start + ASKED_AT_ONCE]
        for statement in (
            update(SignUp).where(SignUp.person_id.in_(ids), SignUp.note != "").values(note=""),
            update(MembershipRequest).where(MembershipRequest.person_id.in_(ids)).values(note=""),
            update(MembershipRequest)
            .where(MembershipRequest.person_id.in_(ids), waiting)
            .values(state=RequestState.DECLINED, decided_at=now),
            update(Notice).where(Notice.person_id.in_(ids), Notice.told_at.is_(None)).values(told_at=now),
        ):
            db.session.execute(statement)

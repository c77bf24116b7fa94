"""Service for tests: activities that were closed, a certificate, and a cadre whose duty must stand nowhere."""

from datetime import date, datetime, timedelta

from tests.factories import Cast, make_activity, make_attendance, make_pairing, make_visit
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, Attendance, DutyClaim
from volunteer_app.database import db
from volunteer_app.duty.models import VisitState
from volunteer_app.people.models import Account, Person
from volunteer_app.service import certificates
from volunteer_app.service.models import Certificate


def held(cast: Cast, theme: str, begun: str, minutes: int = 90, **values: object) -> Activity:
    """An activity of the cast's team that is closed.

    Args:
        begun: wall clock of Asia/Shanghai, such as 2020-11-04T19:00.
    """
    starts_at = datetime.fromisoformat(f"{begun}+08:00")
    ends_at = starts_at + timedelta(minutes=minutes)
    values = {"state": ActivityState.HELD, "closed_at": ends_at} | values
    return make_activity(cast.team, theme, starts_at=starts_at, minutes=minutes, **values)


def served(cast: Cast, person: Person, theme: str, begun: str, minutes: int = 90, **values: object) -> Attendance:
    """*person* at such an activity, from its start to its end."""
    return make_attendance(held(cast, theme, begun, minutes), person, **values)


def on_duty(cast: Cast, person: Person) -> None:
    """Make a cadre of *person*: a confirmed visit of 120 minutes, and 77 minutes of an activity claimed as duty."""
    pairing = make_pairing(person, cast.compound)
    make_visit(pairing, starts_at=clock.now() - timedelta(days=2), minutes=120, state=VisitState.CONFIRMED)
    claimed = served(cast, person, "值守日", "2020-11-20T09:00", 77)
    db.session.add(DutyClaim(activity_id=claimed.activity_id, person_id=person.id))
    make_visit(
        pairing,
        starts_at=claimed.checked_in_at,
        minutes=77,
        state=VisitState.CONFIRMED,
        activity_id=claimed.activity_id,
    )


def issued(
    cast: Cast, person: Person, since: date | None = None, until: date | None = None, key: str = "k", **values: object
) -> Certificate:
    """A certificate which the secretary issued."""
    by: Account = values.pop("by", cast.secretary)  # type: ignore[assignment]  # an account is given
    certificate = certificates.issue(
        person, since, until or clock.today(), issuer=cast.community, by=by, key=key, sealed=lambda serial: f"~{serial}"
    )
    db.session.commit()
    return certificate

"""Certificates issued at once, each in a thread with a connection of its own."""

from flask import Flask

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.people.models import Account, Person
from volunteer_app.places.models import Place
from volunteer_app.service import certificates
from volunteer_app.service.models import Certificate

from ..activities.test_races import Act, at_once
from ..factories import Cast, make_attendance
from .service import held, served


def issuing(cast: Cast, person: Person, by: Account, key: str) -> Act:
    person_id, issuer_id, account_id = person.id, cast.community.id, by.id

    def issue() -> None:
        certificates.issue(
            db.session.get_one(Person, person_id),
            None,
            clock.today(),
            issuer=db.session.get_one(Place, issuer_id),
            by=db.session.get_one(Account, account_id),
            key=key,
            sealed=lambda serial: f"~{serial}",
        )

    return issue


def serials() -> list[str]:
    return [it.serial for it in db.session.query(Certificate).order_by(Certificate.serial)]


def test_each_has_a_number_of_its_own(app: Flask, cast: Cast) -> None:
    beginning = f"2020-{cast.subdistrict.id:04d}-"
    activity, acts = held(cast, "清洁楼道", "2020-11-04T19:00"), []
    for person in (cast.volunteer.person, cast.leader.person):
        make_attendance(activity, person)
        acts += [issuing(cast, person, by, f"{by.id} {person.id}") for by in (cast.secretary, cast.officer)]
    assert at_once(app, acts) == [None] * 4
    assert serials() == [f"{beginning}{number:06d}" for number in (1, 2, 3, 4)]


def test_one_form_sent_twice_at_once_issues_one(app: Flask, cast: Cast) -> None:
    served(cast, cast.volunteer.person, "清洁楼道", "2020-11-04T19:00")
    assert at_once(app, [issuing(cast, cast.volunteer.person, cast.secretary, "the same")] * 4) == [None] * 4
    assert len(serials()) == 1

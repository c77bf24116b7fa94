"""Certificates: numbered, once a form, valid as long as the records say the same."""

from datetime import date, timedelta

import pytest

from volunteer_app import clock
from volunteer_app.activities.models import Activity, DutyClaim
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import FamilyMember
from volunteer_app.service import certificates
from volunteer_app.service.certificates import Validity
from volunteer_app.service.models import Certificate

from ..factories import Cast, make_attendance, make_person
from .service import held, issued, on_duty, served

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def volunteered(cast: Cast) -> Cast:
    """The volunteer gave 90 minutes twice, and was on duty besides."""
    for day in ("2020-10-04", "2020-11-04"):
        served(cast, cast.volunteer.person, "清洁楼道", f"{day}T19:00")
    on_duty(cast, cast.volunteer.person)
    return cast


def test_it_holds_what_stood_in_the_records(volunteered: Cast) -> None:
    cast = volunteered
    whole = issued(cast, cast.volunteer.person)
    assert (whole.records, whole.minutes, whole.issued_on) == (2, 180, date(2020, 11, 25))
    assert (whole.issuer, whole.handler_id) == (cast.community, cast.secretary.id)
    part = issued(cast, cast.volunteer.person, date(2020, 11, 1), key="part")
    assert (part.records, part.minutes, part.since) == (1, 90, date(2020, 11, 1))


def test_nobody_issues_one_to_their_family(volunteered: Cast) -> None:
    cast = volunteered
    db.session.add(FamilyMember(account_id=cast.secretary.id, person_id=cast.volunteer.person_id, since=clock.now()))
    db.session.flush()
    with pytest.raises(Refused, match="their family"):
        issued(cast, cast.volunteer.person)
    assert issued(cast, cast.volunteer.person, key="other", by=cast.officer).handler_id == cast.officer.id


def test_numbers_run_by_year_and_sub_district(volunteered: Cast) -> None:
    cast, person = volunteered, volunteered.volunteer.person
    beginning = f"2020-{cast.subdistrict.id:04d}-"
    assert [issued(cast, person, key=f"k{n}").serial for n in range(3)] == [f"{beginning}{n:06d}" for n in (1, 2, 3)]
    with clock.frozen(clock.now() + timedelta(days=60)):
        assert issued(cast, person, key="next").serial == f"2021-{cast.subdistrict.id:04d}-000001"
    assert all(it.serial.isascii() and len(it.serial) <= 24 for it in certificates.of(person))


def test_the_same_form_issues_one(volunteered: Cast) -> None:
    cast, person = volunteered, volunteered.volunteer.person
    assert issued(cast, person, key="same").id == issued(cast, person, key="same").id
    assert db.session.query(Certificate).count() == 1


def test_what_is_refused(volunteered: Cast) -> None:
    cast, person = volunteered, volunteered.volunteer.person
    with pytest.raises(Refused, match="no service records"):
        issued(cast, person, date(2020, 11, 5))
    with pytest.raises(Refused, match="no service records"):
        issued(cast, make_person(), key="b")
    with pytest.raises(Refused, match="themselves"):
        issued(cast, person, by=cast.volunteer, key="c")
    with pytest.raises(BadInput, match="still to come"):
        issued(cast, person, until=date(2020, 11, 26))
    with pytest.raises(BadInput, match="before the first"):
        issued(cast, person, date(2020, 11, 4), date(2020, 11, 3))
    person.name = "孙\U00020bb7兰"
    with pytest.raises(Refused, match="can't print"):
        issued(cast, person, key="d")
    db.session.rollback()
    assert db.session.query(Certificate).count() == 0


def test_validity_follows_the_records(volunteered: Cast) -> None:
    cast, person = volunteered, volunteered.volunteer.person
    certificate = issued(cast, person)
    assert certificates.standing(certificate).validity is Validity.VALID
    claim = DutyClaim(activity_id=held(cast, "植树", "2020-11-21T09:00", 30).id, person_id=person.id)
    db.session.add(claim)
    make_attendance(db.session.get_one(Activity, claim.activity_id), person)
    assert certificates.standing(certificate).validity is Validity.VALID
    db.session.delete(claim)
    db.session.flush()
    it = certificates.standing(certificate)
    assert (it.validity, it.records, it.minutes) == (Validity.CORRECTED, 3, 210)
    assert (certificate.records, certificate.minutes) == (2, 180)
    certificates.revoke(certificate, " 误发 ", by=cast.secretary.id)
    certificates.revoke(certificate, "又一次", by=cast.officer.id)
    assert (certificate.revoked_by_id, certificate.revoke_reason) == (cast.secretary.id, "误发")
    assert certificates.standing(certificate).validity is Validity.REVOKED
    with pytest.raises(BadInput):
        certificates.revoke(certificate, " ", by=cast.secretary.id)


def test_found_by_its_address_alone(volunteered: Cast) -> None:
    certificate = issued(volunteered, volunteered.volunteer.person)
    assert certificates.find(f"~{certificate.serial}") == certificate
    assert certificates.find(f"~{certificate.serial}x") is None
    assert certificates.find(certificate.serial) is None

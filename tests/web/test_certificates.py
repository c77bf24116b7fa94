"""Certificates: the staff issues and revokes them, the person downloads theirs, everyone verifies them."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from volunteer_app.activities.models import Attendance
from volunteer_app.activities.persons import erasure
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role
from volunteer_app.service.models import Certificate
from volunteer_app.web import certificates as pages

from ..factories import Cast, make_account, make_other_leader, make_person
from ..service.service import on_duty, served

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def volunteered(cast: Cast) -> Cast:
    """The volunteer gave 90 minutes twice, and was on duty besides."""
    for day in ("2020-10-04", "2020-11-04"):
        served(cast, cast.volunteer.person, "清洁楼道", f"{day}T19:00")
    on_duty(cast, cast.volunteer.person)
    db.session.commit()
    return cast


def issuing(cast: Cast) -> str:
    return f"/people/{cast.volunteer.person_id}/certificate"


def form(cast: Cast, **values: str) -> dict[str, str]:
    return {"key": "k" * 32, "until": "2020-11-25", "issuer": cast.community.slug} | values


def made(client: FlaskClient, cast: Cast, sign_in: SignIn) -> Certificate:
    """Issued by the secretary."""
    sign_in(client, cast.secretary)
    assert client.post(issuing(cast), data=form(cast), follow_redirects=True).status_code == 200
    return db.session.query(Certificate).one()


def text_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 303),
        ("volunteer", 403),
        ("leader", 403),
        ("outsider", 403),
        ("secretary", 200),
        ("officer", 200),
        ("administrator", 200),
    ],
)
def test_who_issues(client: FlaskClient, volunteered: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(client, getattr(volunteered, who))
    assert client.get(issuing(volunteered)).status_code == status
    posted = client.post(issuing(volunteered), data=form(volunteered)).status_code
    assert posted == (303 if status == 200 else status)
    assert db.session.query(Certificate).count() == (status == 200)


def test_the_form_shows_what_it_attests(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.secretary)
    page = client.get(issuing(volunteered)).text
    assert page.count("清洁楼道</a>") == 2
    assert "值守日" not in page
    page = client.get(f"{issuing(volunteered)}?from=2020-11-01&to=2020-11-25").text
    assert page.count("清洁楼道</a>") == 1
    assert 'name="since" value="2020-11-01"' in page
    assert 'class="empty"' in client.get(f"{issuing(volunteered)}?from=2020-11-05&to=2020-11-25").text
    assert client.get(f"{issuing(volunteered)}?from=gestern").status_code == 422


def test_issued_once_and_recorded(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.secretary)
    for _ in range(2):
        assert client.post(issuing(volunteered), data=form(volunteered, since="2020-11-01")).status_code == 303
    (it,) = db.session.query(Certificate)
    assert (it.records, it.minutes, it.issuer_id) == (1, 90, volunteered.community.id)
    entries = db.session.query(AuditEntry).filter_by(action="issue")
    assert [(row.subject, row.subject_id, row.account_id) for row in entries] == [
        ("certificate", it.id, volunteered.secretary.id)
    ]
    assert client.post(issuing(volunteered), data=form(volunteered, key="another")).status_code == 303
    assert db.session.query(Certificate).count() == 2


def test_what_is_refused(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.secretary)
    for values, status in (
        ({"until": "2020-11-26"}, 422),
        ({"since": "2020-11-06", "until": "2020-11-05"}, 422),
        ({"until": ""}, 422),
        ({"issuer": volunteered.subdistrict.slug}, 422),
        ({"since": "2020-11-05"}, 409),
    ):
        assert client.post(issuing(volunteered), data=form(volunteered, **values)).status_code == status, values
    assert db.session.query(Certificate).count() == 0


def test_nobody_issues_their_own(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    own = make_account("丁一", Role.SECRETARY, place=volunteered.community)
    served(volunteered, own.person, "植树", "2020-03-12T09:00")
    sign_in(client, own)
    assert "</form>" not in client.get(f"/people/{own.person_id}/certificate").text.partition('id="records"')[2]
    assert client.post(f"/people/{own.person_id}/certificate", data=form(volunteered)).status_code == 403


def test_a_liaison_issues_for_the_community_around(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, make_account("丁一", Role.LIAISON, place=volunteered.compound))
    assert client.post(issuing(volunteered), data=form(volunteered)).status_code == 303
    assert db.session.query(Certificate).one().issuer_id == volunteered.community.id


def test_the_code_on_the_paper_leads_to_the_page_that_verifies(
    client: FlaskClient, volunteered: Cast, sign_in: SignIn
) -> None:
    certificate = made(client, volunteered, sign_in)
    answer = client.get(f"/certificates/{certificate.id}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data == client.get(f"/certificates/{certificate.id}.pdf").data
    text = text_of(answer.data)
    for expected in (certificate.serial, "孙桂兰", "3.0小时（180分钟）", "云台社区居民委员会", "何静", "010-55550100"):
        assert expected in text, expected
    assert "值守日" not in text
    image = pypdfium2.PdfDocument(answer.data)[0].render(scale=3).to_pil()
    (address,) = (it.text for it in zxingcpp.read_barcodes(image))
    base, path = "http://127.0.0.1:8000", f"/certificates/verify/{pages.seal(certificate.serial)}"
    assert address == base + path
    guest = client.application.test_client()
    page = guest.get(path).text
    assert "孙*兰" in page
    assert "孙桂兰" not in page
    assert certificate.serial in page
    assert 'class="state done"' in page
    assert "云台社区" in page


def test_a_changed_byte_leads_nowhere(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    certificate = made(client, volunteered, sign_in)
    token = pages.seal(certificate.serial)
    for changed in (token[:-1], token + "A", ("B" if token[0] == "A" else "A") + token[1:], "1", token.swapcase()):
        answer = client.get(f"/certificates/verify/{changed}")
        assert answer.status_code == 404
        assert certificate.serial not in answer.text


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 200), ("leader", 403), ("outsider", 403), ("secretary", 200), ("officer", 200)],
)
def test_who_downloads(client: FlaskClient, volunteered: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    address = f"/certificates/{made(client, volunteered, sign_in).id}.pdf"
    other = client.application.test_client()
    if who:
        sign_in(other, getattr(volunteered, who))
    assert other.get(address).status_code == status
    if who == "volunteer":
        assert address in other.get("/mine/hours").text


def test_corrected_since(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    certificate = made(client, volunteered, sign_in)
    path = f"/certificates/verify/{pages.seal(certificate.serial)}"
    row = db.session.query(Attendance).first()
    row.checked_out_at = None
    page = client.get(path).text
    assert 'class="state near"' in page
    assert "1.5" in page
    assert client.get(f"/certificates/{certificate.id}.pdf").status_code == 409


def test_revoked(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    certificate = made(client, volunteered, sign_in)
    address = f"/certificates/{certificate.id}/revocation"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "孙桂兰的电话是19912345678"}).status_code == 303
    assert client.post(address, data={"reason": "又一次"}).status_code == 303
    page = client.application.test_client().get(f"/certificates/verify/{pages.seal(certificate.serial)}").text
    assert 'class="state over"' in page
    assert "孙桂兰" not in page
    assert "199" not in page
    assert client.get(f"/certificates/{certificate.id}.pdf").status_code == 409
    assert re.search(r"孙桂兰的电话", client.get(issuing(volunteered)).text)


def test_who_revokes(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    address = f"/certificates/{made(client, volunteered, sign_in).id}/revocation"
    for account in (volunteered.volunteer, volunteered.leader, volunteered.outsider, make_other_leader(volunteered)):
        other = client.application.test_client()
        sign_in(other, account)
        assert other.get(address).status_code == 403
        assert other.post(address, data={"reason": "x"}).status_code == 403
    assert db.session.query(Certificate).one().revoked_at is None


def test_nothing_of_whom_nobody_knows(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.officer)
    assert client.get("/people/99999/certificate").status_code == 404
    assert client.get(f"/people/{make_person('外人').id}/certificate").status_code == 403
    assert client.get("/certificates/99999.pdf").status_code == 404


def test_after_erasure_the_page_names_nobody(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    certificate = made(client, volunteered, sign_in)
    erasure.erase(volunteered.volunteer.person, by=volunteered.officer.id)
    page = client.get(f"/certificates/verify/{pages.seal(certificate.serial)}")
    assert page.status_code == 200
    assert "孙" not in page.text
    assert client.get(f"/certificates/{certificate.id}.pdf").status_code == 404


def test_nobody_tries_addresses_one_after_another(sqlite_client: FlaskClient) -> None:
    answers = [sqlite_client.get(f"/certificates/verify/{number}").status_code for number in range(61)]
    assert answers == [404] * 60 + [429]

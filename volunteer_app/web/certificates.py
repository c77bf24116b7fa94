"""Service certificates: issued and revoked by the staff, downloaded by the person, verified by everyone."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import date
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..database import db
from ..errors import N_, BadInput, Refused
from ..people import family
from ..people.models import Account, Person
from ..places.models import Place
from ..service import access, certificates, distinctions, paper, records
from ..service.certificates import Validity
from ..service.models import Certificate
from ..words import say
from . import office
from .access import member, public, require, staff
from .forms.service import DaysForm, IssueForm, RevokeForm
from .html import public_address
from .limits import limiter
from .session import actor

pages = Blueprint("certificates", __name__)

Answer = str | tuple[str, int] | Response
ISSUING = "/people/<int(max=2147483647):person_id>/certificate"
ADDRESS = "/certificates/<int(max=2147483647):certificate_id>"


@pages.get(ISSUING)
@staff
def issuing(person_id: int) -> Answer:
    """What a certificate of some days would attest, and the certificates that there are."""
    person, days = _person(person_id), DaysForm(request.args)
    if not days.validate():
        return _issuing(person, None, clock.today(), days=days), 422
    until = days.until.data or clock.today()
    return _issuing(person, days.since.data, until, days=days)


@pages.post(ISSUING)
@staff
def issue(person_id: int) -> Answer:
    """Issue it."""
    person, account = _person(person_id), actor()
    require(access.can_issue(account, person))
    communities = access.issuers(account, person)
    form = IssueForm()
    form.issuer.choices = _choices(communities)
    if not form.validate_on_submit():
        return _issuing(person, form.since.data, form.until.data or clock.today(), form=form), 422
    since, until = form.since.data, form.until.data
    assert until is not None  # noqa: S101 - required
    issuer = next(it for it in communities if it.slug == form.issuer.data)
    try:
        made = certificates.issue(
            person, since, until, issuer=issuer, by=account, key=form.delivery(account), sealed=seal
        )
    except BadInput as bad:
        form.until.errors = [say(bad.message)]
        return _issuing(person, since, until, form=form), 422
    db.session.commit()
    flash(gettext("The certificate %(serial)s is issued.", serial=made.serial))
    return redirect(url_for("certificates.issuing", person_id=person.id, _anchor="issued"), 303)


@pages.get(f"{ADDRESS}.pdf")
@member
@limiter.limit("60 per minute")
def document(certificate_id: int) -> Response:
    """The sheet of paper, as long as it says what the records say."""
    certificate = _certificate(certificate_id)
    require(access.can_read(actor(), certificate))
    found = certificates.covered(certificate, records.of(certificate.person))
    (standing,) = certificates.standings([certificate], found)
    if standing.validity is Validity.REVOKED:
        raise Refused(N_("This certificate was revoked."))
    if standing.validity is Validity.CORRECTED:
        raise Refused(N_("The records were corrected since. Have a new certificate issued."))
    handler = db.session.get(Account, certificate.handler_id) if certificate.handler_id else None
    since = certificate.since or date.min
    pdf = paper.certificate_pdf(
        certificate,
        found,
        [it for it in reversed(distinctions.of(certificate.person)) if since <= it.day <= certificate.until],
        handler=handler.person.name if handler else "",
        telephone=_telephone(certificate.issuer),
        address=public_address(url_for("certificates.verify", token=seal(certificate.serial))),
    )
    answer = send_file(BytesIO(pdf), mimetype="application/pdf", download_name=f"{certificate.serial}.pdf", max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get(f"{ADDRESS}/revocation")
@staff
def revoking(certificate_id: int) -> Answer:
    """Asks why, before a certificate is revoked."""
    certificate = _certificate(certificate_id)
    require(access.can_revoke(actor(), certificate))
    return _revoking(certificate, RevokeForm(formdata=None))


@pages.post(f"{ADDRESS}/revocation")
@staff
def revoke(certificate_id: int) -> Answer:
    """Revoke it: from now on its verification says so."""
    certificate = _certificate(certificate_id)
    require(access.can_revoke(actor(), certificate))
    form = RevokeForm()
    if not form.validate_on_submit():
        return _revoking(certificate, form), 422
    certificates.revoke(certificate, form.reason.data or "", by=actor().id)
    db.session.commit()
    flash(gettext("The certificate %(serial)s is revoked.", serial=certificate.serial))
    return redirect(url_for("certificates.issuing", person_id=certificate.person_id), 303)


@pages.get("/certificates/verify/<token>")
@public
@limiter.limit("60 per minute")
def verify(token: str) -> Answer:
    """Whether a certificate is genuine, and what it attests: nobody is named in full."""
    certificate = certificates.find(token)
    if certificate is None:
        title = gettext("This certificate isn't known")
        text = gettext(
            "Scan the code again, or compare the address with the paper, to its very end. If it stays unknown, "
            "don't rely on the paper and call the sub-district office."
        )
        page = render_template("errors/problem.html", title=title, text=text, status=404)
        abort(make_response(page, 404))
    office.show(db.session.get_one(Place, certificate.subdistrict_id))
    return render_template("certificates/verify.html", it=certificates.standing(certificate), certificate=certificate)


def seal(serial: str) -> str:
    """The end of the address that verifies the certificate of this number: the same each time it's printed."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return urlsafe_b64encode(hmac.digest(secret, f"certificate {serial}".encode(), hashlib.sha256)).decode().rstrip("=")


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(access.can_see(actor(), person))
    return person


def _certificate(certificate_id: int) -> Certificate:
    certificate = db.session.get(Certificate, certificate_id)
    # Of somebody whose data were erased nothing can be printed any more.
    if certificate is None or certificate.person.anonymised_at:
        abort(404)
    return certificate


def _choices(communities: list[Place]) -> list[tuple[str, str]]:
    return [(it.slug, it.name) for it in communities]


def _telephone(issuer: Place) -> str:
    return issuer.telephone or db.session.get_one(Place, issuer.subdistrict_id).telephone


def _issuing(
    person: Person,
    since: date | None,
    until: date,
    *,
    days: DaysForm | None = None,
    form: IssueForm | None = None,
) -> str:
    account, everything = actor(), records.of(person)
    shown: dict[str, Any] = {"since": since, "until": until}
    if form is None:
        form = IssueForm(formdata=None, data=shown)
        form.issuer.choices = _choices(access.issuers(account, person))
    found = [it for it in everything if (since or date.min) <= it.day <= until]
    issued = certificates.standings(certificates.of(person), everything)
    return render_template(
        "certificates/issue.html",
        person=person,
        days=days or DaysForm(None, data=shown),
        form=form,
        since=since,
        until=until,
        records=found,
        minutes=records.total(found),
        issued=issued,
        revocable={it.certificate.id for it in issued if access.can_revoke(account, it.certificate)},
        may_issue=access.can_issue(account, person),
        of_family=person.id in family.household(account.person_id),
    )


def _revoking(certificate: Certificate, form: RevokeForm) -> str:
    return render_template("certificates/revoke.html", certificate=certificate, form=form)

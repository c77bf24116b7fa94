"""Family: those without an account for whom a member signs up."""

from time import monotonic

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..database import db
from ..errors import BadInput, Refused, message
from ..people import codes, family
from ..people.consents import PURPOSES
from ..people.models import FamilyMember
from ..words import say
from .access import member
from .accounts import refuse_late
from .forms.mine import ClaimForm, FamilyForm
from .limits import limiter
from .session import actor

pages = Blueprint("family", __name__)

Answer = str | tuple[str, int] | Response


@pages.get("/mine/family")
@member
def index() -> Answer:
    """The family, and how somebody joins it."""
    return _index(FamilyForm(), ClaimForm())


@pages.post("/mine/family")
@member
@limiter.limit("60 per hour")
def add() -> Answer:
    """Add somebody who isn't known yet."""
    form = FamilyForm()
    if not form.validate_on_submit():
        return _index(form, ClaimForm(formdata=None)), 422
    try:
        link = family.add(actor(), name=form.name.data or "", under_14=form.age.data == "child")
    except (BadInput, Refused) as no:
        form.name.errors = [say(no.message)]
        return _index(form, ClaimForm(formdata=None)), 422
    return _joined(link)


@pages.post("/mine/family/claims")
@member
@limiter.limit("60 per hour")
def claim() -> Answer:
    """Add somebody who is known already, with a one-time code of their leader or the office."""
    form = ClaimForm()
    if not form.validate_on_submit():
        return _index(FamilyForm(formdata=None), form), 422
    began = monotonic()
    try:
        used = codes.take(form.phone.number, form.code.data or "")
    except Refused as refused:
        form.code.errors = [refuse_late(refused, began)]
        return _index(FamilyForm(formdata=None), form), 422
    return _joined(family.attach(actor(), used.person))


@pages.post("/mine/family/<int(max=2147483647):member_id>/ending")
@member
def end(member_id: int) -> Response:
    """Act no longer for somebody."""
    account = actor()
    link = db.session.get(FamilyMember, member_id)
    if link is None or link.account_id != account.id:
        abort(404)
    family.end(link, by=account.id)
    db.session.commit()
    flash(gettext("%(name)s is no longer in your family here. You can add them again.", name=link.person.name))
    return redirect(url_for("family.index"), 303)


def _joined(link: FamilyMember) -> Response:
    db.session.commit()
    flash(gettext("You can sign %(name)s up now, like yourself.", name=link.person.name))
    return redirect(url_for("family.index"), 303)


def _index(form: FamilyForm, claim: ClaimForm) -> str:
    months = current_app.config["SETTINGS"].kept_months
    return render_template(
        "family/index.html",
        form=form,
        claim=claim,
        members=family.members(actor()),
        words={purpose.value: message(words.text, months=months) for purpose, words in PURPOSES.items()},
    )

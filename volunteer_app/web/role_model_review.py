"""What becomes of a nomination: photo, records, consent; reviewed, published, declined, withdrawn."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..contests.access import REVIEWING
from ..contests.role_models import access, nominating, publishing, queries
from ..contests.role_models.models import RoleModel
from ..contests.role_models.nominating import Offered
from ..database import db
from ..people.roles import scope
from ..photos import keeping
from . import office, photos
from .access import member, public, require, staff
from .forms.role_models import DecliningForm, RolePhotoForm, SupportsForm, WithdrawingForm
from .limits import limiter
from .role_models import found
from .session import actor

pages = Blueprint("role_model_review", __name__, url_prefix="/role-models")

Answer = str | tuple[str, int] | Response


@pages.get("/review")
@staff
def index() -> str:
    """The nominations that wait for review, as far as the account reaches."""
    around, reach = office.present(), scope(actor(), REVIEWING)
    require(bool(reach))
    rows = queries.waiting(reach, around) if around else []
    return render_template("role_models/review.html", rows=rows, shown_name=queries.shown_name)


@pages.post("/<slug>/publication")
@member
def publish(slug: str) -> Response:
    """Show it to everyone."""
    model = _reviewed(slug)
    publishing.publish(model, by=actor())
    db.session.commit()
    flash(gettext("Published."))
    return _back(model)


@pages.get("/<slug>/refusal")
@member
def declining(slug: str) -> str:
    """Ask why it's declined."""
    return _declining(_reviewed(slug), DecliningForm(formdata=None))


@pages.post("/<slug>/refusal")
@member
def decline(slug: str) -> Answer:
    """Decline it."""
    model, form = _reviewed(slug), DecliningForm()
    if not form.validate_on_submit():
        return _declining(model, form), 422
    publishing.decline(model, form.reason.data or "", by=actor())
    db.session.commit()
    flash(gettext("Declined. Whoever nominated it reads why."))
    return _back(model)


@pages.get("/<slug>/withdrawal")
@member
def withdrawal(slug: str) -> str:
    """Ask before it goes from the pages."""
    model = found(slug)
    require(access.can_withdraw(actor(), model))
    return render_template("role_models/withdrawal.html", model=model, form=WithdrawingForm(formdata=None))


@pages.post("/<slug>/withdrawal")
@member
def withdraw(slug: str) -> Answer:
    """Take it back."""
    model, form = found(slug), WithdrawingForm()
    require(access.can_withdraw(actor(), model))
    if not form.validate_on_submit():
        return render_template("role_models/withdrawal.html", model=model, form=form), 422
    publishing.withdraw(model, form.reason.data or "", by=actor())
    db.session.commit()
    flash(gettext("Withdrawn: nobody else sees it any more."))
    return _back(model)


@pages.post("/<slug>/consent")
@member
def agree(slug: str) -> Response:
    """Note that whom it's about agrees: by themselves, or as given on paper."""
    model, account = found(slug), actor()
    require(access.is_about(account, model) or access.can_review(account, model))
    publishing.note_consent(model, by=account)
    db.session.commit()
    flash(gettext("Noted: %(name)s agrees.", name=model.person.name if model.person else ""))
    return _back(model)


@pages.get("/<slug>/supports")
@member
def supports(slug: str) -> str:
    """The records that may support it, to be ticked."""
    model = _changed(slug)
    return render_template(
        "role_models/supports.html",
        model=model,
        offered=nominating.offered(model),
        chosen={Offered(it.activity, it.distinction, it.entry).key for it in queries.supports(model)},
        form=SupportsForm(formdata=None),
    )


@pages.post("/<slug>/supports")
@member
def support(slug: str) -> Response:
    """Let those support it that were ticked."""
    model, form = _changed(slug), SupportsForm()
    if not form.validate_on_submit():
        abort(400)
    nominating.support(model, form.supports.data or [], by=actor().id)
    db.session.commit()
    flash(gettext("The records are noted."))
    return _back(model)


@pages.get("/<slug>/photo")
@member
def photo(slug: str) -> str:
    """The form of the photo."""
    return render_template("role_models/photo.html", model=_changed(slug), form=photos.fresh(RolePhotoForm))


@pages.post("/<slug>/photo")
@member
@limiter.limit(photos.SENDING)
def keep_photo(slug: str) -> Answer:
    """Keep it, without what the camera wrote into it."""
    model, form = _changed(slug), RolePhotoForm()
    taken = photos.taken(form)
    if taken is None:
        return render_template("role_models/photo.html", model=model, form=form), 422
    gone = nominating.set_photo(model, taken, photos.uploads(), alt=form.alt.data or "", by=actor().id)
    db.session.commit()
    if gone:
        keeping.remove_files(gone, photos.uploads())
    flash(gettext("The photo is kept."))
    return _back(model)


@pages.get("/<slug>/photo.jpg")
@public
def image(slug: str) -> Response:
    """The photo, for whoever may see the story."""
    model = found(slug)
    if model.photo is None:
        abort(404)
    return photos.sent(model.photo, small=False)


@pages.get("/<slug>/photo-small.jpg")
@public
def small(slug: str) -> Response:
    """The same for a list."""
    model = found(slug)
    if model.photo is None:
        abort(404)
    return photos.sent(model.photo, small=True)


def _reviewed(slug: str) -> RoleModel:
    model = found(slug)
    require(access.can_review(actor(), model))
    return model


def _changed(slug: str) -> RoleModel:
    model = found(slug)
    require(access.can_change(actor(), model))
    return model


def _declining(model: RoleModel, form: DecliningForm) -> str:
    return render_template("role_models/declining.html", model=model, form=form)


def _back(model: RoleModel) -> Response:
    return redirect(url_for("role_models.show", slug=model.slug), 303)

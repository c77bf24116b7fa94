"""The sub-district's themes, for its office: list, adding, renaming, another field, retiring and restoring."""

from enum import StrEnum

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..activities import themes
from ..activities.models import Theme, ThemeField
from ..activities.planning import renames
from ..database import db
from ..people.roles import OFFICE, scope, works_in
from ..places.keeping import NameTaken
from ..places.models import Place
from ..words import say
from . import office
from .access import require, staff
from .filters import chosen, field_choices, order, paged, words_typed
from .forms.stale import Changed, changes
from .forms.themes import ThemeForm, shown
from .running import own_office
from .session import actor

pages = Blueprint("themes", __name__, url_prefix="/themes")

Answer = str | tuple[str, int] | Response


class State(StrEnum):
    """Which themes a list shows, beside those offered for new activities."""

    RETIRED = "retired"


@pages.get("/")
@staff
def index() -> str:
    """All themes with their fields and how often each is used: searched, filtered, sorted, paged."""
    around = _office()
    retired = chosen(State, "state") is State.RETIRED
    sorted_by = order(themes.ORDERS, "name")
    field = chosen(ThemeField, "theme")
    page = paged(themes.listed(around, retired=retired, field=field, words=words_typed(), order=sorted_by))
    return render_template(
        "themes/index.html",
        page=page,
        order=sorted_by,
        used=themes.used(theme.id for theme in page.rows),
        fields=field_choices(),
        states=[(None, gettext("Offered"), ""), (State.RETIRED.value, gettext("Retired"), "")],
    )


@pages.get("/new")
@staff
def new() -> str:
    """The form of a new theme."""
    _office()
    return render_template("themes/new.html", form=ThemeForm(formdata=None))


@pages.post("/new")
@staff
def add() -> Answer:
    """Add a theme."""
    around = _office()
    form = ThemeForm()
    if not form.validate_on_submit():
        return render_template("themes/new.html", form=form), 422
    values = form.values()
    try:
        themes.add(values["name"], values["field"], subdistrict=around, by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return render_template("themes/new.html", form=form), 422
    return _done(gettext("The theme is added."))


@pages.get("/<int(max=2147483647):theme_id>/edit")
@staff
def edit(theme_id: int) -> str:
    """A theme to be changed."""
    theme = _theme(theme_id)
    return _edit(ThemeForm.showing(shown(theme)), theme)


@pages.post("/<int(max=2147483647):theme_id>/edit")
@staff
def change(theme_id: int) -> Answer:
    """Give a theme another name or field; calendars that show it say so."""
    theme = _theme(theme_id)
    form = ThemeForm()
    if not form.validate_on_submit():
        return _edit(form, theme), 422
    themes.hold(theme)
    if changed := changes(form, shown(theme)):
        return _edit(form, theme, changed), 409
    try:
        renames.change_theme(theme, form.values(), by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _edit(form, theme), 422
    return _done(gettext("The changes are saved."))


@pages.post("/<int(max=2147483647):theme_id>/retirement")
@staff
def retire(theme_id: int) -> Response:
    """Offer a theme no more."""
    theme = _theme(theme_id)
    themes.retire(theme, by=actor().id)
    return _done(
        gettext(
            "“%(theme)s” is retired: new activities aren't offered it. Restore it under “Retired”.", theme=theme.name
        )
    )


@pages.post("/<int(max=2147483647):theme_id>/restoration")
@staff
def restore(theme_id: int) -> Response:
    """Offer a retired theme again."""
    theme = _theme(theme_id)
    themes.restore(theme, by=actor().id)
    return _done(gettext("“%(theme)s” is offered again.", theme=theme.name))


def _office() -> Place:
    """The sub-district whose themes the account keeps."""
    around = own_office(scope(actor(), OFFICE))
    if around is None:
        abort(403)
    return around


def _theme(theme_id: int) -> Theme:
    theme = db.session.get(Theme, theme_id)
    if theme is None:
        abort(404)
    around = db.session.get_one(Place, theme.subdistrict_id)
    require(works_in(actor(), around))
    office.show(around)
    return theme


def _edit(form: ThemeForm, theme: Theme, changed: list[Changed] | None = None) -> str:
    return render_template("themes/edit.html", form=form, theme=theme, changed=changed or [])


def _done(said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("themes.index"), 303)

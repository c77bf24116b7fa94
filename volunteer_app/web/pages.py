"""Pages of words: how it works, privacy, accessibility, and everything that has no room in a phone's bar."""

from flask import Blueprint, render_template

from ..places.queries import subdistricts
from .access import public

pages = Blueprint("pages", __name__)


@pages.get("/guide")
@public
def guide() -> str:
    """How it works, for residents, organizers and the office."""
    return render_template("pages/guide.html")


@pages.get("/privacy")
@public
def privacy() -> str:
    """What is kept of whom, and who sees it."""
    return render_template("pages/privacy.html")


@pages.get("/accessibility")
@public
def accessibility() -> str:
    """What was done so that everyone can use it."""
    return render_template("pages/accessibility.html")


@pages.get("/more")
@public
def more() -> str:
    """Everything else: the other pages, language, type, light and dark."""
    return render_template("pages/more.html", offices=subdistricts())

"""The home page: this week, and any other."""

from flask import Blueprint, render_template

from .access import public

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def week() -> str:
    """The week by day, filtered."""
    return render_template("home/week.html")

"""Pages."""

from flask import Blueprint

pages = Blueprint("teams", __name__)

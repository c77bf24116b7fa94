"""Pages."""

from flask import Blueprint

pages = Blueprint("activities", __name__)

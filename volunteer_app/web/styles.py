"""Pages."""

from flask import Blueprint

pages = Blueprint("styles", __name__)

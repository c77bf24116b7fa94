"""Pages."""

from flask import Blueprint

pages = Blueprint("ledgers", __name__)

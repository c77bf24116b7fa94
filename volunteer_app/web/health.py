"""/healthz: is the process up, and does it reach its database?"""

from flask import Blueprint
from sqlalchemy import text

from ..database import db
from .access import public

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public
def healthz() -> tuple[dict[str, str], int]:
    """200 with a few words where all is well; an unreachable database answers 500."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}, 200

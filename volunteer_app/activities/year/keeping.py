"""Keeping the theme calendar: taking over the defaults, turning themes off and on."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...audit import trail
from ...database import db, lock
from ...places.models import Place
from .. import themes
from ..models import Theme
from .defaults import DEFAULTS
from .models import ThemeAnchor


def enter_defaults(subdistrict: Place, *, by: int | None) -> int:
    """Give an office the default themes that it doesn't have yet, and return how many; again, it's none.

    A theme of the same name is taken as it is. What the office retired or turned off stays so.

    Args:
        by: id of the account that acts.
    """
    lock(subdistrict)
    named = select(Theme).where(Theme.subdistrict_id == subdistrict.id)
    known = {theme.name: theme for theme in db.session.scalars(named)}
    anchored = set(db.session.scalars(select(ThemeAnchor.theme_id).where(ThemeAnchor.subdistrict_id == subdistrict.id)))
    entered = 0
    for name, field, columns in DEFAULTS:
        theme = known.get(name) or themes.add(name, field, subdistrict=subdistrict, by=by)
        if theme.id in anchored or theme.retired_on is not None:
            continue
        anchor = ThemeAnchor(subdistrict_id=subdistrict.id, theme_id=theme.id, **columns)
        db.session.add(anchor)
        db.session.flush()
        trail.record("add", anchor, by=by, place_id=subdistrict.id, changes={"name": ["", theme.name]})
        entered += 1
    return entered


def turn(anchor: ThemeAnchor, *, off: bool, by: int | None) -> None:
    """Keep a theme out of all years, or take it into them again; activities that have it keep it."""
    lock(db.session.get_one(Place, anchor.subdistrict_id))
    lock(anchor)
    if anchor.off is off:
        return
    changes = {"off": [anchor.off, off]}
    anchor.off = off
    trail.record("retire" if off else "restore", anchor, by=by, place_id=anchor.subdistrict_id, changes=changes)


def turned_off(subdistrict: Place) -> list[ThemeAnchor]:
    """The themes that no year has for now."""
    query = (
        select(ThemeAnchor)
        .options(joinedload(ThemeAnchor.theme))
        .where(ThemeAnchor.subdistrict_id == subdistrict.id, ThemeAnchor.off.is_(True))
    )
    return list(db.session.scalars(query.order_by(ThemeAnchor.id)))

"""Keeping the theme calendar: taking over the defaults, adding themes and moving them, turning them off and on.

Each verb locks the sub-district first, and sent twice does its work once.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...audit import trail
from ...database import by_code_point, db, lock
from ...errors import N_, BadInput, Refused, message
from ...places.keeping import clean
from ...places.models import Place
from .. import themes
from ..models import Theme, ThemeField
from . import anchors
from .anchors import AnchorFaulty
from .defaults import DEFAULTS
from .models import ThemeAnchor, ThemeMove

FARTHEST_MOVE = timedelta(days=183)
"""A theme that is moved in one year still belongs to that year."""


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
        _add(theme, columns, by=by)
        entered += 1
    return entered


def add(theme: Theme, columns: Mapping[str, Any], *, by: int | None) -> ThemeAnchor:
    """Give a theme its place in every year; where it has this very place already, nothing happens.

    Args:
        columns: what it hangs on: columns of ThemeAnchor by name, kind among them.
        by: id of the account that acts.

    Raises:
        AnchorFaulty: it can't hang on this, is retired, or hangs on something else already.
    """
    lock(db.session.get_one(Place, theme.subdistrict_id))
    lock(theme)
    columns = anchors.checked(columns)
    query = select(ThemeAnchor).where(
        ThemeAnchor.subdistrict_id == theme.subdistrict_id, ThemeAnchor.theme_id == theme.id
    )
    there = db.session.scalar(query)
    if there and _columns(there) == columns:
        return there
    if there:
        raise AnchorFaulty({"theme": message(N_("%(name)s has its place in the year already."), name=theme.name)})
    if theme.retired_on:
        raise AnchorFaulty({"theme": message(N_("%(name)s is retired: restore it first."), name=theme.name)})
    return _add(theme, columns, by=by)


def add_new(
    name: str, field: ThemeField, columns: Mapping[str, Any], *, subdistrict: Place, by: int | None
) -> ThemeAnchor:
    """Make a theme, and give it its place in every year.

    Raises:
        NameTaken: the sub-district has a theme of this name, at another place in the year or at none.
        AnchorFaulty: no theme can hang on this.
    """
    lock(subdistrict)
    columns = anchors.checked(columns)
    query = select(ThemeAnchor).join(ThemeAnchor.theme).where(ThemeAnchor.subdistrict_id == subdistrict.id)
    same = db.session.scalar(query.where(Theme.name == clean(name), Theme.field == field))
    if same and _columns(same) == columns:
        return same
    return _add(themes.add(name, field, subdistrict=subdistrict, by=by), columns, by=by)


def change(anchor: ThemeAnchor, columns: Mapping[str, Any], *, by: int | None) -> bool:
    """Let a theme hang on something else; return whether anything is different now.

    A day of one year that was moved or left out is known by the day on which the theme would fall. Where it doesn't
    fall on that day any more, the exception isn't read; it's kept, and counts again once the theme falls there again.

    Raises:
        AnchorFaulty: it can't hang on this.
    """
    hold(anchor)
    columns = anchors.checked(columns)
    before = _columns(anchor)
    changes = {name: [before[name], value] for name, value in columns.items() if before[name] != value}
    for name, (_old, value) in changes.items():
        setattr(anchor, name, value)
    if changes:
        trail.record("change", anchor, by=by, place_id=anchor.subdistrict_id, changes=changes)
    return bool(changes)


def move(anchor: ThemeAnchor, anchored_on: date, *, to: date | None, by: int | None) -> bool:
    """Move a theme's day in one year, or leave it out; return whether anything is different now.

    Args:
        anchored_on: the day on which it would fall.
        to: None leaves it out; the day itself is as if it had never been moved.

    Raises:
        Refused: it doesn't fall on *anchored_on*.
        BadInput: *to* is too far away.
    """
    hold(anchor)
    if anchored_on not in anchors.days(anchor, anchored_on.year):
        raise Refused(N_("The theme doesn't fall on this day any more."))
    if to == anchored_on:
        return put_back(anchor, anchored_on, by=by)
    if to and abs(to - anchored_on) > FARTHEST_MOVE:
        raise BadInput(N_("Choose a day at most half a year away."))
    row = moved(anchor, anchored_on)
    if row and row.moved_to == to:
        return False
    before = row.moved_to if row else anchored_on
    if row is None:
        row = ThemeMove(anchor_id=anchor.id, anchored_on=anchored_on)
        db.session.add(row)
    row.moved_to = to
    db.session.flush()
    changes = {"moved_to": [before, to]}
    trail.record("move" if to else "leave out", row, by=by, place_id=anchor.subdistrict_id, changes=changes)
    return True


def put_back(anchor: ThemeAnchor, anchored_on: date, *, by: int | None) -> bool:
    """Let a theme fall in one year as it does in all; return whether it was moved or left out."""
    hold(anchor)
    row = moved(anchor, anchored_on)
    if row is None:
        return False
    changes = {"moved_to": [row.moved_to, anchored_on]}
    trail.record("put back", row, by=by, place_id=anchor.subdistrict_id, changes=changes)
    db.session.delete(row)
    db.session.flush()
    return True


def moved(anchor: ThemeAnchor, anchored_on: date) -> ThemeMove | None:
    """The exception of one year, if there is one."""
    return db.session.scalar(
        select(ThemeMove).where(ThemeMove.anchor_id == anchor.id, ThemeMove.anchored_on == anchored_on)
    )


def turn(anchor: ThemeAnchor, *, off: bool, by: int | None) -> None:
    """Keep a theme out of all years, or take it into them again; activities that have it keep it."""
    hold(anchor)
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


def without_place(subdistrict: Place) -> list[Theme]:
    """The themes offered for new activities that have no place in the year yet."""
    placed = select(ThemeAnchor.theme_id).where(ThemeAnchor.subdistrict_id == subdistrict.id)
    query = select(Theme).where(
        Theme.subdistrict_id == subdistrict.id, Theme.retired_on.is_(None), Theme.id.not_in(placed)
    )
    return list(db.session.scalars(query.order_by(by_code_point(Theme.name), Theme.id)))


def hold(anchor: ThemeAnchor) -> None:
    """Lock the sub-district of a theme's place in the year, then that place: the order of all locks."""
    lock(db.session.get_one(Place, anchor.subdistrict_id))
    lock(anchor)


def _add(theme: Theme, columns: Mapping[str, Any], *, by: int | None) -> ThemeAnchor:
    anchor = ThemeAnchor(subdistrict_id=theme.subdistrict_id, theme_id=theme.id, **columns)
    db.session.add(anchor)
    db.session.flush()
    trail.record("add", anchor, by=by, place_id=theme.subdistrict_id, changes={"name": ["", theme.name]})
    return anchor


def _columns(anchor: ThemeAnchor) -> dict[str, Any]:
    return {name: getattr(anchor, name) for name in anchors.EVERY}

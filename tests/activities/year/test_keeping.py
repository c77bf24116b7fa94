"""Keeping the theme calendar, and what the trail says of it."""

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from tests.factories import Cast, make_theme
from tests.trail import trail_of
from volunteer_app.activities.models import Theme, ThemeField
from volunteer_app.activities.year import keeping
from volunteer_app.activities.year.models import ThemeAnchor
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_the_defaults_are_entered_once(app: Flask, cast: Cast) -> None:
    own = make_theme(cast.subdistrict, "重阳敬老", ThemeField.CULTURE)
    retired = make_theme(cast.subdistrict, "光盘行动")
    retired.retired_on = date(2020, 11, 1)
    assert keeping.enter_defaults(cast.subdistrict, by=None) == 52
    before = entries()
    assert keeping.enter_defaults(cast.subdistrict, by=None) == 0
    assert entries() == before
    entered = set(db.session.scalars(select(ThemeAnchor.theme_id)))
    assert (own.field, own.id in entered, retired.id in entered) == (ThemeField.CULTURE, True, False)
    assert db.session.scalar(select(func.count()).select_from(Theme)) == 53
    assert keeping.enter_defaults(cast.elsewhere, by=None) == 53


def test_turning_off_and_on(app: Flask, cast: Cast) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    anchor = db.session.scalars(select(ThemeAnchor).order_by(ThemeAnchor.id)).first()
    assert anchor
    for _ in range(2):
        keeping.turn(anchor, off=True, by=cast.officer.id)
    assert [it.theme.name for it in keeping.turned_off(cast.subdistrict)] == ["元旦健步走"]
    assert keeping.turned_off(cast.elsewhere) == []
    for _ in range(2):
        keeping.turn(anchor, off=False, by=cast.officer.id)
    assert keeping.turned_off(cast.subdistrict) == []
    assert trail_of(anchor)[1:] == [("retire", {"off": [False, True]}), ("restore", {"off": [True, False]})]

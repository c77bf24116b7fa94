"""Reads of role models: what everyone sees, and what waits for review."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...activities.models import Activity
from ...database import db
from ...people.consents import Purpose
from ...people.models import Consent
from ...people.privacy import mask_name
from ...people.roles import Scope
from ...places.models import Place
from ..models import Entry
from .models import RoleModel, RoleModelState, Support

ADULT = 18
"""Years from which somebody is named [domain rules, Privacy]."""


def of_slug(slug: str) -> RoleModel | None:
    """The role model of an address."""
    return db.session.scalar(_whole().where(RoleModel.slug == slug))


def shown() -> ColumnElement[bool]:
    """What everyone sees: published, and whom it's about still agrees."""
    agreed = select(Consent.id).where(
        Consent.person_id == RoleModel.person_id,
        Consent.purpose == Purpose.ROLE_MODEL,
        Consent.withdrawn_at.is_(None),
    )
    return (RoleModel.state == RoleModelState.PUBLISHED) & or_(RoleModel.person_id.is_(None), agreed.exists())


def is_shown(model: RoleModel) -> bool:
    """Whether everyone sees this one."""
    return db.session.scalar(select(RoleModel.id).where(RoleModel.id == model.id, shown())) is not None


def published(subdistrict: Place, year: int | None = None) -> Select[RoleModel]:
    """A query of a sub-district's role models, the latest first.

    Args:
        year: only those of one year.
    """
    query = _whole().where(RoleModel.subdistrict_id == subdistrict.id, shown())
    if year is not None:
        first, after = (clock.midnight(date(it, 1, 1)) for it in (year, year + 1))
        query = query.where(RoleModel.decided_at >= first, RoleModel.decided_at < after)
    return query.order_by(RoleModel.decided_at.desc(), RoleModel.id.desc())


def years(subdistrict: Place) -> list[int]:
    """The years that have role models, the latest first."""
    decided = select(RoleModel.decided_at).where(RoleModel.subdistrict_id == subdistrict.id, shown())
    return sorted({clock.local(it).year for it in db.session.scalars(decided) if it}, reverse=True)


def of_team(team_id: int) -> Sequence[RoleModel]:
    """The role models of a team: itself, and its members."""
    return _shown(RoleModel.team_id == team_id)


def of_place(place: Place) -> Sequence[RoleModel]:
    """The role models of a place, and of what lies within it."""
    return _shown(RoleModel.place_id.in_(select(Place.id).where(Place.path.startswith(place.path))))


def waiting(reach: Scope, subdistrict: Place) -> Sequence[RoleModel]:
    """The nominations of a sub-district that wait for review in a scope, the oldest first."""
    query = _whole().join(Place, Place.id == RoleModel.place_id).where(RoleModel.state == RoleModelState.NOMINATED)
    query = query.where(RoleModel.subdistrict_id == subdistrict.id, reach.within(Place.path))
    return db.session.scalars(query.order_by(RoleModel.id)).all()


def nominated_by(account_id: int) -> Sequence[RoleModel]:
    """What an account nominated, the latest first."""
    return db.session.scalars(_whole().where(RoleModel.by_id == account_id).order_by(RoleModel.id.desc())).all()


def supports(model: RoleModel) -> Sequence[Support]:
    """The records that support it."""
    query = select(Support).where(Support.role_model_id == model.id).order_by(Support.id)
    loading = (
        joinedload(Support.activity).joinedload(Activity.theme),
        joinedload(Support.distinction),
        joinedload(Support.entry).joinedload(Entry.round),
    )
    return db.session.scalars(query.options(*loading)).all()


def shown_name(model: RoleModel) -> str:
    """Who it's about, as everyone reads it: in full by their consent, but masked under 18."""
    person = model.person
    if person is None:
        return model.team.name if model.team else ""
    today = clock.today()
    minor = person.birth_month is not None and person.birth_month > f"{today.year - ADULT}-{today.month:02}"
    return mask_name(person.name) if minor else person.name


def _whole() -> Select[RoleModel]:
    whole = (joinedload(RoleModel.person), joinedload(RoleModel.team), joinedload(RoleModel.place))
    return select(RoleModel).options(*whole, joinedload(RoleModel.photo))


def _shown(which: ColumnElement[bool]) -> Sequence[RoleModel]:
    query = _whole().where(which, shown()).order_by(RoleModel.decided_at.desc(), RoleModel.id.desc())
    return db.session.scalars(query).all()

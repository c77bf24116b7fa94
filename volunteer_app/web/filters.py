"""Filters of lists: reading them from the address, and the choices that a list offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from flask import get_template_attribute, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import Select, func, select

from ..activities.models import ThemeField
from ..database import db
from ..errors import N_, BadInput
from ..places import queries
from ..places.models import Place
from ..teams.models import TeamKind
from ..words import word

PAGE_SIZE = 50

Choice = tuple[str | None, str, Markup | str]
"""A filter link: its value, its label, its mark."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def chosen(kind: type[E], name: str) -> E | None:
    """The value of a filter in the address; None where it's absent.

    Raises:
        BadInput: there is no such value; the page says so and shows the way.
    """
    text = request.args.get(name)
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise BadInput(
            N_("There is no filter “%(text)s”. Go back to the list and choose one there."), text=text[:40]
        ) from error


def kind_choices(kinds: Iterable[TeamKind] = TeamKind) -> list[Choice]:
    """All kinds of teams."""
    return [(None, gettext("All"), ""), *((kind.value, word(kind), "") for kind in kinds)]


def field_choices() -> list[Choice]:
    """The six fields of themes, with their marks."""
    mark = get_template_attribute("macros/pieces.html", "field_mark")
    return [(None, gettext("All"), ""), *((field.value, word(field), mark(field, False)) for field in ThemeField)]


def community_choices(subdistrict: Place | None) -> list[Choice]:
    """The communities of a sub-district, without the word 社区 that each of them ends in."""
    communities = queries.communities(subdistrict) if subdistrict else []
    return [(None, gettext("All"), ""), *((it.slug, it.name.removesuffix("社区"), "") for it in communities)]


def words_typed() -> str:
    """What somebody typed into the search box."""
    return request.args.get("q", "").strip()[:60]


def order(allowed: Iterable[str], default: str) -> str:
    """The order asked for: a column's key, with a minus for descending; an unknown one is the default."""
    asked = request.args.get("sort", "")
    return asked if asked.lstrip("-") in allowed else default


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a long list."""

    rows: list[T]
    number: int
    pages: int
    total: int


def page_number() -> int:
    """The page asked for, from 1 on; anything unreadable is the first."""
    text = request.args.get("page", "")
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1


def paging(total: int, size: int = PAGE_SIZE) -> tuple[int, int]:
    """The page asked for of a list with *total* rows, the last one where there are fewer; and how many there are."""
    pages = max(-(-total // size), 1)
    return min(page_number(), pages), pages


def paged(query: Select[T]) -> Page[T]:
    """The page asked for of *query*'s entities: two queries."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number, pages = paging(total)
    rows = db.session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(list(rows), number, pages, total)

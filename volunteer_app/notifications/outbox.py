"""Writing the outbox."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .. import clock
from ..database import db, plain
from .models import Notice, NoticeKind

_together: ContextVar[str | None] = ContextVar("together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What is told inside belongs together: each person is called once about all of it."""
    before = _together.set(_together.get() or secrets.token_hex(16))
    try:
        yield
    finally:
        _together.reset(before)


def tell(
    kind: NoticeKind,
    *,
    person_id: int,
    activity_id: int | None = None,
    place_id: int | None = None,
    sign_up_id: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Notice:
    """Somebody has to be told: in the same transaction as what happened, so that neither is without the other.

    Args:
        values: what the sentence needs beside the rows; moments are kept in ISO form.
    """
    notice = Notice(
        kind=kind,
        person_id=person_id,
        activity_id=activity_id,
        place_id=place_id,
        sign_up_id=sign_up_id,
        values=plain(values or {}),
        together=_together.get(),
        made_at=clock.now(),
    )
    db.session.add(notice)
    return notice

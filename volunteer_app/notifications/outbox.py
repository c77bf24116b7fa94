"""Writing the outbox."""

from collections.abc import Mapping
from typing import Any

from .. import clock
from ..database import db, plain
from .models import Notice, NoticeKind


def tell(
    kind: NoticeKind,
    *,
    person_id: int,
    activity_id: int,
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
        sign_up_id=sign_up_id,
        values=plain(values or {}),
        made_at=clock.now(),
    )
    db.session.add(notice)
    return notice

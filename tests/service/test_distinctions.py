"""Training and awards."""

from datetime import date

import pytest

from volunteer_app.database import db
from volunteer_app.errors import BadInput
from volunteer_app.service import distinctions, records
from volunteer_app.service.models import Distinction, DistinctionKind

from ..factories import Cast

pytestmark = pytest.mark.usefixtures("app")


def added(cast: Cast, title: str, day: date, key: str = "k") -> Distinction | None:
    return distinctions.add(
        cast.volunteer.person,
        DistinctionKind.TRAINING,
        title=title,
        giver=" 区红十字会 ",
        day=day,
        subdistrict=cast.subdistrict,
        key=key,
        by=cast.secretary.id,
    )


def test_added_once_listed_removed_and_without_minutes(cast: Cast) -> None:
    first = added(cast, "急救", date(2020, 5, 8))
    assert added(cast, "急救", date(2020, 5, 8)) is None
    second = added(cast, "消防", date(2020, 11, 9), "other")
    assert first is not None
    assert second is not None
    assert first.giver == "区红十字会"
    assert distinctions.of(cast.volunteer.person) == [second, first]
    assert distinctions.of(cast.leader.person) == []
    assert records.of(cast.volunteer.person) == []
    distinctions.remove(first, by=cast.secretary.id)
    assert distinctions.of(cast.volunteer.person) == [second]


def test_what_is_refused(cast: Cast) -> None:
    for title, day in ((" ", date(2020, 5, 8)), ("急救", date(2020, 11, 26))):
        with pytest.raises(BadInput):
            added(cast, title, day)
    assert db.session.query(Distinction).count() == 0

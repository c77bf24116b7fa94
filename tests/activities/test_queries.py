"""Lists of activities: filters, order, offers, and a fixed number of queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.activities import queries
from volunteer_app.activities.models import ActivityState, SignUpState, ThemeField
from volunteer_app.activities.offer import OfferKind
from volunteer_app.activities.queries import Wanted
from volunteer_app.teams.models import TeamKind

from ..factories import (
    Cast,
    make_activity,
    make_attendance,
    make_compound,
    make_shift,
    make_sign_up,
    make_team,
    make_theme,
    make_venue,
)


def titles(wanted: Wanted) -> list[str]:
    return [row.title for row in queries.listed(wanted, at=clock.now())]


def test_rows_stand_by_time_with_what_they_offer(app: Flask, cast: Cast) -> None:
    now = clock.now()
    late = make_activity(cast.team, "读报", starts_at=now + timedelta(hours=5), places=4)
    make_activity(cast.team, "理发", starts_at=now + timedelta(hours=2))
    for _ in range(2):
        make_sign_up(late)
    make_sign_up(late, state=SignUpState.WITHDRAWN)
    rows = queries.listed(Wanted(within=cast.subdistrict), at=now)
    assert [(row.title, row.offer.kind, row.offer.left) for row in rows] == [
        ("理发", OfferKind.OPEN_TO_ALL, 0),
        ("读报", OfferKind.FEW_LEFT, 2),
    ]


def test_places_and_sign_ups_add_up_over_shifts(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=5)
    second = make_shift(activity, places=7)
    make_sign_up(activity)
    make_sign_up(activity, state=SignUpState.WAITING).shift_id = second.id
    make_attendance(activity)
    places, counted = queries.counted([activity.id])[activity.id]
    assert (places, counted.taken, counted.waiting, counted.attended) == (12, 1, 1, 1)


def test_a_shift_without_limit_opens_the_activity_to_all(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=5)
    make_shift(activity, places=None)
    assert queries.counted([activity.id])[activity.id][0] is None


def test_drafts_are_left_out(app: Flask, cast: Cast) -> None:
    make_activity(cast.team, "草稿", state=ActivityState.DRAFT)
    make_activity(cast.team, "取消", state=ActivityState.CANCELLED, starts_at=clock.now() + timedelta(hours=1))
    assert titles(Wanted(within=cast.subdistrict)) == ["取消"]


@pytest.mark.parametrize("where", ["subdistrict", "community", "compound", "venue", "elsewhere"])
def test_within_a_place(app: Flask, cast: Cast, where: str) -> None:
    venue = make_venue(cast.compound)
    guests = make_team(make_compound(cast.community))
    make_activity(cast.team, "本院", starts_at=clock.now() + timedelta(hours=1))
    make_activity(guests, "借场地", starts_at=clock.now() + timedelta(hours=2), venue_id=venue.id)
    make_activity(guests, "别处", starts_at=clock.now() + timedelta(hours=3))
    place = venue if where == "venue" else getattr(cast, where)
    assert (
        titles(Wanted(within=place))
        == {
            "subdistrict": ["本院", "借场地", "别处"],
            "community": ["本院", "借场地", "别处"],
            "compound": ["本院", "借场地"],
            "venue": ["借场地"],
            "elsewhere": [],
        }[where]
    )


def test_filters_and_search(app: Flask, cast: Cast) -> None:
    dancers = make_team(cast.compound, "云台里舞蹈队", kind=TeamKind.CULTURAL_GROUP)
    make_activity(dancers, make_theme(cast.subdistrict, "100%_新舞", ThemeField.CULTURE))
    make_activity(cast.team, make_theme(cast.subdistrict, "查电线", ThemeField.SAFETY))
    assert titles(Wanted(kind=TeamKind.CULTURAL_GROUP)) == ["100%_新舞"]
    assert titles(Wanted(field=ThemeField.SAFETY)) == ["查电线"]
    assert titles(Wanted(words="云台里 舞")) == ["100%_新舞"]
    assert titles(Wanted(words="0%_新")) == ["100%_新舞"]
    assert titles(Wanted(words="%电")) == []


def test_times(app: Flask, cast: Cast) -> None:
    now = clock.now()
    make_activity(cast.team, "正在进行", starts_at=now - timedelta(hours=1))
    make_activity(cast.team, "刚结束", starts_at=now - timedelta(minutes=90 + 60))
    make_activity(cast.team, "就要开始", starts_at=now + timedelta(hours=1))
    assert titles(Wanted(ends_after=now - timedelta(hours=1))) == ["正在进行", "就要开始"]
    assert titles(Wanted(since=now - timedelta(hours=1), until=now + timedelta(hours=1))) == ["正在进行"]


def test_the_number_of_queries_does_not_grow(
    app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number() -> int:
        with count_queries() as found:
            queries.listed(Wanted(within=cast.subdistrict), at=clock.now())
        return len(found)

    make_sign_up(make_activity(cast.team, places=3))
    one = number()
    for n in range(5):
        make_sign_up(make_activity(make_team(cast.compound), places=n))
    assert number() == one == 4

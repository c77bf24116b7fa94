"""What an activity offers, at each moment of its life."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.offer import Counted, Offer, OfferKind, of_shift, offer

from ..factories import Cast, make_activity, make_shift

START = datetime(2020, 11, 25, 11, 0, tzinfo=UTC)
END = START + timedelta(minutes=90)
BEFORE = START - timedelta(days=1)


def decide(**changes: object) -> Offer:
    given = {
        "state": ActivityState.PUBLISHED,
        "starts_at": START,
        "ends_at": END,
        "places": 20,
        "counted": Counted(),
        "opens_at": None,
        "closes_at": None,
        "reason": "",
        "at": BEFORE,
    }
    return offer(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, OfferKind.FREE),
        ({"counted": Counted(taken=17)}, OfferKind.FREE),
        ({"counted": Counted(taken=18)}, OfferKind.FEW_LEFT),
        ({"counted": Counted(taken=20)}, OfferKind.FULL),
        ({"counted": Counted(taken=21)}, OfferKind.FULL),
        ({"places": 0}, OfferKind.FULL),
        ({"places": None}, OfferKind.OPEN_TO_ALL),
        ({"opens_at": BEFORE + timedelta(seconds=1)}, OfferKind.NOT_YET_OPEN),
        ({"opens_at": BEFORE}, OfferKind.FREE),
        ({"closes_at": BEFORE}, OfferKind.CLOSED),
        ({"closes_at": BEFORE + timedelta(seconds=1)}, OfferKind.FREE),
        ({"at": START - timedelta(seconds=1)}, OfferKind.FREE),
        ({"at": START}, OfferKind.RUNNING),
        ({"at": END - timedelta(seconds=1)}, OfferKind.RUNNING),
        ({"at": END}, OfferKind.OVER),
        ({"state": ActivityState.HELD}, OfferKind.RUNNING),
        ({"state": ActivityState.HELD, "at": END}, OfferKind.OVER),
        ({"state": ActivityState.DRAFT}, OfferKind.DRAFT),
        ({"state": ActivityState.CANCELLED, "at": END}, OfferKind.CANCELLED),
    ],
)
def test_kind(changes: dict[str, object], kind: OfferKind) -> None:
    assert decide(**changes).kind is kind


def test_numbers() -> None:
    it = decide(counted=Counted(taken=14, waiting=0, attended=3), headcount=5)
    assert (it.left, it.taken_percent, it.attended) == (6, 70, 8)


def test_more_taken_than_places_leaves_none() -> None:
    it = decide(counted=Counted(taken=23, waiting=4))
    assert (it.left, it.taken_percent, it.waiting) == (0, 100, 4)


def test_cancelled_says_why() -> None:
    assert decide(state=ActivityState.CANCELLED, reason="场地检修").reason == "场地检修"


def test_one_shift_of_several(sqlite_app: Flask, cast: Cast) -> None:
    opens_at = clock.now() + timedelta(hours=1)
    activity = make_activity(cast.team, places=1, sign_up_opens_at=opens_at)
    shift = make_shift(activity, places=5)
    assert of_shift(shift, at=clock.now()) == Offer(OfferKind.NOT_YET_OPEN, places=5, opens_at=opens_at)
    assert of_shift(shift, Counted(taken=3, waiting=1), at=opens_at) == Offer(
        OfferKind.FEW_LEFT, places=5, taken=3, waiting=1, opens_at=opens_at
    )

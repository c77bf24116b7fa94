"""Review before everyone sees an entry: never of one's own, several at once, and only what was looked at."""

from datetime import datetime

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, ENTERING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_account, make_building, make_community, make_compound
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests import access
from volunteer_app.contests.models import Entry, EntryPhoto, EntryState, Round
from volunteer_app.contests.rounds import photos, review
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Account, Role
from volunteer_app.photos.models import Photo

pytestmark = pytest.mark.now(ENTERING)


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict)


def waits(round: Round, cast: Cast, name: str, **values: object) -> Entry:
    return make_entry(round, name, place=make_building(cast.compound), state=EntryState.WAITING, **values)


def marks(*entries: Entry) -> dict[int, str]:
    return {it.id: review.mark(it, photos.of(it)) for it in entries}


def outcome(round: Round, entries: list[Entry], seen: dict[int, str], by: Account) -> tuple[list[str], list[str]]:
    came = review.publish(round, entries, seen, by=by)
    return [it.name for it in came.published], [f"{it.name}: {no.text}" for it, no in came.left_out]


def test_who_reviews(app: Flask, cast: Cast, round: Round) -> None:
    entry = waits(round, cast, "3号楼", person=cast.volunteer.person)
    liaison = make_account("段平", Role.LIAISON, place=cast.compound)
    neighbour = make_account("沈洁", Role.SECRETARY, place=make_community(cast.subdistrict))
    everyone = (cast.officer, cast.secretary, cast.administrator, neighbour, liaison, cast.outsider, cast.leader)
    assert [review.can_decide(it, entry) for it in everyone] == [True, True, True, False, False, False, False]
    assert [access.can_review(it, entry) for it in everyone] == [True, True, True, False, False, False, False]
    assert [review.can_open(it, round) for it in everyone] == [True, True, True, True, False, False, False]
    assert not access.can_review(None, entry)


def test_each_reviews_their_own_places(app: Flask, cast: Cast, round: Round) -> None:
    second = waits(round, cast, "b楼")
    first = waits(round, cast, "a楼")
    elsewhere = make_building(make_compound(make_community(cast.subdistrict)))
    third = make_entry(round, "c楼", place=elsewhere, state=EntryState.WAITING)
    make_entry(round, "d楼", place=elsewhere, state=EntryState.RETURNED)
    waits(make_round(cast.subdistrict), cast, "e楼")
    listed = {
        who: list(db.session.scalars(review.waiting(round, getattr(cast, who)))) for who in ("officer", "secretary")
    }
    assert listed == {"officer": [first, second, third], "secretary": [first, second]}
    assert list(db.session.scalars(review.waiting(round, cast.outsider))) == []


def test_several_at_once_and_nobody_their_own(app: Flask, cast: Cast, round: Round) -> None:
    good, typed = waits(round, cast, "a楼"), waits(round, cast, "b楼", by_id=cast.secretary.id)
    own = waits(round, cast, "c楼", person=cast.secretary.person)
    changed = waits(round, cast, "d楼")
    seen = marks(good, typed, own, changed)
    changed.about = "换了话"
    db.session.flush()
    assert outcome(round, [good, typed, own, changed], seen, cast.secretary) == (
        ["a楼"],
        [
            "b楼: Nobody reviews what they have entered themselves.",
            "c楼: Nobody reviews their own entry.",
            "d楼: It was changed in the meantime: look at it again.",
        ],
    )
    assert (good.state, good.decided_by_id, good.decided_at) == (
        EntryState.PUBLISHED,
        cast.secretary.id,
        clock.now(),
    )
    # Sent twice, it's once.
    assert outcome(round, [good], seen, cast.secretary) == (["a楼"], [])
    said = db.session.query(AuditEntry).filter(AuditEntry.subject == "entry").all()
    assert [(it.action, it.subject_id, it.changes) for it in said] == [
        ("publish", good.id, {"state": ["waiting", "published"]})
    ]
    # The office publishes what the secretary can't.
    assert outcome(round, [typed, own], marks(typed, own), cast.officer) == (["b楼", "c楼"], [])


def test_a_new_photo_and_other_words_are_looked_at_again(app: Flask, cast: Cast, round: Round) -> None:
    entry = waits(round, cast, "a楼")
    row = EntryPhoto(entry_id=entry.id, photo=Photo(width=40, height=20, made_at=clock.now()))
    db.session.add(row)
    db.session.flush()
    before = marks(entry)
    row.alt = "楼道"
    db.session.flush()
    assert outcome(round, [entry], before, cast.officer)[0] == []
    assert outcome(round, [entry], marks(entry), cast.officer)[0] == ["a楼"]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (EntryState.RETURNED, "It was sent back in the meantime."),
        (EntryState.WITHDRAWN, "It was withdrawn in the meantime."),
    ],
)
def test_what_waits_no_more(app: Flask, cast: Cast, round: Round, state: EntryState, sentence: str) -> None:
    entry = waits(round, cast, "a楼")
    seen = marks(entry)
    entry.state = state
    db.session.flush()
    assert outcome(round, [entry], seen, cast.officer) == ([], [f"a楼: {sentence}"])


def test_after_the_close_nothing_is_decided(app: Flask, cast: Cast, round: Round) -> None:
    entry, late = waits(round, cast, "a楼"), waits(round, cast, "b楼")
    with clock.frozen(_at(DECIDING)):
        assert outcome(round, [entry], marks(entry), cast.officer) == (["a楼"], [])
    with clock.frozen(_at(NOTICE)):
        assert outcome(round, [late], marks(late), cast.officer)[0] == []
        with pytest.raises(Refused, match="closed"):
            review.return_(entry, "不行", marks(entry)[entry.id], by=cast.officer)
    assert (entry.state, late.state) == (EntryState.PUBLISHED, EntryState.WAITING)


def test_sending_back_says_why(app: Flask, cast: Cast, round: Round) -> None:
    entry = waits(round, cast, "a楼")
    seen = marks(entry)[entry.id]
    for reason in ("", "  ", "长" * 101):
        with pytest.raises(BadInput):
            review.return_(entry, reason, seen, by=cast.secretary)
    review.return_(entry, " 照片看不清 ", seen, by=cast.secretary)
    review.return_(entry, "照片看不清", seen, by=cast.secretary)
    assert (entry.state, entry.reason, entry.decided_by_id) == (EntryState.RETURNED, "照片看不清", cast.secretary.id)
    said = db.session.query(AuditEntry).filter(AuditEntry.subject == "entry").all()
    assert [(it.action, it.reason) for it in said] == [("return", "照片看不清")]


def test_what_is_published_goes_back_too_but_not_unseen(app: Flask, cast: Cast, round: Round) -> None:
    entry = waits(round, cast, "a楼")
    seen = marks(entry)[entry.id]
    review.publish(round, [entry], {entry.id: seen}, by=cast.officer)
    with pytest.raises(Refused, match="in the meantime"):
        review.return_(entry, "不行", seen, by=cast.secretary)
    review.return_(entry, "不行", marks(entry)[entry.id], by=cast.secretary)
    assert entry.state is EntryState.RETURNED
    own = waits(round, cast, "b楼", person=cast.secretary.person)
    with pytest.raises(Refused, match="own"):
        review.return_(own, "不行", marks(own)[own.id], by=cast.secretary)


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)

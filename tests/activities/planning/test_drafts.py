"""Making drafts, editing, publishing and discarding; and what can't stand in a plan."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from tests.factories import (
    Cast,
    make_activity,
    make_person,
    make_shift,
    make_sign_up,
    make_team,
    make_theme,
    make_venue,
)
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, Shift, SignUpState, ThemeField
from volunteer_app.activities.planning import drafts
from volunteer_app.activities.planning.faults import Faulty
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.teams.models import TeamKind

DAY = timedelta(days=1)


def plan(cast: Cast, **values: Any) -> dict[str, Any]:
    starts_at = clock.now() + DAY
    usual = {"theme_id": make_theme(cast.subdistrict).id, "starts_at": starts_at, "ends_at": starts_at + DAY / 24}
    return usual | {"place_text": "院内小广场", "about": "", "popular": False, "sign_up_opens_at": None} | values


def kept(activity: Activity, **values: Any) -> dict[str, Any]:
    return (
        {"starts_at": activity.starts_at, "ends_at": activity.ends_at}
        | {name: getattr(activity, name) for name in ("sign_up_opens_at", "sign_up_closes_at", "withdraw_until")}
        | values
    )


def faults(error: pytest.ExceptionInfo[Faulty]) -> dict[str, str]:
    return {column: fault.text % fault.values for column, fault in error.value.faults.items()}


def test_a_draft_with_one_shift(app: Flask, cast: Cast) -> None:
    activity = drafts.make(plan(cast), team=cast.team, place=cast.compound, places=20, by=cast.leader.id)
    assert (activity.state, activity.subdistrict_id, activity.revision) == (
        ActivityState.DRAFT,
        cast.subdistrict.id,
        0,
    )
    (shift,) = activity.shifts
    assert (shift.places, shift.starts_at, shift.ends_at) == (20, activity.starts_at, activity.ends_at)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan")).one()
    assert (entry.subject, entry.subject_id, entry.account_id) == ("activity", activity.id, cast.leader.id)


def test_the_same_twice_is_one(app: Flask, cast: Cast) -> None:
    for team in (cast.team, None):
        values = plan(cast)
        first = drafts.make(values, team=team, place=cast.compound, by=None)
        assert drafts.make(values, team=team, place=cast.compound, by=None) is first
        drafts.publish(first, by=None)
        assert drafts.make(values, team=team, place=cast.compound, by=None) is first
    assert db.session.scalar(select(func.count(Activity.id))) == 2


def test_a_busy_team(app: Flask, cast: Cast) -> None:
    other = make_activity(cast.team, "冬季用火安全")
    with pytest.raises(Faulty) as error:
        drafts.make(
            plan(cast, starts_at=other.starts_at, ends_at=other.ends_at), team=cast.team, place=cast.compound, by=None
        )
    assert faults(error) == {"starts_at": "The team has “冬季用火安全” at that time."}
    drafts.make(plan(cast, starts_at=other.starts_at, ends_at=other.ends_at), team=None, place=cast.compound, by=None)


@pytest.mark.parametrize(
    ("hours", "column"),
    [
        ({"ends_at": 0}, "ends_at"),
        ({"sign_up_closes_at": 1}, "sign_up_closes_at"),
        ({"sign_up_opens_at": 0}, "sign_up_opens_at"),
        ({"sign_up_opens_at": -1, "sign_up_closes_at": -1}, "sign_up_opens_at"),
        ({"withdraw_until": 1}, "withdraw_until"),
    ],
)
def test_hours_that_can_not_stand(app: Flask, cast: Cast, hours: dict[str, int], column: str) -> None:
    values = plan(cast)
    values |= {name: values["starts_at"] + timedelta(minutes=minutes) for name, minutes in hours.items()}
    with pytest.raises(Faulty) as error:
        drafts.make(values, team=cast.team, place=cast.compound, by=None)
    assert list(error.value.faults) == [column]


def test_hours_that_just_stand(app: Flask, cast: Cast) -> None:
    values = plan(cast)
    values |= {"sign_up_closes_at": values["starts_at"], "withdraw_until": values["starts_at"]}
    values |= {"sign_up_opens_at": values["starts_at"] - timedelta(minutes=1)}
    assert drafts.make(values, team=cast.team, place=cast.compound, by=None).id


def test_a_team_that_is_no_longer_there(app: Flask, cast: Cast) -> None:
    cast.team.dissolved = clock.today() + DAY
    with pytest.raises(Faulty) as error:
        drafts.make(plan(cast), team=cast.team, place=cast.compound, by=None)
    assert faults(error) == {"starts_at": "The team isn't there on that day."}
    cast.team.dissolved, cast.team.founded = None, date(2021, 1, 1)
    with pytest.raises(Faulty):
        drafts.make(plan(cast), team=cast.team, place=cast.compound, by=None)


def test_editing_tells_and_lets_more_come(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=1)
    make_sign_up(activity)
    waiting = make_sign_up(activity, state=SignUpState.WAITING)
    make_sign_up(activity, state=SignUpState.WITHDRAWN)
    assert drafts.people_to_tell(activity) == 2
    assert drafts.edit(activity, kept(activity, place_text="大门口"), places=2, by=cast.leader.id)
    assert (activity.place_text, activity.shifts[0].places, waiting.state) == ("大门口", 2, SignUpState.CONFIRMED)
    db.session.flush()
    kinds = list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))
    assert sorted(kinds) == [NoticeKind.MOVED, NoticeKind.MOVED, NoticeKind.PROMOTED]
    assert not drafts.edit(activity, kept(activity), places=2, by=None)


def test_fewer_places_than_people(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=3)
    early = make_sign_up(activity, make_person("先到"), asked_at=clock.now() - DAY)
    late = make_sign_up(activity, make_person("后到"))
    assert drafts.having_places(activity.shifts[0]) == [early, late]
    with pytest.raises(Refused, match=r"先到.*后到"):
        drafts.edit(activity, kept(activity), places=1, by=None)
    assert drafts.edit(activity, kept(activity), places=1, to_waiting=[late.id], by=None)
    assert (early.state, late.state) == (SignUpState.CONFIRMED, SignUpState.WAITING)


def test_where_it_can_move(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, minutes=120)
    for starts_at, refused in ((clock.now() - DAY, True), (activity.starts_at + DAY / 2, False)):
        values = kept(activity, starts_at=starts_at, ends_at=starts_at + DAY / 12)
        if refused:
            with pytest.raises(Faulty) as error:
                drafts.edit(activity, values, places=None, by=None)
            assert faults(error) == {"starts_at": "Everyone knows of it already: it can't move into the past."}
        else:
            assert drafts.edit(activity, values, places=None, by=None)
    activity.state = ActivityState.DRAFT
    assert drafts.edit(activity, kept(activity, starts_at=clock.now() - DAY), places=None, by=None)


def test_shifts_stay_within_it(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, minutes=120)
    hour = timedelta(hours=1)
    make_shift(activity, title="收摊", starts_at=activity.starts_at + hour, ends_at=activity.ends_at)
    with pytest.raises(Faulty) as error:
        drafts.edit(activity, kept(activity, ends_at=activity.ends_at - hour), places=None, by=None)
    assert faults(error) == {"ends_at": "The shift “收摊” doesn't lie within these hours: change it first."}
    moved = kept(activity, starts_at=activity.starts_at + hour, ends_at=activity.ends_at + hour)
    assert drafts.edit(activity, moved, places=None, by=None)


def test_an_imported_clash_stands_until_its_hours_change(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    make_activity(cast.team, starts_at=activity.starts_at + timedelta(minutes=30))
    assert drafts.edit(activity, kept(activity, about="带水杯"), places=None, by=None)
    with pytest.raises(Faulty):
        drafts.edit(activity, kept(activity, ends_at=activity.ends_at + DAY / 24), places=None, by=None)


def test_closed_or_cancelled(app: Flask, cast: Cast) -> None:
    held = make_activity(cast.team, state=ActivityState.HELD, starts_at=clock.now() - DAY, closed_at=clock.now())
    with pytest.raises(Faulty):
        drafts.edit(held, kept(held, ends_at=clock.now()), places=None, by=None)
    assert drafts.edit(held, kept(held, about="谢谢大家"), places=None, by=None)
    with pytest.raises(Refused):
        drafts.edit(make_activity(cast.team, state=ActivityState.CANCELLED), {}, places=None, by=None)


def test_publishing_what_is_to_come(app: Flask, cast: Cast) -> None:
    past = make_activity(cast.team, "过去的", state=ActivityState.DRAFT, starts_at=clock.now())
    coming = make_activity(cast.team, state=ActivityState.DRAFT)
    public = make_activity(cast.team, starts_at=clock.now() + 2 * DAY)
    refused = drafts.publish_many([public, coming, past], by=cast.leader.id)
    assert [it.text % it.values for it in refused] == [
        "“过去的” lies in the past: choose a later day, then publish it.",
        "This activity is published already.",
    ]
    assert (past.state, coming.state, coming.revision) == (ActivityState.DRAFT, ActivityState.PUBLISHED, 1)


def test_publishing_many_is_as_publishing_each(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    one, other, early, late, elsewhere = (
        make_activity(team, "查电线", starts_at=clock.now() + n * DAY, state=ActivityState.DRAFT, **values)
        for n, (team, values) in enumerate(
            [
                (cast.team, {"venue_id": venue.id}),
                (cast.team, {"venue_id": venue.id}),
                (cast.team, {"changed_at": clock.now() - DAY}),
                (cast.team, {"changed_at": clock.now() + DAY}),
                (make_team(cast.elsewhere), {}),
            ],
            1,
        )
    )
    drafts.publish(one, by=cast.leader.id)
    venue_before, team_before = stamps.of_place(venue), stamps.of_team(cast.team.id)
    assert drafts.publish_many([late, elsewhere, other, early], by=cast.leader.id) == []
    assert (other.state, other.revision, other.changed_at) == (one.state, one.revision, one.changed_at)
    assert (early.changed_at, late.changed_at) == (clock.now(), clock.now() + DAY + timedelta(seconds=1))
    assert venue_before != stamps.of_place(venue)
    assert team_before != stamps.of_team(cast.team.id)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "publish").order_by(AuditEntry.id)).all()
    said = {(it.subject, it.account_id, it.reason, tuple(it.changes["state"])) for it in entries}
    assert said == {("activity", cast.leader.id, "", ("draft", "published"))}
    home, away = cast.subdistrict.id, cast.elsewhere.subdistrict_id
    assert {it.subject_id: it.place_id for it in entries} == {
        one.id: home,
        other.id: home,
        early.id: home,
        late.id: home,
        elsewhere.id: away,
    }


def test_what_is_gone_is_not_published(app: Flask, cast: Cast) -> None:
    gone, there = (make_activity(cast.team, state=ActivityState.DRAFT, starts_at=clock.now() + n * DAY) for n in (1, 2))
    db.session.execute(delete(Shift).where(Shift.activity_id == gone.id))
    gone_at_once = delete(Activity).where(Activity.id == gone.id).execution_options(synchronize_session=False)
    db.session.execute(gone_at_once)
    (refused,) = drafts.publish_many([gone, there], by=None)
    assert (refused.text, there.state) == ("It was taken away in the meantime.", ActivityState.PUBLISHED)


def test_publishing_many_takes_no_more_queries(
    app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number(many: int) -> int:
        ids = [make_activity(make_team(cast.compound), state=ActivityState.DRAFT).id for _ in range(many)]
        db.session.flush()
        db.session.expire_all()
        rows = list(db.session.scalars(select(Activity).where(Activity.id.in_(ids))))
        with count_queries() as queries:
            assert drafts.publish_many(rows, by=cast.officer.id) == []
            assert {(it.state, it.revision) for it in rows} == {(ActivityState.PUBLISHED, 1)}
        return len(queries)

    assert number(3) == number(30)


def test_discarding(app: Flask, cast: Cast) -> None:
    draft = make_activity(cast.team, state=ActivityState.DRAFT)
    make_shift(draft)
    draft_id = draft.id
    drafts.discard(draft, by=cast.leader.id)
    assert db.session.scalar(select(func.count(Activity.id))) == db.session.scalar(select(func.count(Shift.id))) == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "discard")).one()
    assert (entry.subject_id, entry.place_id) == (draft_id, cast.subdistrict.id)
    with pytest.raises(Refused):
        drafts.discard(make_activity(cast.team), by=None)


def test_a_new_theme(app: Flask, cast: Cast) -> None:
    old = make_theme(cast.subdistrict, "旧主题")

    def named(name: str, kind: TeamKind | None = None) -> Any:
        return drafts.theme_named(name, subdistrict=cast.subdistrict, kind=kind, by=None)

    assert named("旧主题") is old
    assert named("消防演练").field is ThemeField.SAFETY
    assert named("一起来", TeamKind.CULTURAL_GROUP).field is ThemeField.CULTURE
    assert named("一块来").field is ThemeField.NEIGHBOURS
    old.retired_on = clock.today()
    with pytest.raises(BadInput):
        named("旧主题")

"""Pairings: who keeps them, what can't be said, one row a cadre and compound, and what the list holds."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty import pairings, terms
from volunteer_app.duty.models import Pairing
from volunteer_app.duty.terms import DaysFaulty
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Role
from volunteer_app.people.roles import STAFF, scope

from ..factories import Cast, make_account, make_compound, make_grant, make_pairing, make_person, make_visit

DAY = timedelta(days=1)


def said(**values: Any) -> dict[str, Any]:
    return {
        "department": "综合办公室",
        "post": "科员",
        "minutes_a_week": 180,
        "weekday": 2,
        "usual_starts": time(9),
        "usual_ends": time(12),
        "since": date(2020, 11, 2),
        "until": None,
    } | values


def test_the_office_alone_keeps_them(app: Flask, cast: Cast) -> None:
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    who = (cast.officer, cast.administrator, cast.secretary, liaison, cast.outsider, cast.leader, cast.volunteer, None)
    may = [pairings.can_keep(account, cast.compound) for account in who]
    assert may == [True, True, False, False, False, False, False, False]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"minutes_a_week": 0}, pairings.MinutesFaulty),
        ({"minutes_a_week": 2401}, pairings.MinutesFaulty),
        ({"usual_ends": None}, pairings.TimesFaulty),
        ({"usual_starts": None}, pairings.TimesFaulty),
        ({"usual_ends": time(9)}, pairings.TimesFaulty),
        ({"until": date(2020, 11, 1)}, DaysFaulty),
    ],
)
def test_what_cant_be_said(sqlite_app: Flask, cast: Cast, wrong: dict[str, Any], kind: type[BadInput]) -> None:
    with pytest.raises(kind):
        pairings.add(make_person("郑海"), cast.compound, said(**wrong), by=cast.officer.id)
    pairing = make_pairing(compound=cast.compound)
    with pytest.raises(kind):
        pairings.change(pairing, said(**wrong), by=cast.officer.id)


def test_one_pairing_at_a_time_for_a_cadre_and_a_compound(app: Flask, cast: Cast) -> None:
    person, by = make_person("郑海"), cast.officer.id
    first = pairings.add(person, cast.compound, said(), by=by)
    assert pairings.add(person, cast.compound, said(), by=by) is first
    with pytest.raises(Refused):
        pairings.add(person, cast.compound, said(post="主任"), by=by)
    for _ in range(2):
        pairings.end(first, clock.today() - DAY, by=by)
    with pytest.raises(DaysFaulty):
        pairings.end(first, date(2020, 11, 1), by=by)
    assert not terms.lasts(first)
    for since in (None, clock.today() - DAY):
        with pytest.raises(DaysFaulty):
            pairings.add(person, cast.compound, said(post="主任", since=since), by=by)
    again = pairings.add(person, cast.compound, said(post="主任", since=clock.today()), by=by)
    assert (again.post, again.since, again.until) == ("主任", clock.today(), None)
    # The weeks before stay due as they were.
    assert (first.since, first.until) == (said()["since"], clock.today() - DAY)
    with pytest.raises(DaysFaulty):
        pairings.change(first, {"until": None}, by=by)
    assert [it.action for it in db.session.query(AuditEntry).filter_by(subject="pairing").order_by(AuditEntry.id)] == [
        "add",
        "end",
        "add",
    ]


def test_only_with_a_compound_that_is_there(app: Flask, cast: Cast) -> None:
    for place in (cast.community, cast.subdistrict):
        with pytest.raises(Refused):
            pairings.add(make_person("郑海"), place, said(), by=None)
    cast.compound.retired_on = clock.today()
    with pytest.raises(Refused):
        pairings.add(make_person("郑海"), cast.compound, said(), by=None)


def test_a_change_is_recorded_once(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound, since=date(2020, 12, 7))
    monday = date(2020, 11, 30)
    assert pairings.change(pairing, said(since=monday), by=None)
    assert not pairings.change(pairing, said(since=monday), by=None)
    (entry,) = db.session.query(AuditEntry).filter_by(action="change", subject="pairing")
    assert (entry.place_id, entry.changes["since"]) == (cast.subdistrict.id, ["2020-12-07", "2020-11-30"])


# Today is Wednesday, 2020-11-25: the last week that is over began on 11-16, this one on 11-23.
@pytest.mark.parametrize(
    ("since", "until", "change", "field"),
    [
        # It held in weeks that are over.
        (None, None, {"minutes_a_week": 60}, "minutes_a_week"),
        (date(2020, 11, 2), None, {"minutes_a_week": 240}, "minutes_a_week"),
        (date(2020, 11, 2), None, {"since": date(2020, 11, 9)}, "since"),
        (None, None, {"since": date(2020, 11, 23)}, "since"),
        (date(2020, 11, 2), None, {"until": date(2020, 11, 21)}, "until"),
        (date(2020, 11, 2), date(2020, 11, 8), {"until": None}, "until"),
        # It would have held.
        (date(2020, 12, 7), None, {"since": date(2020, 11, 16)}, "since"),
        (date(2020, 12, 7), None, {"since": None}, "since"),
        # A week of which it holds only some days was never due, and isn't now.
        (date(2020, 11, 17), None, {"minutes_a_week": 60, "since": date(2020, 11, 19)}, None),
        # This week isn't over, and nobody has been there yet.
        (date(2020, 11, 23), None, {"minutes_a_week": 60}, None),
        (date(2020, 11, 2), None, {"until": date(2020, 11, 27)}, None),
        (date(2020, 11, 30), None, {"since": date(2020, 11, 23)}, None),
        (date(2020, 11, 30), None, {"minutes_a_week": 60, "since": date(2020, 12, 7)}, None),
        (None, None, {"department": "党群工作办公室", "usual_starts": time(8), "usual_ends": time(9)}, None),
    ],
)
def test_weeks_that_are_settled_stay_as_they_were(
    app: Flask, cast: Cast, since: date | None, until: date | None, change: dict[str, Any], field: str | None
) -> None:
    pairing = make_pairing(compound=cast.compound, since=since, until=until)
    if field is None:
        assert pairings.change(pairing, change, by=None)
        return
    with pytest.raises(pairings.WeeksSettled) as settled:
        pairings.change(pairing, change, by=None)
    assert settled.value.field == field
    assert (pairing.since, pairing.until, pairing.minutes_a_week) == (since, until, 180)


def test_the_first_visit_settles_the_week_that_goes_on(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound, since=date(2020, 11, 23))
    assert pairings.change(pairing, {"minutes_a_week": 60}, by=None)
    make_visit(pairing)
    with pytest.raises(pairings.WeeksSettled):
        pairings.change(pairing, {"minutes_a_week": 90}, by=None)


def test_another_pairing_that_owes_as_much_leaves_the_weeks_as_they_were(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound, minutes_a_week=60)
    make_pairing(pairing.person, make_compound(cast.community))
    # Of two pairings the larger pledge is owed.
    assert pairings.change(pairing, {"minutes_a_week": 90, "since": date(2020, 11, 2)}, by=None)
    with pytest.raises(pairings.WeeksSettled):
        pairings.change(pairing, {"minutes_a_week": 240}, by=None)


def test_the_last_day_still_counts(app: Flask, cast: Cast) -> None:
    today, future, over = (
        make_pairing(make_person(name), cast.compound, **days)
        for name, days in (
            ("甲", {"until": clock.today()}),
            ("乙", {"since": clock.today() + DAY}),
            ("丙", {"until": clock.today() - DAY}),
        )
    )
    reach = scope(cast.officer, STAFF)

    def listed(**options: Any) -> list[Pairing]:
        return list(db.session.scalars(pairings.listed(cast.subdistrict, reach, on=clock.today(), **options)))

    # 乙 before 甲 by their code points.
    assert listed() == [future, today]
    assert listed(order="-name") == [today, future]
    assert listed(ended=True) == [over]

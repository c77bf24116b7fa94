"""The “6+1” assignments: seven forces, their gaps, one person a force but units of joint enforcement, who is named."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty import assignments
from volunteer_app.duty.assignments import ForceTaken
from volunteer_app.duty.models import Assignment, Force
from volunteer_app.duty.terms import DaysFaulty
from volunteer_app.errors import Refused
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Person, Role

from ..factories import Cast, make_account, make_assignment, make_grant, make_person

DAY = timedelta(days=1)


def said(person: Person, **values: Any) -> dict[str, Any]:
    return {"unit": "", "person_id": person.id, "since": None, "until": None} | values


def test_office_and_community_keep_them(app: Flask, cast: Cast) -> None:
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    who = (cast.officer, cast.administrator, cast.secretary, liaison, cast.outsider, cast.leader, cast.volunteer, None)
    may = [assignments.can_keep(account, cast.compound) for account in who]
    assert may == [True, True, True, False, False, False, False, False]


def test_gaps_on_a_day(app: Flask, cast: Cast) -> None:
    patrol = make_assignment(cast.compound, Force.PATROL, until=clock.today())
    make_assignment(cast.compound, Force.OFFICE, since=clock.today() + DAY)
    (forces,) = assignments.of_compounds([cast.compound], on=clock.today())
    assert list(forces.assigned) == list(Force)
    assert forces.assigned[Force.PATROL] == [patrol]
    assert forces.missing == [force for force in Force if force is not Force.PATROL]
    (tomorrow,) = assignments.of_compounds([cast.compound], on=clock.today() + DAY)
    assert tomorrow.missing == [force for force in Force if force is not Force.OFFICE]


def test_a_force_has_one_person(app: Flask, cast: Cast) -> None:
    person, by = make_person("段平"), cast.officer.id
    first = assignments.add(cast.compound, Force.WARDENS, said(person, unit="一中队"), by=by)
    assert assignments.add(cast.compound, Force.WARDENS, said(person, unit="一中队"), by=by) is first
    for values in (said(make_person("廖晨"), unit="一中队"), said(person, unit="二中队")):
        with pytest.raises(ForceTaken):
            assignments.add(cast.compound, Force.WARDENS, values, by=by)
    for unit in ("市场监管所", "执法队", "派出所"):
        assignments.add(cast.compound, Force.ENFORCEMENT, said(person, unit=unit), by=by)
    assert db.session.query(Assignment).count() == 4
    for _ in range(2):
        assignments.end(first, clock.today() - DAY, by=by)
    other = make_person("廖晨")
    second = assignments.add(cast.compound, Force.WARDENS, said(other, unit="二中队"), by=by)
    # Neither the unit that is back nor the one that ended may push the other out.
    with pytest.raises(ForceTaken):
        assignments.add(cast.compound, Force.WARDENS, said(person, unit="一中队"), by=by)
    with pytest.raises(ForceTaken):
        assignments.change(first, said(person, unit="一中队", until=None), by=by)
    with pytest.raises(ForceTaken):
        assignments.change(second, said(other, unit="一中队"), by=by)
    assignments.end(second, clock.today() - DAY, by=by)
    again = assignments.add(cast.compound, Force.WARDENS, said(other, unit="一中队"), by=by)
    assert (again, again.person, again.until) == (first, other, None)


def test_days_and_places(app: Flask, cast: Cast) -> None:
    person = make_person("段平")
    backwards = {"since": date(2020, 11, 2), "until": date(2020, 11, 1)}
    with pytest.raises(DaysFaulty):
        assignments.add(cast.compound, Force.PATROL, said(person, **backwards), by=None)
    with pytest.raises(Refused):
        assignments.add(cast.community, Force.PATROL, said(person), by=None)
    row = make_assignment(cast.compound, Force.PATROL, person, since=date(2020, 11, 2))
    with pytest.raises(DaysFaulty):
        assignments.change(row, said(person, **backwards), by=None)
    with pytest.raises(DaysFaulty):
        assignments.end(row, date(2020, 11, 1), by=None)


def test_a_change_is_recorded_once(app: Flask, cast: Cast) -> None:
    row, other = make_assignment(cast.compound), make_person("廖晨")
    assert assignments.change(row, said(other, unit="二中队"), by=None)
    assert not assignments.change(row, said(other, unit="二中队"), by=None)
    (entry,) = db.session.query(AuditEntry).filter_by(subject="assignment")
    assert (entry.action, entry.place_id, row.person) == ("change", cast.subdistrict.id, other)


def test_who_is_named_in_public(app: Flask, cast: Cast) -> None:
    agreed, silent = make_person("欧阳娜娜"), make_person("段平")
    make_assignment(cast.compound, Force.PROPERTY, silent, unit="安居物业")
    make_assignment(cast.compound, Force.OFFICE, agreed)
    make_assignment(cast.compound, Force.PATROL, agreed, until=clock.today() - DAY)
    consents.give(agreed, Purpose.NAMED)
    consents.give(silent, Purpose.SIGN_UP)
    rows = assignments.public(cast.compound, on=clock.today())
    assert [(row.force, row.unit, row.person) for row in rows] == [
        (Force.OFFICE, "", agreed),
        (Force.PROPERTY, "安居物业", None),
    ]

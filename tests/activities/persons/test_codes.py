"""Who hands one-time codes to whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_account, make_activity, make_attendance, make_membership, make_sign_up, make_team
from volunteer_app import clock
from volunteer_app.activities.persons import codes
from volunteer_app.people.models import Person
from volunteer_app.places.models import Place


def test_a_leader_opens_the_first_account_of_a_member(app: Flask, cast: Cast) -> None:
    person = make_membership(cast.team).person
    make_attendance(make_activity(cast.team), person)
    for who in ("leader", "secretary", "officer", "administrator"):
        assert codes.may_make(getattr(cast, who), person), who
    for who in ("outsider", "volunteer"):
        assert not codes.may_make(getattr(cast, who), person), who


def _of_the_place(person: Person, place: Place) -> None:
    """Somebody signed up for what the place itself holds, without a team."""
    activity = make_activity(make_team(place))
    activity.team_id = None
    make_sign_up(activity, person)


ELSEWHERE: dict[str, Callable[[Person, Place], object]] = {
    "member": lambda person, place: make_membership(make_team(place), person, until=clock.today() - timedelta(days=1)),
    "signed up": lambda person, place: make_sign_up(make_activity(make_team(place)), person),
    "came": lambda person, place: make_attendance(make_activity(make_team(place)), person),
    "signed up without a team": _of_the_place,
}


@pytest.mark.parametrize("trace", ELSEWHERE)
def test_whom_others_know_too_the_office_gives_the_code(app: Flask, cast: Cast, trace: str) -> None:
    """Else a leader would take anybody into the team by name and number, and then read what they did elsewhere."""
    person = make_membership(cast.team).person
    ELSEWHERE[trace](person, cast.compound)
    assert not codes.may_make(cast.leader, person)
    assert codes.may_make(cast.officer, person)


def test_a_leader_sets_nobodys_password(app: Flask, cast: Cast) -> None:
    account = make_account("郑和")
    make_membership(cast.team, account.person)
    assert not codes.may_make(cast.leader, account.person)
    assert codes.may_make(cast.secretary, account.person)


def test_whom_a_leader_signed_up_is_no_member(app: Flask, cast: Cast) -> None:
    signed_up = make_sign_up(make_activity(cast.team)).person
    left = make_membership(cast.team, until=clock.today() - timedelta(days=1)).person
    assert not codes.may_make(cast.leader, signed_up)
    assert not codes.may_make(cast.leader, left)

"""Who is visible in a scope."""

import pytest
from flask import Flask

from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.visibility import SEE_PEOPLE, is_visible, people_of
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role
from volunteer_app.people.roles import scope

from ..factories import (
    Cast,
    make_account,
    make_activity,
    make_attendance,
    make_compound,
    make_membership,
    make_other_leader,
    make_person,
    make_sign_up,
    make_team,
)


def seen_by(account: Account, **asked: object) -> list[str]:
    return [person.name for person in db.session.scalars(people_of(scope(account, SEE_PEOPLE), **asked))]


def test_through_membership_leading_sign_up_and_attendance(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=9, state=ActivityState.HELD)
    came, asked, stranger = make_person("何来"), make_person("许问"), make_person("陌生人")
    make_attendance(activity, came)
    make_sign_up(activity, asked)
    assert sorted(seen_by(cast.officer)) == sorted(["何来", "许问", "赵建国", "孙桂兰"])
    officers = scope(cast.officer, SEE_PEOPLE)
    assert [is_visible(person, officers) for person in (came, asked, stranger)] == [True, True, False]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("administrator", ["丁", "丙", "乙", "孙桂兰", "甲", "赵建国"]),
        ("officer", ["丙", "乙", "孙桂兰", "甲", "赵建国"]),
        ("secretary", ["乙", "孙桂兰", "甲", "赵建国"]),
        ("liaison", ["孙桂兰", "甲", "赵建国"]),
        ("leader", ["孙桂兰", "甲", "赵建国"]),
        ("outsider", ["丁"]),
        ("volunteer", []),
    ],
)
def test_each_role_sees_its_place(app: Flask, cast: Cast, who: str, seen: list[str]) -> None:
    """甲 signed up with the leader's team, 乙 lives in another compound, 丙 in another community, 丁 elsewhere."""
    make_sign_up(make_activity(cast.team, places=9), make_person("甲"))
    make_membership(make_team(make_compound(cast.community)), make_person("乙"))
    make_membership(make_team(cast.subdistrict), make_person("丙"))
    make_membership(make_team(cast.elsewhere), make_person("丁"))
    liaison = make_account("联络员", Role.LIAISON, place=cast.compound)
    assert seen_by(liaison if who == "liaison" else getattr(cast, who)) == seen


def test_a_leader_sees_nobody_of_another_team(app: Flask, cast: Cast) -> None:
    other = make_other_leader(cast)
    assert seen_by(other) == ["冯国强"]
    assert not is_visible(cast.volunteer.person, scope(other, SEE_PEOPLE))


def test_an_administrator_asks_for_one_office(app: Flask, cast: Cast) -> None:
    theirs = make_membership(make_team(cast.elsewhere)).person
    assert seen_by(cast.administrator, subdistrict=cast.elsewhere) == [theirs.name]


def test_whose_data_were_erased_is_not_listed(app: Flask, cast: Cast, now: object) -> None:
    cast.volunteer.person.anonymised_at = now
    assert seen_by(cast.officer) == ["赵建国"]
    assert not is_visible(cast.volunteer.person, scope(cast.officer, SEE_PEOPLE))


def test_search_and_order(app: Flask, cast: Cast) -> None:
    make_membership(cast.team, make_person("阿乙", "19900001112"))
    make_membership(cast.team, make_person("阿甲", "19900001111"))
    assert seen_by(cast.officer, words="阿") == ["阿乙", "阿甲"]
    assert seen_by(cast.officer, words="阿", order="phone") == ["阿甲", "阿乙"]
    assert seen_by(cast.officer, words="阿", order="-name") == ["阿甲", "阿乙"]
    assert seen_by(cast.officer, words="0001112") == ["阿乙"]
    assert seen_by(cast.officer, words="阿 1112") == ["阿乙"]

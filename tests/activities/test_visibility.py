"""Who is visible to an office."""

from flask import Flask

from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.visibility import is_visible, people_of
from volunteer_app.database import db

from ..factories import Cast, make_activity, make_attendance, make_membership, make_person, make_sign_up, make_team


def test_through_membership_leading_sign_up_and_attendance(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=9, state=ActivityState.HELD)
    came, asked, stranger = make_person("何来"), make_person("许问"), make_person("陌生人")
    make_attendance(activity, came)
    make_sign_up(activity, asked)
    seen = list(db.session.scalars(people_of(cast.subdistrict)))
    assert sorted(person.name for person in seen) == sorted(["何来", "许问", "赵建国", "孙桂兰"])
    assert [is_visible(person, cast.subdistrict) for person in (came, asked, stranger)] == [True, True, False]


def test_not_from_another_subdistrict(app: Flask, cast: Cast) -> None:
    theirs = make_membership(make_team(cast.elsewhere)).person
    assert not is_visible(theirs, cast.subdistrict)
    assert list(db.session.scalars(people_of(cast.elsewhere))) == [theirs]


def test_search_and_order(app: Flask, cast: Cast) -> None:
    make_membership(cast.team, make_person("阿乙", "19900001112"))
    make_membership(cast.team, make_person("阿甲", "19900001111"))

    def found(**asked: str) -> list[str]:
        return [person.name for person in db.session.scalars(people_of(cast.subdistrict, **asked))]

    assert found(words="阿") == ["阿乙", "阿甲"]
    assert found(words="阿", order="phone") == ["阿甲", "阿乙"]
    assert found(words="阿", order="-name") == ["阿甲", "阿乙"]
    assert found(words="0001112") == ["阿乙"]
    assert found(words="阿 1112") == ["阿乙"]

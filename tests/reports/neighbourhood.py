"""A small neighbourhood whose figures can be counted by hand, for all tests of reports."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.factories import (
    make_activity,
    make_attendance,
    make_building,
    make_community,
    make_compound,
    make_membership,
    make_person,
    make_sign_up,
    make_subdistrict,
    make_team,
    make_theme,
)
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, SignUpState, ThemeField
from volunteer_app.people.models import Person
from volunteer_app.places.models import Management, Place
from volunteer_app.reports.periods import Period
from volunteer_app.teams.models import Team, TeamKind

OCTOBER = Period(date(2020, 10, 1), date(2020, 10, 31))


@dataclass(frozen=True, kw_only=True)
class Neighbourhood:
    """What there is, by name."""

    subdistrict: Place
    north: Place
    south: Place
    yard: Place
    """A compound in the north; the wardens are its team."""
    garden: Place
    """A compound in the south; the dancers are its team."""
    wardens: Team
    dancers: Team
    quiet: Team
    """Held nothing in October."""
    lin: Person
    wu: Person
    patrol: Activity


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment of 2020."""
    return clock.at(date(2020, month, day), time(hour, minute))


def make_neighbourhood() -> Neighbourhood:
    """Three teams, six planned activities of October and some that don't belong to it."""
    subdistrict = make_subdistrict("甲街道")
    north, south = make_community(subdistrict, "北社区"), make_community(subdistrict, "南社区")
    yard = make_compound(north, "一号院", households=100, renovated=True, area_m2=1200.5)
    garden = make_compound(south, "花园", management=Management.PROPERTY, households=50)
    make_compound(south, "旧院", management=Management.OWNERS, households=7, retired_on=date(2020, 10, 31))
    make_building(yard, "1号楼")
    make_building(yard, "2号楼")
    make_building(garden, "1号楼")
    make_building(garden, "2号楼", retired_on=date(2020, 10, 1))
    wardens = make_team(yard, "一号院志愿服务队", founded=date(2020, 1, 1))
    dancers = make_team(garden, "花园舞蹈队", TeamKind.CULTURAL_GROUP)
    quiet = make_team(south, "南社区读书会", TeamKind.CULTURAL_GROUP, founded=date(2020, 10, 31))
    make_team(yard, "未来队", founded=date(2020, 11, 1))
    make_team(yard, "从前队", dissolved=date(2020, 10, 31))
    lin, wu, zhao = make_person("林一"), make_person("吴二"), make_person("赵三")
    for team, person in ((wardens, lin), (wardens, wu), (dancers, lin)):
        make_membership(team, person)
    make_membership(dancers, wu, since=date(2020, 11, 1))
    make_membership(dancers, zhao, until=date(2020, 10, 30))
    safety = make_theme(subdistrict, "巡逻", ThemeField.SAFETY)
    dance = make_theme(subdistrict, "跳舞", ThemeField.CULTURE)
    held = ActivityState.HELD
    # On the first day at its first moment, and on the last day to its end.
    patrol = make_activity(wardens, safety, starts_at=at(1, 0), minutes=60, state=held)
    make_attendance(patrol, lin, checked_in_at=at(1, 0) - timedelta(minutes=20), checked_out_at=at(1, 0, 30))
    make_attendance(patrol, wu, checked_in_at=at(1, 0, 10), checked_out_at=at(1, 3))
    make_attendance(patrol, zhao, checked_out_at=None)
    # Lin and Wu had places; Zhao waited and came all the same; two stayed away, one of them excused; one withdrew.
    patrol.closed_at = at(1, 2)
    for person in (lin, wu, make_person("郑四")):
        make_sign_up(patrol, person)
    make_sign_up(patrol, zhao, SignUpState.WAITING)
    make_sign_up(patrol, make_person("冯五"), excused=True)
    make_sign_up(patrol, make_person("陈六"), SignUpState.WITHDRAWN)
    late = make_activity(wardens, safety, starts_at=at(31, 23, 30), minutes=90, state=held, headcount=5)
    make_attendance(late, lin)
    ball = make_activity(dancers, dance, starts_at=at(6, 19), minutes=120, state=held)
    make_attendance(ball, lin, checked_in_at=at(6, 19, 0), checked_out_at=at(6, 19, 0) + timedelta(seconds=119))
    make_attendance(ball, wu, checked_in_at=at(6, 21, 0), checked_out_at=at(6, 21, 30))
    make_sign_up(make_activity(dancers, dance, starts_at=at(20, 19), state=ActivityState.PUBLISHED, places=1), lin)
    make_activity(dancers, dance, starts_at=at(27, 19), state=ActivityState.CANCELLED)
    make_activity(
        quiet, dance, starts_at=at(28, 9), state=ActivityState.CANCELLED, cancel_reason="大风", counts_as_service=True
    )
    make_activity(dancers, dance, starts_at=at(29, 19), state=ActivityState.DRAFT)
    make_attendance(make_activity(quiet, dance, starts_at=at(30, 23, 59, month=9), state=held), zhao)
    make_attendance(make_activity(wardens, safety, starts_at=at(1, 0, month=11), state=held), zhao)
    elsewhere = make_team(make_compound(name="别处"), "别处志愿服务队")
    make_attendance(make_activity(elsewhere, starts_at=at(6, 9), state=held), lin)
    return Neighbourhood(
        subdistrict=subdistrict,
        north=north,
        south=south,
        yard=yard,
        garden=garden,
        wardens=wardens,
        dancers=dancers,
        quiet=quiet,
        lin=lin,
        wu=wu,
        patrol=patrol,
    )

"""02-teams: teams, their venues, their members."""

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_membership, make_person, make_team
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Person, Sex
from volunteer_app.places import queries
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.teams.models import MemberRole, Membership, Team, TeamKind

from .books import (
    CHOIR,
    GUARD,
    MEMBERS,
    OFFICE,
    PLACES,
    SUNG,
    TEAMS,
    bring,
    changes,
    members,
    outcomes,
    places,
    plan_of,
    reasons,
    teams,
    warnings,
)

ZHAO = ["云台合唱团", "赵建国", "男", "1949-12", "19900000001", "队长", "2019-06-01"]
LI = ["云台合唱团", "李 晓", "女", "1980/2", "+86 199 0000 0003", "队员", None]


def team(name: str = "云台合唱团") -> Team:
    return db.session.scalars(select(Team).where(Team.name == name)).one()


def venues() -> list[str]:
    query = select(Place.name).where(Place.kind == PlaceKind.VENUE).order_by(Place.id)
    return list(db.session.scalars(query))


def test_a_team_with_its_slot(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD))
    choir, guard = team(), team("云台志愿服务队")
    assert (choir.kind, guard.kind) == (TeamKind.CULTURAL_GROUP, TeamKind.VOLUNTEER_TEAM)
    assert (choir.founded, choir.weekday, choir.slot_starts, choir.slot_ends) == (
        *(date(2019, 5, 4), 2, time(19), time(20, 30)),
    )
    assert (choir.place.name, choir.subdistrict.name, choir.focus, choir.place_text) == (
        *("云台里", "青云街道", "合唱", "云台里活动室"),
    )
    assert choir.leader is not None
    assert (choir.leader.name, choir.leader.phone) == ("赵建国", "19900000001")
    assert (guard.founded, guard.venue, guard.place_text) == (None, None, "凉亭")


def test_a_place_that_goes_on_from_its_compound_is_a_venue_of_it(app: Flask) -> None:
    room = [*CHOIR[:1], "云台书画社", *CHOIR[2:]]
    whole = [*CHOIR[:1], "云台棋社", *CHOIR[2:12], "云台里", "棋"]
    bring(OFFICE, teams(CHOIR, GUARD, room, whole))
    assert venues() == ["云台里活动室"]
    venue = team().venue
    assert venue is not None
    assert venue.parent == team().place
    assert venue.path == f"{team().place.path}{venue.id}/"
    assert (venue.unique_in_id, venue.subdistrict_id) == (team().place_id, team().subdistrict_id)
    assert team("云台书画社").venue_id == venue.id
    assert team("云台棋社").venue_id is None
    # Another team of the sub-district meets there too: it's the same venue.
    bring(teams([*GUARD[:12], "云台里活动室", "巡逻"]))
    assert team("云台志愿服务队").venue_id == venue.id
    assert venues() == ["云台里活动室"]


def test_corrections_are_in_the_trail_and_in_the_stamps(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), members(ZHAO))
    before = stamps.of_team(team().id)
    office = queries.subdistrict_named("青云街道")
    assert before is not None
    assert office is not None
    plan = bring(teams([*CHOIR[:5], "钱晓岚", "19900000009", *CHOIR[7:9], "四", *CHOIR[10:]]))
    changed = {"负责人": ("赵建国", "钱晓岚"), "联系电话": ("19900000001", "19900000009"), "活动星期": ("三", "四")}
    assert changes(plan) == [changed]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct")).one()
    assert (entry.subject, entry.subject_id, entry.place_id, entry.reason) == ("team", team().id, office.id, "台账更正")
    # The trail says that somebody else leads it now, and names nobody.
    assert entry.changes == {"负责人": [], "联系电话": [], "活动星期": ["三", "四"]}
    after = stamps.of_team(team().id)
    assert after is not None
    assert after[1] > before[1]
    assert after[0] == before[0], "no calendar shows who leads a team, or its slot"
    assert stamps.of_place(office) == after


def test_a_team_of_another_kind_is_another_event(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG))
    before, other = stamps.of_team(team().id), stamps.of_team(team("云台志愿服务队").id)
    later = clock.now() + timedelta(hours=1)
    with clock.frozen(later):
        bring(teams([*CHOIR[:2], "志愿服务队", *CHOIR[3:]]))
    activity = db.session.scalars(select(Activity)).one()
    assert (activity.revision, activity.changed_at) == (1, later)
    assert before is not None
    assert before[0] < later
    assert stamps.of_team(team().id) == (later, later)
    assert stamps.of_team(team("云台志愿服务队").id) == other


def test_activities_go_along_with_a_team_whose_place_is_corrected(app: Flask) -> None:
    bring(OFFICE, places(["青云街道", "柳荫社区", "柳荫里", "无主管"], header=PLACES[:4]), teams(CHOIR), plan_of(SUNG))
    left, later = team().place, clock.now() + timedelta(hours=1)
    with clock.frozen(later):
        moved = [*CHOIR[:3], "柳荫社区", "柳荫里", *CHOIR[5:]]
        bring(teams(moved), plan_of([*SUNG[:5], "21:00", *SUNG[6:]]))
    activity = db.session.scalars(select(Activity)).one()
    assert (activity.place.name, activity.place) == ("柳荫里", team().place)
    assert (activity.revision, activity.changed_at) == (1, later)
    assert stamps.of_place(left) == stamps.of_place(team().place) == stamps.of_team(team().id) == (later, later)


def test_a_team_of_a_community_or_of_the_whole_subdistrict(sqlite_app: Flask) -> None:
    community = [*CHOIR[:4], None, *CHOIR[5:]]
    whole = [*GUARD[:3], None, None, *GUARD[5:]]
    bring(OFFICE, teams(community, whole))
    assert (team().place.kind, team().place.name) == (PlaceKind.COMMUNITY, "云台社区")
    assert team("云台志愿服务队").place.name == "青云街道"
    assert outcomes(bring(teams(community, whole))) == [("队伍", 0, 0, 2, 0, 0)]


def test_a_team_may_want_a_leader_but_a_leader_has_a_phone(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert outcomes(bring(teams([*CHOIR[:5], None, None, *CHOIR[7:]]))) == [("队伍", 1, 0, 0, 0, 0)]
    assert team().leader_id is None
    assert reasons(teams([*CHOIR[:6], None, *CHOIR[7:]])) == [
        (2, "联系电话", "must not be blank: people are known by phone and name")
    ]
    assert reasons(teams([*CHOIR[:5], None, *CHOIR[6:]])) == [(2, "负责人", "must not be blank beside a phone number")]


def test_a_leader_whom_no_ledger_could_name_stays(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    nameless = Person(name="无电话", created_at=clock.now())
    db.session.add(nameless)
    team().leader = nameless
    assert outcomes(bring(teams([*CHOIR[:5], None, None, *CHOIR[7:]]))) == [("队伍", 0, 0, 1, 0, 0)]
    assert team().leader == nameless


@pytest.mark.parametrize(("starts", "ends"), [("20:30", "19:00"), ("19:00", "19:00")])
def test_the_end_comes_after_the_start(sqlite_app: Flask, starts: str, ends: str) -> None:
    bring(OFFICE)
    assert reasons(teams([*CHOIR[:10], starts, ends, *CHOIR[12:]])) == [
        (2, "结束时间", "the end is not after the start")
    ]


def test_faults(sqlite_app: Flask) -> None:
    bring(OFFICE)
    rows = (
        [*CHOIR[:3], "柳荫社区", *CHOIR[4:]],
        [*GUARD[:3], "柳荫社区", None, *GUARD[5:]],
        [*CHOIR[:1], "长" * 61, *CHOIR[2:]],
        [*CHOIR[:11], "次日01:00", *CHOIR[12:]],
    )
    assert reasons(teams(*rows)) == [
        (2, "社区", "云台里 belongs to 云台社区, not to 柳荫社区"),
        (3, "社区", "青云街道 has no community 柳荫社区"),
        (4, "队伍名称", "longer than 60 characters"),
        (5, "结束时间", "must end on the same day"),
    ]


def test_members_are_known_by_phone_and_name_together(app: Flask) -> None:
    family = ["云台合唱团", "赵小国", None, None, "19900000001", None, None]
    bring(OFFICE, teams(CHOIR), members(ZHAO, LI, family))
    found = db.session.execute(
        select(Person.name, Person.phone, Person.sex, Person.birth_month, Membership.role, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .order_by(Membership.id)
    ).all()
    assert [tuple(row) for row in found] == [
        ("赵建国", "19900000001", Sex.MALE, "1949-12", MemberRole.LEADER, date(2019, 6, 1)),
        ("李晓", "19900000003", Sex.FEMALE, "1980-02", MemberRole.MEMBER, None),
        ("赵小国", "19900000001", None, None, MemberRole.MEMBER, None),
    ]
    assert db.session.query(Person).count() == 3, "the leader is one of them"


def test_the_first_given_sex_and_birth_month_stay(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), members(["云台合唱团", "李晓", None, None, "19900000003", None, None]))
    plan = bring(members(LI))
    assert changes(plan) == [{"性别": ("", "女"), "出生年月": ("", "1980-02")}]
    plan = bring(members([*LI[:2], "男", "1981-03", *LI[4:]]))
    assert outcomes(plan) == [("成员", 0, 0, 1, 0, 0)]
    stays = "another value was given for this person before: it stays"
    assert warnings(plan) == [(2, "性别", stays), (2, "出生年月", stays)]
    assert outcomes(bring(members([*LI[:2], None, None, *LI[4:]]))) == [("成员", 0, 0, 1, 0, 0)]


def test_faults_of_members(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    rows = (["云台舞蹈队", *ZHAO[1:]], ZHAO, [*ZHAO[:1], "赵 建 国", *ZHAO[2:]], [*LI[:4], None, *LI[5:]])
    assert reasons(members(*rows)) == [
        (2, "队伍名称", "青云街道 has no team 云台舞蹈队"),
        (4, "姓名", "twice in the ledgers: already in row 3 of 02-teams-成员.csv"),
        (5, "联系电话", "must not be blank"),
    ]


def test_the_number_of_people_is_checked_against_the_members(sqlite_app: Flask) -> None:
    said = [*CHOIR[:7], "29", *CHOIR[8:]]
    assert warnings(bring(OFFICE, teams(said))) == [], "nobody is listed yet"
    plan = bring(teams(said), members(ZHAO, LI))
    assert warnings(plan) == [(2, "人数", "29 people are said here, 2 members are listed")]
    assert outcomes(plan) == [("队伍", 0, 0, 1, 0, 0), ("成员", 2, 0, 0, 0, 0)]


def test_the_running_number_is_checked_where_it_leaves_the_step(sqlite_app: Flask) -> None:
    bring(OFFICE)
    third = ["4", "云台棋社", *CHOIR[2:]]
    plan = bring(teams(CHOIR, ["3", *GUARD[1:]], third))
    assert warnings(plan) == [(3, "序号", "3 stands here, this is row 2")]
    assert outcomes(plan) == [("队伍", 3, 0, 0, 0, 0)]


def test_what_others_added_is_not_in_the_file_and_stays(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), members(ZHAO))
    other = make_team(team().place, "网上新建队")
    make_membership(other, make_person())
    assert outcomes(bring(teams(CHOIR), members(ZHAO))) == [("队伍", 0, 0, 1, 0, 1), ("成员", 0, 0, 1, 0, 1)]


def test_some_columns_are_enough(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), members(ZHAO))
    few = ["队伍名称", "类别", "楼院", "负责人", "联系电话"]
    row = [CHOIR[TEAMS.index(name)] for name in few]
    assert outcomes(bring(teams(row, header=few))) == [("队伍", 0, 0, 1, 0, 0)]
    few = ["姓名", "联系电话", "队伍名称"]
    assert outcomes(bring(members([ZHAO[MEMBERS.index(name)] for name in few], header=few))) == [
        ("成员", 0, 0, 1, 0, 0)
    ]

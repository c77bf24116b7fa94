"""Who may hold an activity that an account plans."""

from flask import Flask

from tests.factories import (
    Cast,
    make_account,
    make_building,
    make_community,
    make_compound,
    make_team,
    make_theme,
    make_venue,
)
from volunteer_app import clock
from volunteer_app.activities.planning import holders
from volunteer_app.people.models import Account, Role
from volunteer_app.people.roles import Scope, scope


def test_offices_into_which_roles_reach(app: Flask, cast: Cast) -> None:
    both = make_account("张三", Role.LEADER, team=cast.team)
    assert holders.offices(scope(both)) == [cast.subdistrict]
    assert holders.offices(scope(cast.secretary)) == [cast.subdistrict]
    assert holders.offices(scope(cast.outsider)) == [cast.elsewhere]
    assert holders.offices(scope(cast.administrator)) == [cast.subdistrict, cast.elsewhere]
    assert holders.offices(Scope(paths=("/1/",))) == [cast.subdistrict, cast.elsewhere]
    assert holders.offices(scope(cast.volunteer)) == []


def test_teams_and_places(app: Flask, cast: Cast) -> None:
    today = clock.today()
    other = make_team(make_compound(make_community(cast.subdistrict)), "甲队")
    make_team(cast.compound, "散了的队", dissolved=today)
    make_building(cast.compound)
    retired = make_compound(cast.community, retired_on=today)

    def found(account: Account | None) -> tuple[list[str], list[str]]:
        reach = scope(account)
        teams = holders.teams(reach, cast.subdistrict, on=today)
        return [it.name for it in teams], [it.name for it in holders.places(reach, cast.subdistrict, on=today)]

    assert found(cast.leader) == (["云台里志愿服务队"], [])
    assert found(cast.secretary) == (["云台里志愿服务队"], ["云台社区", "云台里5号院"])
    names, places = found(cast.officer)
    assert names == ["云台里志愿服务队", "甲队"]
    assert places[0] == "青云街道"
    assert other.place.name in places
    assert retired.name not in places
    assert found(cast.administrator) == (names, places)
    assert found(cast.outsider) == ([], [])


def test_who_may_plan(app: Flask, cast: Cast) -> None:
    def may(account: Account | None, team: bool = True) -> bool:
        return holders.can_plan(account, team=cast.team if team else None, place=cast.compound)

    assert [may(it) for it in (cast.leader, cast.secretary, cast.officer, cast.administrator)] == [True] * 4
    assert [may(it) for it in (None, cast.volunteer, cast.outsider)] == [False] * 3
    assert not may(cast.leader, team=False)
    assert may(cast.secretary, team=False)


def test_themes_and_venues(app: Flask, cast: Cast) -> None:
    today = clock.today()
    theme, gone = make_theme(cast.subdistrict, "读书"), make_theme(cast.subdistrict, "旧的")
    gone.retired_on = today
    make_theme(cast.elsewhere)
    assert holders.themes(cast.subdistrict, on=today) == [theme]
    assert set(holders.themes(cast.subdistrict, on=today, besides=gone.id)) == {theme, gone}
    venue = make_venue(cast.compound)
    closed = make_venue(cast.compound, retired_on=today)
    assert holders.venues(cast.subdistrict, on=today) == [venue]
    assert set(holders.venues(cast.subdistrict, on=today, besides=closed.id)) == {venue, closed}

"""Participation in every direction, and what it costs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

from flask import Flask

from tests.factories import make_activity, make_attendance, make_sign_up, make_team
from volunteer_app.activities.models import ActivityState, ThemeField
from volunteer_app.database import db
from volunteer_app.reports.counts import Count
from volunteer_app.reports.participation import participation
from volunteer_app.teams.models import TeamKind

from .neighbourhood import OCTOBER, at, make_neighbourhood
from .test_counts import ALL, DANCERS, QUIET, WARDENS


def test_every_grouping_has_its_lines_in_order(app: Flask) -> None:
    here = make_neighbourhood()
    found = participation(here.subdistrict.id, OCTOBER)
    assert found.total == ALL
    assert [(line.of and line.of.name, line.count) for line in found.teams] == [
        ("一号院志愿服务队", WARDENS),
        ("花园舞蹈队", DANCERS),
        ("南社区读书会", QUIET),
    ]
    together = replace(DANCERS, planned=4, cancelled=2)
    assert [(line.of, line.count) for line in found.kinds] == [
        (TeamKind.CULTURAL_GROUP, together),
        (TeamKind.VOLUNTEER_TEAM, WARDENS),
    ]
    assert [(line.of.name, line.count) for line in found.themes] == [("巡逻", WARDENS), ("跳舞", together)]
    assert [(line.of, line.count) for line in found.fields] == [
        (ThemeField.CULTURE, together),
        (ThemeField.SAFETY, WARDENS),
    ]
    assert [(line.of.name, line.of.directly, line.count) for line in found.communities] == [
        ("北社区", False, WARDENS),
        ("南社区", False, together),
    ]
    assert [(line.of.name, line.of.directly, line.count) for line in found.compounds] == [
        ("一号院", False, WARDENS),
        ("花园", False, DANCERS),
        ("南社区", True, QUIET),
    ]
    assert [(str(line.of), line.count.planned, line.count.attendances, line.count.people) for line in found.weeks] == [
        ("2020-W40", 1, 3, 3),
        ("2020-W41", 1, 2, 2),
        ("2020-W42", 0, 0, 0),
        ("2020-W43", 1, 0, 0),
        ("2020-W44", 3, 6, 1),
    ]


def test_what_a_place_holds_without_a_team_has_a_line_of_its_own(app: Flask) -> None:
    here = make_neighbourhood()
    activity = make_activity(here.wardens, "开会", starts_at=at(9, 9), state=ActivityState.HELD, headcount=30)
    activity.team_id, activity.place_id = None, here.subdistrict.id
    db.session.flush()
    found = participation(here.subdistrict.id, OCTOBER)
    alone = Count(planned=1, held=1, attendances=30)
    assert (found.teams[0].of, found.teams[0].count) == (None, alone)
    assert (found.kinds[-1].of, found.kinds[-1].count) == (None, alone)
    assert [(line.of.name, line.of.directly) for line in found.communities] == [
        ("甲街道", True),
        ("北社区", False),
        ("南社区", False),
    ]


def test_an_empty_period_has_the_teams_alone(app: Flask) -> None:
    here = make_neighbourhood()
    found = participation(here.subdistrict.id, OCTOBER.before().before())
    assert [(line.of and line.of.name, line.count) for line in found.teams] == [
        ("一号院志愿服务队", Count()),
        ("从前队", Count()),
        ("花园舞蹈队", Count()),
    ]
    assert (found.weeks, found.themes, found.communities) == ([], [], [])


def test_more_rows_cost_no_more_queries(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    here = make_neighbourhood()
    with count_queries() as few:
        participation(here.subdistrict.id, OCTOBER)
    for day in range(1, 29):
        team = make_team(here.yard, founded=date(2020, 1, 1))
        activity = make_activity(team, starts_at=at(day, 8), state=ActivityState.HELD)
        make_attendance(activity)
        make_sign_up(activity)
    with count_queries() as many:
        participation(here.subdistrict.id, OCTOBER)
    assert len(many) == len(few) == 6

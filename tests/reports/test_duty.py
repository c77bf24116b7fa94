"""The figures of frontline assignments and of the weekly three hours, and their rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import (
    make_assignment,
    make_community,
    make_compound,
    make_pairing,
    make_person,
    make_subdistrict,
    make_visit,
)
from volunteer_app.database import db
from volunteer_app.duty.models import Force, Leave, Pairing, VisitKind, VisitState
from volunteer_app.duty.quota import Standing
from volunteer_app.places.models import Place
from volunteer_app.reports import duty
from volunteer_app.reports.definitions import VISITED, Figure
from volunteer_app.reports.figures import of_subdistrict
from volunteer_app.reports.periods import Period
from volunteer_app.reports.rows import listing, sliced

from .neighbourhood import OCTOBER, at

COUNT = Callable[[], AbstractContextManager[list[str]]]


@dataclass(frozen=True)
class Office:
    subdistrict: Place
    yard: Place
    garden: Place
    zheng: Pairing
    he: Pairing


@pytest.fixture
def office(app: Flask) -> Office:
    """Two cadres in October 2020, whose whole weeks are those of 5, 12 and 19 October."""
    subdistrict = make_subdistrict("甲街道")
    community = make_community(subdistrict, "北社区")
    yard, garden = make_compound(community, "一号院"), make_compound(community, "花园")
    zheng = make_pairing(make_person("郑海"), yard)
    make_pairing(zheng.person, garden, minutes_a_week=120, until=date(2020, 10, 2))
    # Begins within the second of the whole weeks.
    he = make_pairing(make_person("何山"), garden, since=date(2020, 10, 13))
    make_pairing(make_person("从前"), yard, until=date(2020, 9, 30))
    make_pairing(make_person("以后"), yard, since=date(2020, 11, 1))
    confirmed = {"state": VisitState.CONFIRMED}
    # At the first moment, and over the end of the last day.
    make_visit(zheng, starts_at=at(1, 0), minutes=30, **confirmed)
    make_visit(zheng, starts_at=at(31, 23), minutes=120, **confirmed)
    make_visit(zheng, starts_at=at(6, 15), minutes=180, problems_solved=2, what="修好路灯", **confirmed)
    make_visit(zheng, starts_at=at(13, 15), minutes=179, kind=VisitKind.MEDIATION, disputes_mediated=3, **confirmed)
    make_visit(he, starts_at=at(20, 9), minutes=240, disputes_mediated=1, **confirmed)
    # None of these counts: not confirmed, sent back, going on, in another month.
    make_visit(zheng, starts_at=at(14, 9), problems_solved=9)
    make_visit(zheng, starts_at=at(15, 9), state=VisitState.RETURNED, problems_solved=9)
    make_visit(he, starts_at=at(21, 9), minutes=None)
    make_visit(zheng, starts_at=at(30, 23, 59, month=9), **confirmed)
    make_visit(zheng, starts_at=at(1, 0, month=11), **confirmed)
    for person, since, until in (
        (zheng.person, date(2020, 10, 19), date(2020, 10, 25)),
        (he.person, date(2020, 9, 1), date(2020, 10, 1)),
        (he.person, date(2020, 9, 1) - timedelta(days=30), date(2020, 9, 30)),
    ):
        db.session.add(
            Leave(subdistrict_id=subdistrict.id, person_id=person.id, since=since, until=until, reason="年休假")
        )
    elsewhere = make_pairing(zheng.person, make_compound(name="别处"))
    make_visit(elsewhere, starts_at=at(7, 15), minutes=180, **confirmed)
    db.session.flush()
    return Office(subdistrict, yard, garden, zheng, he)


def test_the_figures_of_a_period(office: Office) -> None:
    assert of_subdistrict(office.subdistrict.id, OCTOBER)["duty"] == {
        "cadres": 2,
        "visits": 5,
        "minutes": 30 + 120 + 180 + 179 + 240,
        "problems_solved": 2,
        "disputes_mediated": 4,
        # Zheng's weeks of the 5th (met) and the 12th (a minute short), on leave in the third; He's of the 19th.
        "cadre_weeks_due": 3,
        "cadre_weeks_met": 2,
        "leaves": 2,
    }


def test_without_a_whole_week_nothing_is_due(office: Office) -> None:
    section = duty.of_cadres(office.subdistrict.id, Period(date(2020, 10, 6), date(2020, 10, 11)))
    assert (section["visits"], section["cadre_weeks_due"], section["leaves"]) == (1, 0, 0)
    early = Period(date(2000, 1, 1), date(2000, 12, 31))
    weeks = duty.of_cadres(office.subdistrict.id, early)
    assert weeks["cadres"] == 2, "a pairing without dates was always there"
    assert duty.of_cadres(make_subdistrict("乙街道").id, OCTOBER) == {}


def test_each_figure_is_the_sum_of_its_rows(office: Office) -> None:
    place_id = office.subdistrict.id
    section = duty.of_cadres(place_id, OCTOBER)
    printed = {Figure("duty_minutes" if key == "minutes" else key): value for key, value in section.items()}
    for names in (True, False):
        for figure in VISITED:
            found = listing(duty.visit_rows(place_id, OCTOBER, figure, names=names), order="starts_at")
            assert found.amount == printed[figure]
            assert {row.person for row in found.rows} == ({"郑海", "何山"} if names else {None}) or figure in (
                Figure.PROBLEMS_SOLVED,
            )
            assert not [row.what for row in found.rows if row.what and not names]
        for figure in (Figure.WEEKS_DUE, Figure.WEEKS_MET):
            lines = duty.week_rows(place_id, OCTOBER, figure, names=names)
            assert sliced(lines, order="monday", limit=50).amount == printed[figure]
    cadres = listing(duty.cadre_rows(place_id, OCTOBER), order="person")
    assert [(row.person, row.visits, row.minutes) for row in cadres.rows] == [("何山", 1, 240), ("郑海", 4, 509)]
    assert cadres.amount == printed[Figure.CADRES]
    leaves = listing(duty.leave_rows(place_id, OCTOBER), order="-since")
    assert [(row.person, row.since.isoformat()) for row in leaves.rows] == [
        ("郑海", "2020-10-19"),
        ("何山", "2020-09-01"),
    ]
    assert leaves.amount == printed[Figure.LEAVES]


def test_the_weeks_of_cadres(office: Office) -> None:
    lines = duty.week_rows(office.subdistrict.id, OCTOBER, Figure.WEEKS_DUE, names=True)
    assert [(it.person, it.monday.day, it.minutes, it.pledge, it.standing) for it in lines] == [
        ("何山", 19, 240, 180, Standing.MET),
        ("郑海", 5, 180, 180, Standing.MET),
        ("郑海", 12, 179, 180, Standing.SHORT),
    ]
    found = sliced(lines, order="-monday", limit=1, offset=1)
    assert ([it.monday.day for it in found.rows], found.total, found.amount) == ([12], 3, 3)
    everyone = duty.week_rows(office.subdistrict.id, OCTOBER, Figure.WEEKS_DUE, names=False)
    assert [(it.monday.day, it.number, it.person) for it in everyone] == [(5, 1, None), (12, 1, None), (19, 1, None)]


def test_assignments_as_at_a_day(office: Office) -> None:
    place_id, day = office.subdistrict.id, date(2020, 10, 31)
    assert duty.assignments(place_id, day) == {}
    for number, force in enumerate(Force):
        person = make_person(f"段{number}")
        make_assignment(office.yard, force, person)
        make_assignment(office.garden, force, person, until=date(2020, 10, 30) if force is Force.PATROL else None)
    # A second unit fills no gap, and what begins later isn't there yet.
    make_assignment(office.garden, Force.ENFORCEMENT, unit="派出所", since=day)
    make_assignment(office.garden, Force.PATROL, unit="巡防二队", since=date(2020, 11, 1))
    assert duty.assignments(place_id, day) == {"assignments": 14, "compounds_fully_staffed": 1}
    assert duty.assignments(place_id, date(2020, 10, 30)) == {"assignments": 14, "compounds_fully_staffed": 2}
    for names in (True, False):
        found = listing(duty.assignment_rows(place_id, day, names=names), order="place")
        assert found.amount == 14
        assert (None in {row.person for row in found.rows}) == (not names)
    staffed = listing(duty.staffed_rows(place_id, day), order="around")
    assert [(row.place, row.around, row.people) for row in staffed.rows] == [("一号院", "北社区", 7)]
    office.yard.retired_on = day
    db.session.flush()
    assert duty.assignments(place_id, day) == {"assignments": 7, "compounds_fully_staffed": 0}


def test_more_rows_take_no_more_queries(office: Office, count_queries: COUNT) -> None:
    place_id = office.subdistrict.id

    def asked() -> int:
        db.session.expire_all()
        with count_queries() as queries:
            duty.of_cadres(place_id, OCTOBER)
            duty.assignments(place_id, OCTOBER.last)
            duty.week_rows(place_id, OCTOBER, Figure.WEEKS_DUE, names=True)
            listing(duty.visit_rows(place_id, OCTOBER, Figure.VISITS, names=True), order="starts_at")
        return len(queries)

    make_assignment(office.yard)
    before = asked()
    for number in range(5):
        pairing = make_pairing(make_person(f"干部{number}"), office.garden)
        make_assignment(office.garden, unit=str(number))
        for day in range(1, 28):
            make_visit(pairing, starts_at=at(day, 9), state=VisitState.CONFIRMED)
    assert asked() == before

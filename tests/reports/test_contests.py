"""The figures of contests, and their rows: of closed rounds alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.factories import (
    DECIDING,
    LAST_MOMENT,
    NOTICE,
    make_entry,
    make_judge,
    make_round,
    make_sheet,
    make_vote,
)
from tests.factories import make_building, make_person, make_subdistrict
from volunteer_app import clock
from volunteer_app.contests.models import Channel, EntryState, Round
from volunteer_app.database import db
from volunteer_app.places.models import Place
from volunteer_app.reports.contests import entry_rows, of_contests, round_lines
from volunteer_app.reports.definitions import CONTESTS, Figure
from volunteer_app.reports.figures import of_subdistrict
from volunteer_app.reports.periods import Period
from volunteer_app.reports.rows import listing, sliced

COUNT = Callable[[], AbstractContextManager[list[str]]]

NOVEMBER = Period(date(2020, 11, 1), date(2020, 11, 30))
pytestmark = pytest.mark.now(NOTICE)


def decide(round: Round) -> None:
    """Three entries, two judges, and votes of people and of a household; somebody enters and votes."""
    one, two = make_entry(round, "甲楼"), make_entry(round, "乙楼", person=make_person("顾明"))
    gone = make_entry(round, "退回楼", state=EntryState.RETURNED)
    for judge in (make_judge(round), make_judge(round)):
        make_sheet(judge, one, {"环境卫生": 50, "邻里和睦": 40})
        make_sheet(judge, two, {"环境卫生": 60, "邻里和睦": 35})
    make_vote(one, one.person)
    make_vote(one)
    make_vote(two, annulled_at=clock.now())
    make_vote(two, channel=Channel.CODE, building_id=make_building().id, door="2-301")
    # Neither is a vote for what takes no part any more.
    make_vote(gone)
    make_vote(gone, channel=Channel.CODE, building_id=make_building().id, door="2-301")


@pytest.fixture
def office(app: Flask) -> Place:
    subdistrict = make_subdistrict()
    decide(make_round(subdistrict, "第三期"))
    db.session.commit()
    return subdistrict


def test_a_closed_round(office: Place) -> None:
    assert of_contests(office.id, NOVEMBER) == {
        "rounds": 1,
        "entries": 2,
        "votes": 3,
        "participants": 4,
        # 90 × 70 % + 100 × 30 %; 95 × 70 % + 50 × 30 %.
        "winners": {"第三期": [["甲楼", 93.0], ["乙楼", 81.5]]},
    }
    assert list(of_subdistrict(office.id, NOVEMBER)) == ["contests"]


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [("2020-11-20", "2020-11-20", 1), ("2020-11-01", "2020-11-19", 0), ("2020-11-21", "2020-12-31", 0)],
)
def test_it_belongs_to_the_day_of_its_close(office: Place, first: str, last: str, number: int) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert len(round_lines(office.id, period, Figure.ROUNDS)) == number
    assert of_contests(office.id, period).get("rounds", 0) == number
    assert listing(entry_rows(office.id, period), order="round").total == number * 2


@pytest.mark.parametrize("moment", [DECIDING, LAST_MOMENT])
def test_no_figure_reveals_an_open_round(client: FlaskClient, office: Place, moment: str) -> None:
    with clock.frozen(datetime.fromisoformat(moment)):
        assert of_contests(office.id, NOVEMBER) == {}
        assert of_subdistrict(office.id, NOVEMBER) == {}
        for figure in CONTESTS:
            page = client.get(f"/reports/rows?figure={figure.value}&from=2020-11-01&to=2020-11-30").text
            assert "第三期" not in page
            assert "甲楼" not in page
        assert 'id="contests"' not in client.get("/reports/?from=2020-11-01&to=2020-11-30").text


def test_drafts_and_what_was_cancelled_stay_out(office: Place) -> None:
    for left_out in ({"published_at": None}, {"cancelled_at": clock.now()}):
        decide(make_round(office, **left_out))
    decide(make_round(make_subdistrict("柳浪街道")))
    assert of_contests(office.id, NOVEMBER)["rounds"] == 1


def test_a_round_without_judges_or_votes(office: Place) -> None:
    make_round(office, "空的", number=9)
    only_votes = make_round(office, "只投票", judges_weight=0, voters_weight=100, judging_from=None, judging_until=None)
    make_vote(make_entry(only_votes, "丙楼"))
    section = of_contests(office.id, NOVEMBER)
    assert (section["rounds"], section["entries"], section["votes"], section["participants"]) == (3, 3, 4, 6)
    assert section["winners"] == {"第三期": [["甲楼", 93.0], ["乙楼", 81.5]], "只投票": [["丙楼", 100.0]]}


def test_every_figure_is_the_sum_of_its_rows(office: Place) -> None:
    decide(make_round(office, "第四期", voting_until=date(2020, 11, 19), judging_until=date(2020, 11, 19)))
    section = of_contests(office.id, NOVEMBER)
    for figure in CONTESTS:
        lines = round_lines(office.id, NOVEMBER, figure)
        assert sliced(lines, order="-closed_on", limit=9).amount == section[figure.value]
        assert [line.name for line in lines] == ["第四期", "第三期"], "in the order in which they closed"
    found = listing(entry_rows(office.id, NOVEMBER), order="name")
    assert found.amount == section["entries"]
    assert [row.name for row in found.rows] == ["乙楼", "乙楼", "甲楼", "甲楼"]


def test_more_rounds_take_no_more_queries(office: Place, count_queries: COUNT) -> None:
    with count_queries() as one:
        of_contests(office.id, NOVEMBER)
    for _ in range(2):
        decide(make_round(office))
    db.session.commit()
    db.session.expire_all()
    with count_queries() as three:
        of_contests(office.id, NOVEMBER)
    assert len(one) <= len(three) <= len(one) + 1, "the office itself may be read anew"


def test_the_pages(client: FlaskClient, office: Place) -> None:
    days = "from=2020-11-01&to=2020-11-30"
    page = client.get(f"/reports/?{days}").text
    assert 'id="contests"' in page
    for figure, amount in {"rounds": 1, "entries": 2, "votes": 3, "participants": 4}.items():
        assert f"figure={figure}&amp;" in page
        for order in ("", "&sort=name", "&sort=-name"):
            rows = client.get(f"/reports/rows?figure={figure}&{days}{order}").text
            assert f'<b class="num">{amount}</b>' in rows
            assert "第三期" in rows
    assert "93.00" in rows
    assert "罗玉芬" not in rows

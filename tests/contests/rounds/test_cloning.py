"""Last year's round as next year's draft."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.contests.factories import make_judge, make_round
from tests.factories import make_person, make_subdistrict
from volunteer_app import clock
from volunteer_app.contests.models import Judge, Round
from volunteer_app.contests.rounds import checks, cloning, keeping
from volunteer_app.database import db
from volunteer_app.places.keeping import NameTaken

TODAY = date(2021, 3, 1)

pytestmark = pytest.mark.now("2021-03-01T09:00+08:00")


def judges_of(round: Round) -> list[tuple[str, int | None]]:
    rows = db.session.query(Judge).filter_by(round_id=round.id).order_by(Judge.id)
    return [(judge.label, judge.person_id) for judge in rows]


def test_a_year_of_weeks_later(app: Flask) -> None:
    round = make_round(name="第六期楼栋评比赛", number=6, notice_days=7, winners=5)
    judge = make_judge(round, "评委甲")
    make_judge(round, "评委乙", make_person("何静"), withdrawn_at=clock.now())
    proposal = cloning.proposed(round, today=TODAY)
    assert (proposal.name, proposal.number) == ("第七期楼栋评比赛", 7)
    made = cloning.clone(round, name=proposal.name, number=7, judges=True, today=TODAY, by=None)
    assert made.published_at is None
    assert {name: getattr(made, name) for name in checks.DAYS} == proposal.days
    assert made.entries_from == round.entries_from + timedelta(weeks=52)
    assert [getattr(made, n).weekday() for n in checks.DAYS] == [getattr(round, n).weekday() for n in checks.DAYS]
    for name in ("kind", "subject", "about", "notice_days", "winners", "judges_weight", "vote_unit", "channel"):
        assert getattr(made, name) == getattr(round, name)
    assert keeping.of_round(made) == keeping.of_round(round)
    assert judges_of(made) == [("评委甲", judge.person_id)]


def test_without_its_judges(app: Flask) -> None:
    round = make_round()
    make_judge(round)
    made = cloning.clone(round, name="新的一期", number=None, judges=False, today=TODAY, by=None)
    assert (judges_of(made), made.number) == ([], None)


def test_an_old_round_comes_to_days_ahead(app: Flask) -> None:
    round = make_round(name="2017年晒最美", entries_from=date(2017, 11, 1), entries_until=date(2017, 11, 8))
    proposal = cloning.proposed(round, today=TODAY)
    # Four times 52 weeks.
    assert proposal.days["entries_from"] == date(2021, 10, 27)
    assert proposal.name == "2021年晒最美"


def test_a_name_that_says_no_year(app: Flask) -> None:
    round = make_round(name="晒最美·阳台")
    assert cloning.proposed(round, today=TODAY).name == "晒最美·阳台（2021年）"


def test_a_second_press_makes_no_second_one(app: Flask) -> None:
    round = make_round()
    make_judge(round)
    made = [cloning.clone(round, name="新的一期", number=9, judges=True, today=TODAY, by=None) for _ in range(2)]
    assert made[0].id == made[1].id
    assert len(judges_of(made[0])) == 1
    assert db.session.query(Round).count() == 2


def test_a_second_press_leaves_the_panel_as_it_is_by_now(app: Flask) -> None:
    round = make_round()
    make_judge(round, "评委甲")
    made = cloning.clone(round, name="新的一期", number=9, judges=True, today=TODAY, by=None)
    (judge,) = db.session.query(Judge).filter_by(round_id=made.id)
    judge.label = "评委长"
    db.session.flush()
    assert cloning.clone(round, name="新的一期", number=9, judges=True, today=TODAY, by=None).id == made.id
    assert judges_of(made) == [("评委长", judge.person_id)]


def test_judges_without_a_person_do_not_come_along(app: Flask) -> None:
    round = make_round()
    judge, label, gone = (make_judge(round, f"评委{stem}") for stem in "甲乙丙")
    label.person_id, gone.person.anonymised_at = None, clock.now()
    db.session.flush()
    made = cloning.clone(round, name="新的一期", number=9, judges=True, today=TODAY, by=None)
    assert judges_of(made) == [("评委甲", judge.person_id)]


def test_its_own_name_is_taken(app: Flask) -> None:
    round = make_round()
    with pytest.raises(NameTaken):
        cloning.clone(round, name=round.name, number=9, judges=True, today=TODAY, by=None)


def test_what_an_old_ledger_says_is_brought_within_bounds(app: Flask) -> None:
    round = make_round(make_subdistrict(), notice_days=0, winners=200)
    made = cloning.clone(round, name="新的一期", number=9, judges=False, today=TODAY, by=None)
    assert (made.notice_days, made.winners) == (1, 50)

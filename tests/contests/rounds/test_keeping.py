"""Keeping rounds: what one must be like, and what of it may change when."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.contests.factories import make_entry, make_judge, make_round
from tests.factories import make_subdistrict
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.contests.models import Channel, Criterion, Judge, Round, VoteUnit
from volunteer_app.contests.rounds import checks, keeping, templates
from volunteer_app.contests.rounds.checks import RoundFaulty
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places.keeping import NameTaken

BEFORE = "2020-10-25T09:00+08:00"
ENTERING = "2020-11-05T09:00+08:00"
DECIDING = "2020-11-12T09:00+08:00"
CLOSED = "2020-11-21T00:00+08:00"
"""Moments of the round of ``make_round``."""


def values(**changed: Any) -> dict[str, Any]:
    """Those of a round that can be."""
    template = templates.of_key("courtyard")
    return templates.values(template, since=date(2020, 12, 1), number=1) | changed


def faulty(column: str, /, **changed: Any) -> bool:
    """Whether these values are refused at one column, and at it alone."""
    return list(checks.faults(values(**changed))) == [column]


def test_adding(app: Flask) -> None:
    around = make_subdistrict()
    criteria = templates.of_key("courtyard").criteria
    round = keeping.add(around, values(name=" 第一期  晒最美 "), criteria, by=None)
    assert (round.name, round.published_at, round.revision) == ("第一期 晒最美", None, 0)
    assert keeping.of_round(round) == criteria
    assert trail_of(round) == [("add", {"name": ["", "第一期 晒最美"]})]
    assert keeping.next_number(around) == 2


def test_a_second_press_makes_no_second_one(app: Flask) -> None:
    around, criteria = make_subdistrict(), templates.of_key("courtyard").criteria
    first, second = (keeping.add(around, values(), criteria, by=None) for _ in range(2))
    assert first.id == second.id
    with pytest.raises(NameTaken):
        keeping.add(around, values(winners=5), criteria, by=None)
    assert keeping.add(make_subdistrict(), values(), criteria, by=None).id != first.id


def test_windows_out_of_order() -> None:
    day = timedelta(days=1)
    good = values()
    assert checks.faults(good) == {}
    assert faulty("entries_until", entries_until=good["entries_from"] - day)
    assert faulty("judging_from", judging_from=good["entries_until"])
    assert faulty("voting_from", voting_from=good["entries_until"])
    assert faulty("judging_until", judging_until=good["judging_from"] - day)
    assert faulty("voting_until", voting_until=good["voting_from"] - day)
    assert checks.faults(values(judging_until=good["judging_from"], entries_until=good["entries_from"])) == {}


def test_weights_and_their_windows() -> None:
    none = {"voting_from": None, "voting_until": None}
    assert faulty("judges_weight", judges_weight=60)
    assert faulty("judges_weight", judges_weight=130, voters_weight=-30)
    assert faulty("voting_from", **none)
    assert faulty("voting_until", voting_until=None)
    assert faulty("voting_from", judges_weight=100, voters_weight=0)
    assert checks.faults(values(judges_weight=100, voters_weight=0, **none)) == {}
    assert faulty("judging_from", judges_weight=0, voters_weight=100)
    alone = values(judges_weight=0, voters_weight=100, judging_from=None, judging_until=None)
    assert checks.faults(alone) == {}


@pytest.mark.parametrize(
    ("unit", "channel", "fine"),
    [
        (VoteUnit.HOUSEHOLD, Channel.CODE, True),
        (VoteUnit.RESIDENT, Channel.CODE, False),
        (VoteUnit.RESIDENT, Channel.STAFF, True),
        (VoteUnit.HOUSEHOLD, Channel.STAFF, True),
        (VoteUnit.RESIDENT, Channel.PAPER, False),
    ],
)
def test_unit_and_channel(unit: VoteUnit, channel: Channel, fine: bool) -> None:
    assert (checks.faults(values(vote_unit=unit, channel=channel)) == {}) == fine


def test_numbers_and_names() -> None:
    assert faulty("notice_days", notice_days=0)
    assert faulty("notice_days", notice_days=31)
    assert faulty("winners", winners=0)
    assert faulty("name", name="评" * 61)


@pytest.mark.parametrize(
    ("criteria", "fine"),
    [
        ([("卫生", 60), ("和睦", 40)], True),
        ([("卫生", 60)], True),
        ([], False),
        ([("卫生", 0)], False),
        ([("卫生", 101)], False),
        ([("卫生", 50), ("卫生", 50)], False),
        ([("卫" * 41, 50)], False),
        ([(f"第{n}项", 1) for n in range(31)], False),
    ],
)
def test_criteria(criteria: list[tuple[str, int]], fine: bool) -> None:
    assert (checks.criteria_fault(criteria, judges_weight=70) is None) == fine


def test_no_criteria_without_judges() -> None:
    assert checks.criteria_fault([], judges_weight=0) is None


@pytest.mark.now(DECIDING)
def test_of_a_draft_everything_changes(app: Flask) -> None:
    round = make_round(published_at=None)
    new = values(name="第九期晒最美", vote_unit=VoteUnit.HOUSEHOLD, channel=Channel.CODE, number=9)
    assert keeping.change(round, new, by=None)
    assert keeping.shown(round) == new
    assert (round.revision, [action for action, _changes in trail_of(round)]) == (0, ["change"])
    assert not keeping.change(round, new, by=None)
    assert len(trail_of(round)) == 1


@pytest.mark.now(BEFORE)
def test_before_it_begins_weights_change_too(app: Flask) -> None:
    round = make_round()
    before = round.changed_at
    assert keeping.change(round, {"judges_weight": 60, "voters_weight": 40}, by=None)
    assert (round.revision, round.changed_at) == (0, before)
    assert keeping.change(round, {"entries_from": date(2020, 11, 2)}, by=None)
    assert (round.revision, round.changed_at) == (1, clock.now())
    assert trail_of(round)[-1] == ("change", {"entries_from": ["2020-11-01", "2020-11-02"]})
    with pytest.raises(RoundFaulty):
        keeping.change(round, {"entries_from": date(2020, 10, 24)}, by=None)


@pytest.mark.now(ENTERING)
@pytest.mark.parametrize(
    ("new", "column"),
    [
        ({"judges_weight": 60, "voters_weight": 40}, "judges_weight"),
        ({"vote_unit": VoteUnit.HOUSEHOLD}, "vote_unit"),
        ({"channel": Channel.STAFF}, "channel"),
        ({"paper": True}, "paper"),
        ({"winners": 2}, "winners"),
        ({"entries_from": date(2020, 11, 6)}, "entries_from"),
        ({"entries_until": date(2020, 11, 4)}, "entries_until"),
        ({"notice_days": 4}, "notice_days"),
        ({"entries_until": date(2020, 11, 11)}, "judging_from"),
    ],
)
def test_once_entries_have_begun(app: Flask, new: dict[str, Any], column: str) -> None:
    round = make_round()
    with pytest.raises(RoundFaulty) as refused:
        keeping.change(round, new, by=None)
    assert next(iter(refused.value.faults)) == column
    db.session.refresh(round)
    assert (round.judges_weight, round.revision, trail_of(round)) == (70, 0, [])


@pytest.mark.now(ENTERING)
def test_windows_are_extended(app: Flask) -> None:
    round = make_round()
    new = {
        "name": "第一期楼栋评比赛（延期）",
        "about": "因雨延期",
        "entries_until": date(2020, 11, 15),
        "judging_from": date(2020, 11, 16),
        "voting_from": date(2020, 11, 16),
        "voting_until": date(2020, 11, 25),
        "notice_days": 7,
    }
    assert keeping.change(round, new, by=None)
    assert {name: getattr(round, name) for name in new} == new
    assert round.revision == 1
    # An earlier last day is fine, as long as it isn't over.
    assert keeping.change(round, {"entries_until": date(2020, 11, 5)}, by=None)


@pytest.mark.now(DECIDING)
def test_voting_is_extended_until_the_close(app: Flask) -> None:
    round = make_round()
    assert keeping.change(round, {"voting_until": date(2020, 11, 22)}, by=None)
    with pytest.raises(RoundFaulty):
        keeping.change(round, {"voting_from": date(2020, 11, 13)}, by=None)


@pytest.mark.now(CLOSED)
def test_after_the_close_nothing_changes(app: Flask) -> None:
    round = make_round()
    for act in (
        lambda: keeping.change(round, {"voting_until": date(2020, 11, 22)}, by=None),
        lambda: keeping.change(round, {"name": "改名"}, by=None),
        lambda: keeping.set_criteria(round, [("卫生", 100)], by=None),
        lambda: keeping.cancel(round, "天气", by=None),
    ):
        with pytest.raises(Refused):
            act()
    assert trail_of(round) == []


def test_the_name_of_another_round(app: Flask) -> None:
    round = make_round(published_at=None)
    other = make_round(round.subdistrict, published_at=None)
    with pytest.raises(NameTaken):
        keeping.change(round, {"name": other.name}, by=None)
    assert keeping.change(round, {"name": make_round().name}, by=None)


@pytest.mark.now(BEFORE)
def test_other_criteria(app: Flask) -> None:
    round = make_round()
    kept = {criterion.name: criterion.id for criterion in round.criteria}
    new = [("垃圾分类", 30), ("环境卫生", 50), ("文明养犬", 20)]
    assert keeping.set_criteria(round, new, by=None)
    assert keeping.of_round(round) == new
    assert round.criteria[1].id == kept["环境卫生"]
    assert not keeping.set_criteria(round, new, by=None)
    said = {"criteria": ["环境卫生 60, 邻里和睦 40", "垃圾分类 30, 环境卫生 50, 文明养犬 20"]}
    assert trail_of(round) == [("change", said)]
    with pytest.raises(RoundFaulty):
        keeping.set_criteria(round, [], by=None)


@pytest.mark.now("2020-11-01T00:00+08:00")
def test_criteria_stand_from_the_first_day_on(app: Flask) -> None:
    round = make_round()
    with pytest.raises(Refused):
        keeping.set_criteria(round, [("卫生", 100)], by=None)


@pytest.mark.now("2020-11-10T23:59:59+08:00")
def test_publishing(app: Flask) -> None:
    round = make_round(published_at=None)
    for _ in range(2):
        keeping.publish(round, by=None)
    assert round.published_at == round.changed_at == clock.now()
    assert trail_of(round) == [("publish", {})]


@pytest.mark.now("2020-11-11T00:00+08:00")
def test_its_days_have_passed(app: Flask) -> None:
    with pytest.raises(Refused):
        keeping.publish(make_round(published_at=None), by=None)


def test_a_faulty_draft_is_not_published(app: Flask) -> None:
    round = make_round(published_at=None, judges_weight=60)
    with pytest.raises(RoundFaulty):
        keeping.publish(round, by=None)
    bare = make_round(published_at=None)
    db.session.query(Criterion).filter_by(round_id=bare.id).delete()
    db.session.expire(bare, ["criteria"])
    with pytest.raises(RoundFaulty) as refused:
        keeping.publish(bare, by=None)
    assert list(refused.value.faults) == ["criteria"]


@pytest.mark.now(DECIDING)
def test_cancelling(app: Flask) -> None:
    round = make_round()
    for reason in (" ", "因" * 101):
        with pytest.raises(BadInput):
            keeping.cancel(round, reason, by=None)
    keeping.cancel(round, " 报名的楼栋太少 ", by=None)
    assert (round.cancelled_at, round.cancel_reason, round.revision) == (clock.now(), "报名的楼栋太少", 1)
    assert trail_of(round) == [("cancel", {})]
    with pytest.raises(Refused):
        keeping.cancel(round, "又一次", by=None)
    with pytest.raises(Refused):
        keeping.change(round, {"name": "改名"}, by=None)
    with pytest.raises(Refused):
        keeping.cancel(make_round(published_at=None), "草稿", by=None)


def test_discarding(app: Flask) -> None:
    round = make_round(published_at=None)
    make_judge(round)
    keeping.discard(round, by=None)
    assert [db.session.query(table).count() for table in (Round, Criterion, Judge)] == [0, 0, 0]
    published = make_round()
    make_entry(published)
    with pytest.raises(Refused):
        keeping.discard(published, by=None)

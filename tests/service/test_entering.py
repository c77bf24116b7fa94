"""Records by hand: approved by a second person, never overlapping, corrected by a new row."""

from datetime import datetime, timedelta

import pytest

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people.models import FamilyMember, Role
from volunteer_app.service import entering, records
from volunteer_app.service.entering import Entry, EntryFaulty
from volunteer_app.service.models import RecordState, ServiceRecord
from volunteer_app.workdays import SpecialDay, SpecialKind

from ..factories import Cast, make_account
from .service import on_duty, served

pytestmark = pytest.mark.usefixtures("app")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def entry(begun: str = "2020-11-20T14:00", minutes: int = 60, content: str = "送餐", **values: object) -> Entry:
    return Entry(content=content, starts_at=at(begun), ends_at=at(begun) + timedelta(minutes=minutes), **values)


def entered(cast: Cast, it: Entry | None = None, key: str = "k") -> ServiceRecord:
    """By the leader, for the volunteer."""
    row = entering.enter(
        cast.volunteer.person, it or entry(team=cast.team), subdistrict=cast.subdistrict, key=key, by=cast.leader.id
    )
    db.session.commit()
    assert row is not None
    return row


def counted(cast: Cast) -> list[tuple[str, int]]:
    return [(it.content, it.minutes) for it in records.of(cast.volunteer.person)]


def test_it_counts_once_a_second_person_approved_it(cast: Cast) -> None:
    row = entered(cast)
    assert (row.unit, row.in_charge, row.minutes, row.late) == ("云台里志愿服务队", "赵建国", 60, False)
    assert counted(cast) == []
    for account in (cast.leader, cast.volunteer):
        with pytest.raises(Refused, match="second person"):
            entering.approve(row, by=account)
    with pytest.raises(Refused, match="second person"):
        entering.refuse(row, "没有", by=cast.leader)
    for account in (cast.secretary, cast.officer):
        entering.approve(row, by=account)
    assert (row.decided_by_id, row.decided_at) == (cast.secretary.id, clock.now())
    assert counted(cast) == [("送餐", 60)]
    acts = db.session.query(AuditEntry).filter_by(subject="service_record").order_by(AuditEntry.id)
    assert [(it.action, it.account_id) for it in acts] == [("enter", cast.leader.id), ("approve", cast.secretary.id)]
    with pytest.raises(Refused, match="approved it already"):
        entering.refuse(row, "没有", by=cast.officer)


def test_a_second_login_of_the_same_person_is_no_second_person(cast: Cast) -> None:
    row = entered(cast)
    twin = make_account("替身", Role.OFFICER, place=cast.subdistrict)
    twin.person_id = cast.leader.person_id
    db.session.flush()
    with pytest.raises(Refused, match="second person"):
        entering.approve(row, by=twin)


def test_nobody_decides_on_their_family(cast: Cast) -> None:
    row = entered(cast)
    relative = make_account("孙宁", Role.OFFICER, place=cast.subdistrict)
    db.session.add(FamilyMember(account_id=cast.volunteer.id, person_id=relative.person_id, since=clock.now()))
    db.session.flush()
    for decide in (lambda: entering.approve(row, by=relative), lambda: entering.refuse(row, "没有", by=relative)):
        with pytest.raises(Refused, match="your family"):
            decide()
    entering.approve(row, by=cast.secretary)
    assert row.decided_by_id == cast.secretary.id


def test_the_same_form_enters_one(cast: Cast) -> None:
    entered(cast)
    again = entering.enter(cast.volunteer.person, entry(), subdistrict=cast.subdistrict, key="k", by=cast.leader.id)
    assert again is None
    assert db.session.query(ServiceRecord).count() == 1


def test_refused_for_a_reason(cast: Cast) -> None:
    row = entered(cast)
    with pytest.raises(EntryFaulty) as faulty:
        entering.refuse(row, " ", by=cast.secretary)
    assert faulty.value.field == "reason"
    entering.refuse(row, "没有凭据", by=cast.secretary)
    entering.refuse(row, "又一次", by=cast.officer)
    assert (row.state, row.reason, row.decided_by_id) == (RecordState.REFUSED, "没有凭据", cast.secretary.id)
    with pytest.raises(Refused, match="refused it already"):
        entering.approve(row, by=cast.officer)
    # What was refused takes no time.
    entered(cast, key="again")


@pytest.mark.parametrize(
    ("it", "field"),
    [
        (entry(content=" "), "content"),
        (entry(minutes=0), "ends"),
        (entry(minutes=-5), "ends"),
        (entry("2020-11-25T08:00", 31), "ends"),
        (entry("2020-11-20T08:00", 24 * 60 + 1), "ends"),
        (
            Entry(content="送餐", starts_at=at("2020-11-20T08:00"), ends_at=at("2020-11-20T09:00"), minutes=61),
            "minutes",
        ),
        (Entry(content="送餐", starts_at=at("2020-11-20T08:00"), ends_at=at("2020-11-20T09:00"), minutes=0), "minutes"),
    ],
)
def test_what_cant_be_entered(cast: Cast, it: Entry, field: str) -> None:
    with pytest.raises(EntryFaulty) as faulty:
        entered(cast, it)
    assert faulty.value.field == field


def test_an_overlap_is_refused_and_both_are_named(cast: Cast) -> None:
    served(cast, cast.volunteer.person, "清洁楼道", "2020-11-04T19:00", 90)
    db.session.commit()
    for begun, minutes in (("2020-11-04T18:30", 31), ("2020-11-04T20:29", 60), ("2020-11-04T19:10", 5)):
        with pytest.raises(Refused, match="“送餐” overlaps with “清洁楼道”"):
            entered(cast, entry(begun, minutes))
        db.session.rollback()
    # Right before and right after it's free.
    before, after = entered(cast, entry("2020-11-04T18:00", 60)), entered(cast, entry("2020-11-04T20:30"), "after")
    with pytest.raises(Refused, match="“植树” overlaps with “送餐”"):
        entered(cast, entry("2020-11-04T18:59", 1, "植树"), "other")
    db.session.rollback()
    entering.approve(before, by=cast.secretary)
    entering.refuse(after, "没有", by=cast.secretary)
    db.session.commit()
    with pytest.raises(Refused, match="“植树” overlaps with “送餐”"):
        entered(cast, entry("2020-11-04T18:59", 1, "植树"), "other")
    db.session.rollback()
    entered(cast, entry("2020-11-04T20:30", 1, "植树"), "other")


def test_an_attendance_of_any_kind_takes_its_time(cast: Cast) -> None:
    on_duty(cast, cast.volunteer.person)
    db.session.commit()
    with pytest.raises(Refused, match="值守日"):
        entered(cast, entry("2020-11-20T09:30"))
    db.session.rollback()
    # Somebody else's doesn't.
    served(cast, cast.leader.person, "植树", "2020-11-20T14:00")
    entered(cast)


def test_an_overlap_that_came_meanwhile_is_refused_at_approval(cast: Cast) -> None:
    row = entered(cast)
    served(cast, cast.volunteer.person, "植树", "2020-11-20T14:30")
    with pytest.raises(Refused, match="植树"):
        entering.approve(row, by=cast.secretary)


@pytest.mark.parametrize(
    ("today", "late"), [("2020-10-15T20:00", False), ("2020-10-16T08:00", True), ("2020-09-25T20:00", False)]
)
def test_late_after_ten_working_days(cast: Cast, today: str, late: bool) -> None:
    # 2020-09-25 and ten working days: 2020-10-15 [domain rules].
    with clock.frozen(at(today)):
        assert entered(cast, entry("2020-09-25T18:00")).late is late


@pytest.mark.parametrize(
    ("entered_on", "corrected_on", "to", "late"),
    [
        ("2020-09-26T08:00", "2020-10-15T20:00", "2020-09-25T18:30", (False, False)),
        ("2020-09-26T08:00", "2020-10-16T08:00", "2020-09-25T18:30", (False, True)),
        # What was meant was a later day.
        ("2020-10-16T08:00", "2020-10-16T09:00", "2020-10-12T18:00", (True, False)),
    ],
)
def test_each_is_late_by_its_own_dates(
    cast: Cast, entered_on: str, corrected_on: str, to: str, late: tuple[bool, bool]
) -> None:
    with clock.frozen(at(entered_on)):
        row = entered(cast, entry("2020-09-25T18:00"))
        entering.approve(row, by=cast.secretary)
    with clock.frozen(at(corrected_on)):
        correction = entering.correct(row, entry(to), "时间写错了", key="c", by=cast.leader.id)
    assert correction is not None
    assert (row.late, correction.late) == late


def test_an_offices_own_holiday_moves_it(cast: Cast) -> None:
    db.session.add(SpecialDay(day=at("2020-10-12T00:00").date(), kind=SpecialKind.HOLIDAY, name="社区日"))
    with clock.frozen(at("2020-10-16T08:00")):
        assert not entered(cast, entry("2020-09-25T18:00")).late


def test_a_correction_replaces_once_it_is_approved(cast: Cast) -> None:
    row = entered(cast)
    with pytest.raises(Refused, match="Only what was approved"):
        entering.correct(row, entry(minutes=30), "早退", key="c", by=cast.leader.id)
    db.session.rollback()
    entering.approve(row, by=cast.secretary)
    with pytest.raises(EntryFaulty):
        entering.correct(row, entry(minutes=30), " ", key="c", by=cast.leader.id)
    new = entering.correct(row, entry(minutes=30), "早退", key="c", by=cast.leader.id)
    assert new is not None
    assert (new.replaces_id, new.reason, new.state) == (row.id, "早退", RecordState.WAITING)
    assert entering.correct(row, entry(minutes=30), "早退", key="c", by=cast.leader.id) is None
    with pytest.raises(Refused, match="corrected it already"):
        entering.correct(row, entry(minutes=20), "又早退", key="d", by=cast.leader.id)
    db.session.commit()
    assert counted(cast) == [("送餐", 60)]
    entering.approve(new, by=cast.secretary)
    assert counted(cast) == [("送餐", 30)]
    assert (row.state, row.minutes) == (RecordState.APPROVED, 60)
    assert entering.replaced_by([row]) == {row.id: new}


def test_what_a_refused_correction_was_about_can_be_corrected_anew(cast: Cast) -> None:
    row = entered(cast)
    entering.approve(row, by=cast.secretary)
    new = entering.correct(row, entry(minutes=30), "早退", key="c", by=cast.leader.id)
    assert new is not None
    entering.refuse(new, "没有早退", by=cast.secretary)
    assert counted(cast) == [("送餐", 60)]
    assert entering.correct(row, entry(minutes=40), "早退", key="d", by=cast.leader.id) is not None


def test_who_finds_what_waits(cast: Cast) -> None:
    of_team = entered(cast)
    of_none = entered(cast, entry("2020-11-21T14:00", unit="红十字会"), "none")
    done = entered(cast, entry("2020-11-22T14:00"), "done")
    entering.approve(done, by=cast.secretary)
    db.session.flush()
    liaison = make_account("丁一", Role.LIAISON, place=cast.compound)
    for account in (cast.secretary, cast.officer, cast.administrator, liaison):
        assert db.session.scalars(entering.waiting(account, cast.subdistrict)).all() == [of_team, of_none]
    for account in (cast.leader, cast.outsider, cast.volunteer):
        assert db.session.scalars(entering.waiting(account, cast.subdistrict)).all() == []
    assert db.session.scalars(entering.waiting(cast.officer, cast.elsewhere)).all() == []

"""Leave: no two overlap, and a week without it is due again."""

from datetime import date

import pytest
from flask import Flask

from tests.factories import Cast, make_pairing
from volunteer_app.audit.models import AuditEntry
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.duty import leaves, own
from volunteer_app.duty.hours import EntryFaulty
from volunteer_app.duty.models import Leave
from volunteer_app.duty.quota import Standing

MONDAY, SUNDAY = date(2020, 11, 16), date(2020, 11, 22)


def test_entered_once_and_taken_away(app: Flask, cast: Cast) -> None:
    person = make_pairing(cast.volunteer.person, cast.compound).person
    first, second = (leaves.add(person, cast.subdistrict, MONDAY, SUNDAY, " 病假 ", by=None) for _ in range(2))
    assert first is second
    assert (first.reason, leaves.of(person, SUNDAY), leaves.of(person, date(2020, 11, 23))) == ("病假", [first], [])
    standings = {it.week: it.standing for it in own.weeks(person, cast.subdistrict)}
    assert standings[Week(MONDAY)] is Standing.ON_LEAVE
    leaves.remove(first, by=None)
    standings = {it.week: it.standing for it in own.weeks(person, cast.subdistrict)}
    assert (standings[Week(MONDAY)], len(standings)) == (Standing.SHORT, 12)
    said = db.session.query(AuditEntry).filter(AuditEntry.subject == "leave").order_by(AuditEntry.id)
    assert [row.action for row in said] == ["add", "remove"]


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (date(2020, 11, 22), date(2020, 11, 25), "since"),
        (date(2020, 11, 10), date(2020, 11, 16), "since"),
        (date(2020, 11, 17), date(2020, 11, 17), "since"),
        (date(2020, 11, 16), date(2020, 11, 23), "since"),
        (date(2020, 11, 26), date(2020, 11, 25), "until"),
        (date(2020, 11, 23), date(2020, 11, 23), None),
        (date(2020, 11, 15), date(2020, 11, 15), "since"),
        (date(2020, 11, 10), date(2020, 11, 12), "since"),
    ],
)
def test_no_two_overlap(sqlite_app: Flask, cast: Cast, since: date, until: date, field: str | None) -> None:
    person = cast.volunteer.person
    leaves.add(person, cast.subdistrict, MONDAY, SUNDAY, by=None)
    if field is None:
        leaves.add(person, cast.subdistrict, since, until, by=None)
        assert db.session.query(Leave).count() == 2
        return
    with pytest.raises(EntryFaulty) as raised:
        leaves.add(person, cast.subdistrict, since, until, by=None)
    assert (raised.value.field, db.session.query(Leave).count()) == (field, 1)


def test_anothers_leave_is_in_nobodys_way(sqlite_app: Flask, cast: Cast) -> None:
    leaves.add(cast.volunteer.person, cast.subdistrict, MONDAY, SUNDAY, by=None)
    leaves.add(cast.leader.person, cast.subdistrict, MONDAY, SUNDAY, by=None)
    assert db.session.query(Leave).count() == 2

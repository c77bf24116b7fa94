"""anonymise: run each day."""

from datetime import datetime, timedelta

from tests.factories import make_activity, make_attendance, make_person
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db

LONG_AGO = datetime.fromisoformat("2019-01-05T09:00+08:00")


def old_guest(name: str):
    person = make_person(name, created_at=LONG_AGO - timedelta(days=1))
    make_attendance(make_activity(starts_at=LONG_AGO, state=ActivityState.HELD), person)
    return person


def test_it_says_how_many_and_again_none(run):
    person = old_guest("王小明")
    assert run("anonymise", "--dry-run").stdout == "1 person would be anonymised.\n"
    assert person.name == "王小明"
    assert run("anonymise").stdout == "1 person was anonymised.\n"
    assert (person.name, person.phone, person.anonymised_at) == ("已匿名", None, clock.now())
    assert run("anonymise").stdout == "0 people were anonymised.\n"
    entries = db.session.query(AuditEntry).filter_by(action="anonymise").all()
    assert [(it.door, it.account_id, it.changes) for it in entries] == [("command", None, {"people": [0, 1]})]


def test_how_long_is_a_setting(run, monkeypatch):
    person = old_guest("王小明")
    monkeypatch.setenv("VOLUNTEER_KEPT_MONTHS", "36")
    assert run("anonymise").stdout == "0 people were anonymised.\n"
    assert person.name == "王小明"

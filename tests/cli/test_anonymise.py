"""anonymise: run each day."""

from datetime import datetime, timedelta

from tests.contests.factories import make_judge, make_round
from tests.factories import make_activity, make_attendance, make_person, make_team
from volunteer_app import clock
from volunteer_app.activities.attendance import evidence
from volunteer_app.activities.models import ActivityState, SheetPhoto
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Objection, ObjectionState
from volunteer_app.contests.role_models.models import RoleModel
from volunteer_app.database import db
from volunteer_app.photos.models import Photo
from volunteer_app.photos.taking import Taken

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


def test_judges_and_role_models_keep_their_names_and_who_objected_does_not(run):
    judge, model = old_guest("卢志远"), old_guest("邓红")
    contest = make_round(published_at=LONG_AGO, changed_at=LONG_AGO)
    make_judge(contest, person=judge)
    about = {"subdistrict_id": contest.subdistrict_id, "place_id": contest.subdistrict_id, "person_id": model.id}
    db.session.add(RoleModel(**about, title="最美志愿者", story="天天扫楼道", nominated_on=LONG_AGO.date()))
    said = {"round_id": contest.id, "name": "段平", "phone": "13900000009", "text": "票数不对", "made_at": LONG_AGO}
    answered, waiting = Objection(**said, state=ObjectionState.DISMISSED), Objection(**said)
    db.session.add_all([answered, waiting])
    assert run("anonymise").stdout == "0 people were anonymised.\n"
    assert (judge.name, model.name) == ("卢志远", "邓红")
    assert (answered.name, answered.phone, answered.text) == ("已匿名", "", "票数不对")
    assert (waiting.name, waiting.phone) == ("段平", "13900000009")


def test_photos_of_sheets_go_with_their_files(app, run):
    team = make_team()
    uploads = app.config["SETTINGS"].instance / "uploads"
    for starts_at in (LONG_AGO, clock.now() - timedelta(days=30)):
        activity = make_activity(team, starts_at=starts_at, state=ActivityState.HELD)
        evidence.add(activity, Taken(large=b"large", small=b"small", width=4, height=2), uploads, by=None)
    old, _ = db.session.query(SheetPhoto).order_by(SheetPhoto.id)
    old_id, office = old.id, old.activity.subdistrict_id
    assert run("anonymise", "--dry-run").stdout == (
        "0 people would be anonymised.\n1 photo of a signed sheet would be removed.\n"
    )
    assert (db.session.query(SheetPhoto).count(), len(list(uploads.rglob("*.jpg")))) == (2, 4)
    assert run("anonymise").stdout == "0 people were anonymised.\n1 photo of a signed sheet was removed.\n"
    left = db.session.query(SheetPhoto).one()
    names = sorted(path.name for path in uploads.rglob("*.jpg"))
    assert names == sorted([f"{left.photo.name}.jpg", f"{left.photo.name}-small.jpg"])
    assert db.session.query(Photo).count() == 1
    entry = db.session.query(AuditEntry).filter_by(action="remove").one()
    assert (entry.subject, entry.subject_id, entry.place_id, entry.door) == ("sheet_photo", old_id, office, "command")
    assert run("anonymise").stdout == "0 people were anonymised.\n"

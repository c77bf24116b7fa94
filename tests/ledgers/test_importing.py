"""One command is one transaction: planned while nobody waits, entered under the lock, all or nothing."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import make_account, make_compound, make_person
from volunteer_app import create_app
from volunteer_app.activities.models import Activity, Attendance
from volunteer_app.audit import trail
from volunteer_app.audit.models import AuditEntry
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.ledgers import importing
from volunteer_app.ledgers.faults import LedgersRefused
from volunteer_app.ledgers.outcomes import Outcome, Plan
from volunteer_app.ledgers.reading import Source
from volunteer_app.people.models import Person
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.teams.models import Team

from .books import (
    ATTENDANCE,
    CAME,
    CHOIR,
    DATA,
    GUARD,
    OFFICE,
    OFFICE_ROW,
    SUNG,
    TEAMS,
    attendance,
    bring,
    changes,
    look,
    outcomes,
    places,
    plan_of,
    teams,
)


def test_faults_write_nothing(app: Flask) -> None:
    planned = look(OFFICE, teams(CHOIR, [*GUARD[:2], "?", *GUARD[3:]]))
    with pytest.raises(LedgersRefused) as caught:
        importing.enter(planned, by=None)
    db.session.rollback()
    assert str(caught.value) == "The ledgers have faults (1); nothing was written."
    assert [fault.column for fault in caught.value.faults] == ["类别"]
    assert db.session.query(Place).count() == 0


def test_an_unknown_subdistrict(sqlite_app: Flask) -> None:
    with pytest.raises(BadInput, match="There's no sub-district 无名街道: import its 01-places first"):
        look(teams(CHOIR), subdistrict="无名街道")


def test_the_trail_knows_who_imported_what(app: Flask) -> None:
    by = make_account("钱晓岚").id
    bring(OFFICE, teams(CHOIR), by=by)
    bring(teams([*CHOIR[:13], "合唱与朗诵"]), by=by)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.subject, entry.account_id, entry.reason) for entry in entries] == [
        ("import", "place", by, ""),
        ("import", "place", by, ""),
        ("correct", "team", by, "台账更正"),
    ]
    assert [sheet["changed"] for sheet in entries[1].changes["sheets"]] == [1]
    assert len({entry.place_id for entry in entries}) == 1


def test_the_fresh_plan_counts_and_not_the_old_one(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    planned = look(teams(CHOIR, GUARD))
    bring(teams(GUARD))
    entered = importing.enter(planned, by=None)
    db.session.commit()
    assert outcomes(planned) == [("队伍", 1, 0, 1, 0, 0)]
    assert outcomes(entered) == [("队伍", 0, 0, 2, 0, 0)]
    assert db.session.query(Team).count() == 2


def test_what_was_changed_in_between_may_be_a_fault(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG, [*SUNG[:3], "云台志愿服务队", *SUNG[4:]]))
    planned = look(attendance([*CAME[:1], "云台志愿服务队", *CAME[2:]]))
    bring(attendance(CAME))
    with pytest.raises(LedgersRefused):
        importing.enter(planned, by=None)
    db.session.rollback()
    assert db.session.query(Attendance).count() == 1


def test_only_what_was_agreed_to_is_entered(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    planned = look(teams(CHOIR, GUARD))
    agreed = planned.digest
    assert agreed == look(teams(CHOIR, GUARD)).digest
    assert agreed != look(teams(GUARD, CHOIR)).digest
    bring(teams([*CHOIR[:13], "朗诵"]))
    with pytest.raises(importing.PlanChanged):
        importing.enter(planned, by=None, expected=agreed)
    db.session.rollback()
    fresh = look(teams(CHOIR, GUARD))
    assert changes(fresh) == [{"服务内容": ("朗诵", "合唱")}]
    assert importing.enter(fresh, by=None, expected=fresh.digest).total(Outcome.ADDED) == 1
    db.session.commit()


def test_somebody_else_writes_the_same_rows(app: Flask) -> None:
    """A page writes no entry of the trail for this person: the database's own constraint tells."""
    bring(OFFICE)
    planned = look(teams(CHOIR))
    make_person("赵建国", "19900000001")
    db.session.commit()
    assert trail.position() == planned.position
    db.session.rollback()
    importing.enter(planned, by=None)
    db.session.commit()
    assert db.session.query(Person).count() == 1
    assert db.session.scalars(select(Team.leader_id)).one() == db.session.scalars(select(Person.id)).one()


def test_it_gives_up_when_others_never_stop(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(OFFICE)
    planned = look(teams(CHOIR))
    positions = iter(range(planned.position + 1, planned.position + 100))
    monkeypatch.setattr(trail, "position", lambda: next(positions))
    monkeypatch.setattr(importing, "apply", lambda *_args, **_options: (_ for _ in ()).throw(CONFLICT))
    with pytest.raises(Refused, match="Others are changing the same rows"):
        importing.enter(planned, by=None)
    db.session.rollback()


CONFLICT = importing.IntegrityError("insert", {}, Exception("duplicate key"))


def at_once(app: Flask, *imports: Sequence[Source]) -> list[Plan | LedgersRefused]:
    """Plan each import in a thread of its own; when all are planned, enter them at the same time."""
    started, results = threading.Barrier(len(imports)), []

    def run(sources: Sequence[Source]) -> None:
        with app.app_context():
            planned = look(*sources)
            started.wait()
            try:
                results.append(importing.enter(planned, by=None))
                db.session.commit()
            except LedgersRefused as refused:
                results.append(refused)
                db.session.rollback()

    threads = [threading.Thread(target=run, args=(sources,)) for sources in imports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_imports_at_once(app: Flask) -> None:
    bring(OFFICE)
    entered = at_once(app, *[[teams(CHOIR, GUARD)]] * 2)
    assert sorted(outcomes(plan)[0][1:4] for plan in entered) == [(0, 0, 2), (2, 0, 0)]
    assert db.session.query(Team).count() == 2


def test_the_first_two_imports_at_once(app: Flask) -> None:
    """Both would make the district, and the same people."""
    there = [["柳浪街道", *OFFICE_ROW[1:]], [*CHOIR, "柳浪街道"]]
    entered = at_once(
        app,
        [OFFICE, teams([*CHOIR, "青云街道"], header=[*TEAMS, "街道"])],
        [places(there[0]), teams(there[1], header=[*TEAMS, "街道"])],
    )
    assert [plan.total(Outcome.ADDED) for plan in entered] == [2, 2]
    assert db.session.query(Place).filter_by(kind=PlaceKind.DISTRICT).count() == 1
    assert db.session.query(Person).count() == 1
    assert db.session.query(Team).count() == 2


def test_nobody_is_at_two_places_after_two_imports_at_once(app: Flask) -> None:
    offices = ("青云街道", "柳浪街道")
    for office in offices:
        bring(places([office, *OFFICE_ROW[1:]]))
        bring(teams(CHOIR), plan_of(SUNG), subdistrict=office)
    header = [*ATTENDANCE, "街道"]
    entered = at_once(app, *[[attendance([*CAME, office], header=header)] for office in offices])
    assert {type(each) for each in entered} == {Plan, LedgersRefused}
    assert db.session.query(Attendance).count() == 1


def test_planning_holds_no_lock(app: Flask) -> None:
    bring(OFFICE)
    waited = []

    def write() -> None:
        with app.app_context():
            make_compound(name="新院")
            db.session.commit()

    def meanwhile(_done: int, _total: int) -> None:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(5)
        waited.append(thread.is_alive())

    planned = importing.prepare([teams(CHOIR)], watch=meanwhile)
    assert waited == [False]
    assert planned.total(Outcome.ADDED) == 1


def test_the_number_of_statements_does_not_grow(sqlite_app: Flask, count_queries) -> None:
    bring(OFFICE)
    made = []
    for number in (1, 2, 30):
        rows = [
            [*CHOIR[:1], f"第{number}批{n}队", *CHOIR[2:6], f"199{number:02}{n:06}", *CHOIR[7:]] for n in range(number)
        ]
        with count_queries() as statements:
            bring(teams(*rows))
        made.append(len(statements))
    # The first one makes the venue too.
    assert made[2] == made[1]


@pytest.mark.parametrize("moment", ["locked", "written", "committed"])
def test_a_killed_import_leaves_the_database_as_before_or_as_after(
    database_url: str, tmp_path: Path, now: datetime, moment: str
) -> None:
    """Killed with the lock just taken, with everything written, and when all is done: never in between."""
    environment = os.environ | {
        "VOLUNTEER_DATABASE_URL": database_url,
        "VOLUNTEER_INSTANCE": str(tmp_path),
        "VOLUNTEER_CLOCK": "2026-11-25T08:30+08:00",
    }
    # The child says where it is and waits there until it's killed.
    code = (
        "import sys\n"
        "from volunteer_app.cli import main\n"
        "from volunteer_app.database import db\n"
        "from volunteer_app.ledgers import importing\n"
        "take, commit = importing._take_lock, db.session.commit\n"
        "def here(moment):\n"
        f"    if moment == {moment!r}:\n"
        "        print(moment, flush=True)\n"
        "        sys.stdin.read()\n"
        "def taken():\n"
        "    take()\n"
        "    here('locked')\n"
        "def committed():\n"
        "    here('written')\n"
        "    commit()\n"
        "    here('committed')\n"
        "importing._take_lock, db.session.commit = taken, committed\n"
        f"main(['import', {str(DATA / 'anhe')!r}])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{moment}\n"
        process.send_signal(signal.SIGKILL)
    assert _counted(database_url, tmp_path) == (EVERYTHING if moment == "committed" else NOTHING)


NOTHING = (0, 0, 0)
# District, sub-district, 4 communities, 27 compounds, 115 buildings, and the venues of the teams.
EVERYTHING = (148 + 37, 2709, 31505)


def _counted(database_url: str, instance: Path) -> tuple[int, int, int]:
    app = create_app(Settings(instance=instance, database_url=database_url, secret_key="x" * 40))
    with app.app_context():
        counts = tuple(
            db.session.scalar(select(func.count()).select_from(table)) for table in (Place, Activity, Attendance)
        )
        db.session.remove()
        db.engine.dispose()
    return counts

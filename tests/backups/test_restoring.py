"""A backup restored: the same rows and files on either kind of database, all of them or none."""

import itertools
import json
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, Table, func, select, text

from tests.factories import make_activity, make_attendance, make_subdistrict
from tests.reports.neighbourhood import OCTOBER, Neighbourhood
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.backups import archive, making, rows
from volunteer_app.backups.archive import Manifest
from volunteer_app.cli import schema
from volunteer_app.database import Base, db
from volunteer_app.errors import Problem, Refused
from volunteer_app.people.models import Person
from volunteer_app.places.models import Place
from volunteer_app.reports.figures import of_subdistrict
from volunteer_app.service.models import ServiceRecord
from volunteer_app.teams.models import Team

from .conftest import KINDS, Instance

Make = Callable[[str], Instance]


def content() -> dict[str, list[tuple[object, ...]]]:
    """All rows of the present database, as the models read them."""
    tables = Base.metadata.sorted_tables
    found = {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key))]
        for table in tables
    }
    db.session.rollback()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The files of an instance beside its database."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "sqlite3" not in file.name
    }


@pytest.mark.parametrize("kind", KINDS)
def test_everything_comes_back_on_either_kind_of_database(
    here: Neighbourhood, folder: Path, tmp_path: Path, make_instance: Make, kind: str
) -> None:
    made = making.make(tmp_path / "backup.zip", instance=folder)
    before = content()
    place_id = here.subdistrict.id
    figures = of_subdistrict(place_id, OCTOBER)
    other = make_instance(kind)
    assert other.restore(tmp_path / "backup.zip") == made
    assert made.rows == sum(len(found) for found in before.values())
    assert (made.files, made.secret) == (1, True)
    with other.app.app_context():
        assert content() == before
        assert of_subdistrict(place_id, OCTOBER) == figures
        db.session.rollback()
        with db.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        # New rows go on with new ids, and are checked as ever.
        assert make_subdistrict("乙街道").id == max(row[0] for row in before["place"]) + 1
        if kind == "sqlite":
            assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        db.session.rollback()
    assert (other.folder / "secret").read_text("ascii") == "a secret of this instance"
    assert (other.folder / "uploads" / "token" / "0").read_bytes() == b"\x00ledger\xff"
    for file in (other.folder / "secret", other.folder / "uploads" / "token" / "0"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(other.folder.glob(".restoring*"))


def test_what_is_written_meanwhile_is_in_it_wholly_or_not_at_all(
    app: Flask,
    here: Neighbourhood,
    folder: Path,
    tmp_path: Path,
    make_instance: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before each table is read somebody else commits an activity with its shift, a person and an attendance."""
    before = content()
    whole, team_id, minutes = rows.lines, here.wardens.id, itertools.count(1)

    def write() -> None:
        with app.app_context():
            starts_at = OCTOBER.starts_at + timedelta(minutes=next(minutes))
            make_attendance(make_activity(db.session.get(Team, team_id), starts_at=starts_at))
            db.session.commit()
            db.session.remove()

    def lines(connection: Connection, table: Table) -> Iterator[bytes]:
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        return whole(connection, table)

    monkeypatch.setattr(rows, "lines", lines)
    making.make(tmp_path / "backup.zip", instance=folder)
    assert len(content()["attendance"]) == len(before["attendance"]) + len(before)
    other = make_instance("sqlite")
    other.restore(tmp_path / "backup.zip")
    with other.app.app_context():
        assert content() == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_backup_is_brought_up_to_date(
    app: Flask, here: Neighbourhood, folder: Path, tmp_path: Path, make_instance: Make, kind: str
) -> None:
    making.make(tmp_path / "backup.zip", instance=folder)
    old = make_instance(kind)
    with old.app.app_context(), db.engine.begin() as connection:
        schema.migrate(connection, "0001")
        tables = {table.name: table for table in rows.tables(connection, Base.metadata.tables)}
        with archive.opened(tmp_path / "backup.zip") as source:
            parts = Manifest.read(source).tables
            for name in ("person", "place", "team", "theme", "activity"):
                columns, found = parts[name].columns, source.read(f"tables/{name}.jsonl").splitlines()
                kept = [number for number, column in enumerate(columns) if column in tables[name].c]
                lines = (json.dumps([json.loads(line)[number] for number in kept]).encode() for line in found)
                rows.load(connection, tables[name], [columns[number] for number in kept], lines)
    with old.app.app_context():
        made = making.make(tmp_path / "old.zip", instance=old.folder)
    assert (made.revision, "receipt" in made.tables, "closed_at" in made.tables["activity"].columns) == (
        "0001",
        False,
        False,
    )
    other = make_instance(kind)
    other.restore(tmp_path / "old.zip")
    with other.app.app_context():
        with db.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        held = db.session.scalars(select(Activity).where(Activity.state == ActivityState.HELD)).all()
        assert {it.closed_at == it.ends_at for it in held} == {True}
        assert db.session.scalar(select(func.count()).select_from(Person)) == parts["person"].rows


def test_nothing_is_overwritten_unless_told(app: Flask, here: Neighbourhood, folder: Path, tmp_path: Path) -> None:
    this = Instance(app, folder)
    making.make(tmp_path / "backup.zip", instance=folder)
    before = content()
    here.lin.name = "林改"
    db.session.commit()
    (folder / "uploads" / "later").write_bytes(b"x")
    (folder / "secret").write_text("another", "ascii")
    now, kept = content(), files(folder)
    with pytest.raises(Refused, match=r"There are data here already, in .*uploads: --force replaces them"):
        this.restore(tmp_path / "backup.zip")
    shutil.rmtree(folder / "uploads")
    with pytest.raises(Refused, match=r"There are data here already, in (sqlite|postgresql).*: --force"):
        this.restore(tmp_path / "backup.zip")
    assert content() == now
    this.restore(tmp_path / "backup.zip", force=True)
    assert content() == before
    assert files(folder) == {name: it for name, it in kept.items() if name != "uploads/later"} | {
        "secret": b"a secret of this instance"
    }


def test_files_that_the_backup_does_not_have_go_with_the_rest(
    app: Flask, here: Neighbourhood, folder: Path, tmp_path: Path
) -> None:
    shutil.rmtree(folder / "uploads")
    (folder / "secret").unlink()
    made = making.make(tmp_path / "backup.zip", instance=folder)
    assert (made.files, made.secret) == (0, False)
    (folder / "uploads").mkdir()
    (folder / "secret").write_text("kept", "ascii")
    Instance(app, folder).restore(tmp_path / "backup.zip", force=True)
    assert not (folder / "uploads").exists()
    assert (folder / "secret").read_text("ascii") == "kept"


def altered(path: Path, name: str, change: Callable[[list[bytes]], list[bytes]], **said: object) -> Path:
    """A whole backup like the one at *path*, but with other lines in one table, or other words about itself."""
    target = path.with_name("altered.zip")
    with archive.opened(path) as old, archive.writing(target) as new:
        for part in old.namelist():
            if part == f"tables/{name}.jsonl":
                new.writestr(part, b"".join(change(old.read(part).splitlines(keepends=True))))
            elif part == archive.MANIFEST:
                new.writestr(part, json.dumps(json.loads(old.read(part)) | said))
            else:
                new.writestr(part, old.read(part))
    return target


@pytest.mark.parametrize("force", [True, False])
def test_a_backup_that_the_database_cannot_take_changes_nothing(
    app: Flask, here: Neighbourhood, folder: Path, tmp_path: Path, make_instance: Make, force: bool
) -> None:
    making.make(tmp_path / "backup.zip", instance=folder)
    other = Instance(app, folder) if force else make_instance(db.engine.dialect.name)
    for bad in (
        altered(tmp_path / "backup.zip", "activity", lambda lines: lines[1:]),
        altered(tmp_path / "backup.zip", "person", lambda lines: lines * 2),
    ):
        before, kept = force and content(), files(other.folder)
        with pytest.raises(Refused, match=r"Rows of the backup point at nothing|The database doesn't take the backup"):
            other.restore(bad, force=force)
        assert files(other.folder) == kept
        if force:
            assert content() == before
        else:
            with other.app.app_context(), db.engine.connect() as connection:
                assert rows.tables(connection, Base.metadata.tables) == []


def test_what_is_no_backup_for_this_version_changes_nothing(
    here: Neighbourhood, folder: Path, tmp_path: Path, make_instance: Make
) -> None:
    whole = tmp_path / "backup.zip"
    making.make(whole, instance=folder)
    cut, text_file = tmp_path / "cut.zip", tmp_path / "text"
    cut.write_bytes(whole.read_bytes()[:-100])
    text_file.write_text("a letter " * 100)
    later = altered(whole, "", list, revision="0099", version="9.9")
    other = make_instance("sqlite")
    for path, why in (
        (cut, "is no whole backup"),
        (text_file, "is no whole backup"),
        (tmp_path / "nowhere.zip", "can't be read: No such file or directory"),
        (later, r"A later version \(9.9\) made this backup"),
    ):
        with pytest.raises(Problem, match=why):
            other.restore(path, force=True)
        assert list(other.folder.iterdir()) == []


def test_an_upload_that_went_meanwhile_is_left_out(
    here: Neighbourhood, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "uploads" / "token" / "1").touch()
    (folder / "uploads" / "link").symlink_to(tmp_path)
    is_file = Path.is_file

    def gone(path: Path) -> bool:
        found = is_file(path)
        if path.name == "1":
            path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Path, "is_file", gone)
    assert making.make(tmp_path / "backup.zip", instance=folder).files == 1


def test_a_name_that_leads_out_of_the_instance_stays_inside(
    here: Neighbourhood, folder: Path, tmp_path: Path, make_instance: Make
) -> None:
    making.make(tmp_path / "backup.zip", instance=folder)
    with archive.opened(tmp_path / "backup.zip") as old, archive.writing(tmp_path / "bad.zip") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        new.writestr("uploads/../../outside", b"x")
    other = make_instance("sqlite")
    other.restore(tmp_path / "bad.zip")
    assert [file for file in tmp_path.rglob("outside") if not file.is_relative_to(other.folder)] == []


def test_the_columns_of_all_tables_can_be_said_in_json() -> None:
    """A new kind of column needs a way there and back."""
    kinds = {type(column.type).__name__ for table in Base.metadata.tables.values() for column in table.c}
    assert kinds <= {"Integer", "String", "Boolean", "Date", "Time", "Numeric", "JSON", "Enum", "UtcDateTime"}
    inward = {
        key.parent for table in Base.metadata.tables.values() for key in table.foreign_keys if key.column.table is table
    }
    assert all(column.nullable and [key.name for key in column.table.primary_key] == ["id"] for column in inward)
    assert {column.table.name for column in inward} == {Place.__tablename__, ServiceRecord.__tablename__}

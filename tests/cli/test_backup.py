"""backup and restore: one command each; what can't be done is one line, and nothing has changed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.reports.neighbourhood import make_neighbourhood
from volunteer_app.cli import main

Run = Callable[..., Result]

FIGURES = ("figures", "甲街道", "--from", "2020-10-01", "--to", "2020-10-31", "--format", "json")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Run:
    """elsewhere("restore", …): the same command line for an instance that has never been started."""

    def running(*arguments: str) -> Result:
        environment = {
            "VOLUNTEER_INSTANCE": str(tmp_path / "elsewhere"),
            "VOLUNTEER_DATABASE_URL": "",
            "VOLUNTEER_LANGUAGE": "en",
        }
        return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)

    return running


def test_a_backup_moves_to_another_machine(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    make_neighbourhood()
    figures = run(*FIGURES).stdout
    file = tmp_path / "backup.zip"
    made = run("backup", "--output", str(file))
    assert (made.exit_code, made.stderr) == (0, "")
    found = re.match(rf"{file} is written: ([\d,]+) rows of (\d+) tables, 0 uploaded files\.\n", made.stdout)
    assert found
    assert made.stdout.splitlines()[1:] == ["It holds personal data and the secret of this instance: keep it safe."]
    put = elsewhere("restore", str(file))
    assert (put.exit_code, put.stderr) == (0, "")
    lines = put.stdout.splitlines()
    # The clock stands: 08:30 in Shanghai.
    assert lines[0] == (
        f"The backup of 2020-11-25 08:30 is here: {found[1]} rows of {found[2]} tables, 0 uploaded files."
    )
    assert "           9  attendance" in lines
    assert elsewhere(*FIGURES).stdout == figures


def test_the_secret_moves_along_unless_a_setting_has_it(
    run: Run, elsewhere: Run, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, other = app.config["SETTINGS"].instance / "secret", tmp_path / "elsewhere" / "secret"
    file = str(tmp_path / "backup.zip")
    monkeypatch.setenv("VOLUNTEER_SECRET_KEY", "a secret of the setting")
    assert run("backup", "--output", file).stdout.splitlines()[1] == (
        "It holds personal data: keep it safe. The secret stands in VOLUNTEER_SECRET_KEY alone."
    )
    monkeypatch.delenv("VOLUNTEER_SECRET_KEY")
    # An instance makes a secret at its first command: without data nothing hangs on it.
    assert elsewhere("restore", file).exit_code == 0
    made_there = other.read_text("ascii")
    assert run("backup", "--output", file).exit_code == 0
    assert elsewhere("restore", file).exit_code == 0
    assert other.read_text("ascii") == secret.read_text("ascii") != made_there


def test_what_cannot_be_done_is_one_line(run: Run, elsewhere: Run, tmp_path: Path) -> None:
    make_neighbourhood()
    file, letter = tmp_path / "backup.zip", tmp_path / "letter.txt"
    assert run("backup", "--output", str(file)).exit_code == 0
    letter.write_text("Dear neighbours")
    before = run(*FIGURES).stdout
    for command, said in (
        (
            ("backup", "--output", str(tmp_path / "usb" / "b.zip")),
            "usb/b.zip can't be written: No such file or directory",
        ),
        (("backup", "--output", str(tmp_path)), "can't be written: Is a directory"),
        (("restore", str(tmp_path / "nothing.zip")), "nothing.zip can't be read: No such file or directory"),
        (("restore", str(letter), "--force"), "letter.txt is no whole backup: it's another file, it was cut off, or"),
        (("restore", str(file)), "There are data here already, in "),
    ):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert run(*FIGURES).stdout == before
    assert run("restore", str(file), "--force").exit_code == 0
    assert run(*FIGURES).stdout == before
    assert elsewhere("restore", str(letter)).exit_code == 1

"""figures: as text, JSON and a workbook; for a sub-district and for the district."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from python_calamine import CalamineWorkbook

from tests.factories import make_subdistrict
from tests.reports.neighbourhood import make_neighbourhood

Run = Callable[..., Result]

OCTOBER = ("--from", "2020-10-01", "--to", "2020-10-31")


def test_text_is_aligned(run: Run) -> None:
    make_neighbourhood()
    result = run("figures", "甲街道", *OCTOBER)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "甲街道 2020-10-01 – 2020-10-31"
    assert "\nActivities\n" in result.stdout
    lines = result.stdout.splitlines()
    assert "  Attendances                               11" in lines
    # A Chinese character takes two columns of a terminal.
    assert "  Most attendances: 一号院志愿服务队         9" in lines


def test_json_has_the_sections(run: Run) -> None:
    make_neighbourhood()
    found = json.loads(run("figures", "甲街道", *OCTOBER, "--format", "json").stdout)
    assert list(found) == ["places", "teams", "activities"]
    assert found["teams"]["by_kind"] == {"文体组织": 2, "志愿服务队": 1}
    assert [found["activities"][name] for name in ("sign_ups", "waiting", "no_shows", "walk_ins")] == [5, 1, 1, 1]
    assert found["activities"]["top_teams"] == [["一号院志愿服务队", 9], ["花园舞蹈队", 2]]


def test_json_of_the_district_is_its_block(run: Run) -> None:
    make_neighbourhood()
    found = json.loads(run("figures", "--district", "--to", "2020-10-30", "--format", "json").stdout)
    assert found == {"compounds_without_property_company": 3, "share_percent": {"甲街道": 67, **found["share_percent"]}}


def test_a_workbook_has_a_sheet_for_each_section(run: Run, tmp_path: Path) -> None:
    make_neighbourhood()
    target = tmp_path / "figures.xlsx"
    assert run("figures", "甲街道", *OCTOBER, "--format", "xlsx", "--output", str(target)).exit_code == 0
    book = CalamineWorkbook.from_path(target)
    assert book.sheet_names == ["Places", "Teams", "Activities"]
    assert book.get_sheet_by_name("Activities").to_python()[:4] == [
        ["甲街道 2020-10-01 – 2020-10-31", ""],
        ["Figure", "Number"],
        ["Activities planned", 6],
        ["Activities held", 3],
    ]


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    make_neighbourhood()
    target = tmp_path / "figures.json"
    result = run("figures", "甲街道", *OCTOBER, "--format", "json", "--output", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["activities"]["planned"] == 6


def test_a_file_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    make_neighbourhood()
    result = run("figures", "甲街道", *OCTOBER, "--output", str(Path(__file__) / "figures.txt"))
    assert (result.exit_code, result.stderr) == (1, f"{__file__}/figures.txt can't be written: File exists\n")


def test_a_subdistrict_without_rows_says_so(run: Run) -> None:
    make_subdistrict("空街道")
    result = run("figures", "空街道", *OCTOBER)
    assert result.stdout == "空街道 2020-10-01 – 2020-10-31\nThere are no rows in this period.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("乙街道", *OCTOBER), "There is no sub-district called 乙街道. Import its places first."),
        ((), "Name one sub-district, or say --district."),
        (("甲街道", "--district"), "Name one sub-district, or say --district."),
        (("甲街道", "--from", "2020-10-01"), "Say the first and the last day: --from 2020-01-01 --to 2020-11-04."),
        (
            ("甲街道", "--from", "2020-10-31", "--to", "2020-10-01"),
            "The last day comes before the first one. Swap them, or choose another day.",
        ),
        (("甲街道", *OCTOBER, "--format", "xlsx"), "A workbook needs a file: name it with --output."),
    ],
)
def test_what_cannot_be_printed_is_one_line(run: Run, arguments: tuple[str, ...], message: str) -> None:
    make_neighbourhood()
    result = run("figures", *arguments)
    assert (result.exit_code, result.stderr) == (1, f"{message}\n")


def test_an_unreadable_day_is_named(run: Run) -> None:
    result = run("figures", "甲街道", "--from", "2020-02-30", "--to", "2020-03-01")
    assert result.exit_code == 2
    assert "2020-02-30 is not a day such as 2020-11-04." in result.stderr

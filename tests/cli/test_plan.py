"""plan: what it makes, and that it makes it once."""

from collections.abc import Callable
from datetime import time

import pytest
from click.testing import Result

from tests.factories import make_compound, make_subdistrict, make_team, make_theme
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor
from volunteer_app.database import db
from volunteer_app.teams.models import TeamKind

Run = Callable[..., Result]

OCTOBER = ("plan", "青云街道", "--from", "2021-10-01", "--to", "2021-10-31")


@pytest.fixture(autouse=True)
def teams(app: object) -> None:
    """Two volunteer teams, on Fridays and on Saturdays, and a theme for every week."""
    subdistrict = make_subdistrict("青云街道")
    compound = make_compound(subdistrict)
    for weekday, name in ((4, "巡逻队"), (5, "理发队")):
        slot = {"weekday": weekday, "slot_starts": time(19), "slot_ends": time(20, 30)}
        make_team(compound, name, kind=TeamKind.VOLUNTEER_TEAM, **slot)
    theme = make_theme(subdistrict, "邻里互助")
    db.session.add(ThemeAnchor(subdistrict_id=subdistrict.id, theme_id=theme.id, kind=AnchorKind.SPARE))
    db.session.commit()


def test_a_month_is_made_once(run: Run) -> None:
    result = run(*OCTOBER)
    assert result.exit_code == 0
    # 1 October is National Day, 2 October is the Saturday after it, in the middle of the holiday.
    assert result.stdout.splitlines() == [
        "left out 2: It falls on a holiday.",
        "8 made, 0 already there, 2 left out",
    ]
    assert {it.state for it in db.session.query(Activity)} == {ActivityState.DRAFT}
    assert run(*OCTOBER).stdout.splitlines()[-1] == "0 made, 8 already there, 2 left out"
    assert db.session.query(Activity).count() == 8


def test_a_dry_run_writes_nothing(run: Run) -> None:
    assert run(*OCTOBER, "--dry-run").stdout.splitlines()[-1] == "8 made, 0 already there, 2 left out"
    assert db.session.query(Activity).count() == 0


def test_published_at_once(run: Run) -> None:
    run(*OCTOBER, "--publish")
    assert {(it.state, it.revision) for it in db.session.query(Activity)} == {(ActivityState.PUBLISHED, 1)}


def test_what_cannot_be_planned(run: Run) -> None:
    wrong = run("plan", "青云街道", "--from", "2021-10-31", "--to", "2021-10-01")
    assert (wrong.exit_code, wrong.stdout, wrong.stderr) == (1, "", "The last day comes before the first.\n")
    unknown = run("plan", "无名街道", "--from", "2021-10-01", "--to", "2021-10-01")
    assert (unknown.exit_code, "no sub-district called 无名街道" in unknown.stderr) == (1, True)

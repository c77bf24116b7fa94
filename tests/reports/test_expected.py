"""The office's real ledgers, imported, give the figures that were counted independently of this product."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from volunteer_app.database import db
from volunteer_app.ledgers import importing, sources
from volunteer_app.places.queries import subdistrict_named
from volunteer_app.reports.figures import of_district, of_subdistrict
from volunteer_app.reports.participation import participation
from volunteer_app.reports.periods import Period

SECTIONS = ("places", "teams", "assignments", "duty", "activities", "contests")
DATA = Path(__file__).parents[1] / "ledgers" / "data"


def test_the_ledgers_of_a_district(app: Flask) -> None:
    for folder in ("anhe", "qinghuai", "others"):
        bring(DATA / folder)
    compare(json.loads((DATA / "expected.json").read_text(encoding="utf-8")))


@pytest.mark.now("2024-07-01T09:00+08:00")
def test_the_small_ledgers(app: Flask) -> None:
    bring(DATA / "small" / "xiaonan")
    compare(json.loads((DATA / "small" / "expected.json").read_text(encoding="utf-8")))


def bring(folder: Path) -> None:
    importing.enter(importing.prepare(sources.find([folder])), by=None)
    db.session.commit()


def compare(expected: dict[str, Any]) -> None:
    period = Period(*(date.fromisoformat(day) for day in expected["period"]))
    for name, figures in expected["subdistricts"].items():
        place = subdistrict_named(name)
        assert place, name
        wanted = {key: figures[key] for key in SECTIONS if key in figures}
        # Compared as text: order and types of the values count too.
        assert dumped(of_subdistrict(place.id, period)) == dumped(wanted)
        total = participation(place.id, period).total
        for key, number in wanted.get("activities", {}).items():
            assert key == "top_teams" or getattr(total, key) == number
    assert dumped(of_district(period.last)) == dumped(expected["district"])


def dumped(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False)

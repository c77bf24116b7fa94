"""A sub-district's year: small enough. How soon it is written, `make bench` tells."""

from datetime import timedelta

from flask import Flask

from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.calendars import feeds

from .. import factories
from ..factories import Cast
from . import reading

BASE_URL = "https://qingyun.calendars.example.org"


def test_a_year_of_2700_events(sqlite_app: Flask, cast: Cast) -> None:
    teams = [factories.make_team(cast.compound, f"云台里消防安全志愿服务{n}队") for n in range(54)]
    themes = [factories.make_theme(cast.subdistrict, f"冬季用火用电安全第{n}课") for n in range(50)]
    for team in teams:
        for week in range(50):
            starts_at = clock.now() + timedelta(weeks=week)
            factories.make_activity(team, themes[week], starts_at=starts_at, places=20, place_text="云台里5号院小广场")
    stamps.raise_shown(stamps.subjects([cast.compound.path], team_ids=[team.id for team in teams]))
    feed = feeds.of_place(cast.subdistrict.slug, base_url=BASE_URL)
    assert feed
    body = feeds.body(feed)
    assert len(body.plain) < 2_000_000
    assert len(body.packed) < 150_000
    reading.lines(body.plain)
    assert body.plain.count(b"BEGIN:VEVENT") == 2700

"""Nothing ends under what hangs on it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_activity, make_compound, make_team, make_venue
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.planning import endings
from volunteer_app.errors import Refused

TODAY = date(2020, 11, 25)


def test_a_place_with_teams_or_activities_stays(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    coming = make_activity(make_team(make_compound(cast.community)), venue_id=venue.id)
    make_activity(cast.team, starts_at=clock.now() - timedelta(days=1))
    make_activity(cast.team, state=ActivityState.CANCELLED)
    assert endings.on_place(cast.compound, TODAY) == endings.Hanging([cast.team], [coming])
    assert endings.on_place(venue, TODAY) == endings.Hanging([], [coming])
    with pytest.raises(Refused, match="still need"):
        endings.retire_place(venue, TODAY, by=None)
    # The last day lies after it.
    endings.retire_place(venue, TODAY + timedelta(days=1), by=None)
    assert venue.retired_on == date(2020, 11, 27)


def test_a_place_where_a_team_meets_stays(app: Flask, cast: Cast) -> None:
    venue = make_venue(make_compound(cast.community))
    cast.team.venue_id = venue.id
    assert endings.on_place(venue, TODAY).teams == [cast.team]
    cast.team.dissolved = TODAY
    endings.retire_place(venue, TODAY, by=None)
    assert stamps.of_place(cast.community) is not None


def test_a_team_with_activities_to_come_stays(app: Flask, cast: Cast) -> None:
    draft = make_activity(cast.team, state=ActivityState.DRAFT)
    assert endings.on_team(cast.team, TODAY).activities == [draft]
    with pytest.raises(Refused, match="cancel them first"):
        endings.dissolve_team(cast.team, TODAY, by=None)
    draft.state = ActivityState.CANCELLED
    endings.dissolve_team(cast.team, TODAY, by=None)
    assert cast.team.dissolved == date(2020, 11, 26)
    assert stamps.of_team(cast.team.id) is not None

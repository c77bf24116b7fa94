"""When a venue can't be used: who may say so, what is wrong, and what lies in it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.places.models import VenueBlock

from ..factories import Cast, make_activity, make_venue

SignIn = Callable[[FlaskClient, Account], None]
FORM = {"starts": "2030-12-02T08:00", "ends": "2030-12-02T12:00", "reason": "检修"}


@pytest.mark.parametrize(
    ("who", "may"), [(None, 303), ("volunteer", 403), ("outsider", 403), ("secretary", 200), ("officer", 200)]
)
def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, may: int) -> None:
    venue = make_venue(cast.compound)
    address = f"/places/{venue.slug}/blocks"
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get(address).status_code == may
    client.post(address, data=FORM)
    assert db.session.query(VenueBlock).count() == (may == 200)


def test_a_time_is_blocked_and_free_again(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    venue = make_venue(cast.compound)
    address = f"/places/{venue.slug}/blocks"
    sign_in(client, cast.secretary)
    for wrong in ({"ends": "2030-12-02T08:00"}, {"ends": ""}, {"reason": ""}, {"starts": "x"}):
        assert client.post(address, data=FORM | wrong).status_code == 422
    assert client.post(address, data=FORM).status_code == 303
    block = db.session.query(VenueBlock).one()
    activity = make_activity(cast.team, venue_id=venue.id, starts_at=block.starts_at)
    assert f"/activities/{activity.id}" in client.get(address).text
    other = make_venue(cast.compound)
    assert client.post(f"/places/{other.slug}/blocks/{block.id}/removal").status_code == 404
    assert client.post(f"{address}/{block.id}/removal").status_code == 303
    assert db.session.query(VenueBlock).count() == 0
    assert client.get(f"/places/{cast.compound.slug}/blocks").status_code == 404


def test_a_time_of_each_week(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    venue = make_venue(cast.compound)
    address = f"/places/{venue.slug}/blocks"
    sign_in(client, cast.secretary)
    for wrong in ("2030-12-01", "2031-12-08", "x"):
        answer = client.post(address, data=FORM | {"until": wrong})
        assert (answer.status_code, 'id="until-e"' in answer.text, f'value="{wrong}"' in answer.text) == (
            422,
            True,
            True,
        )
    assert db.session.query(VenueBlock).count() == 0
    for _ in range(2):
        assert client.post(address, data=FORM | {"until": "2030-12-20"}).status_code == 303
    first, second, third = db.session.query(VenueBlock).order_by(VenueBlock.starts_at)
    assert (third.starts_at - first.starts_at).days == 14
    ids = [first.id, second.id, third.id]
    client.post(f"{address}/{second.id}/removal")
    page = client.get(address).text
    assert [f'id="block-{it}"' in page for it in ids] == [True, False, True]

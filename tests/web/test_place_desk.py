"""The desk for places: who may do what, bad input, two hands at once, and what is public afterwards."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Role
from volunteer_app.places import queries
from volunteer_app.places.models import Management, Place, PlaceKind
from volunteer_app.web.forms.places import shown
from volunteer_app.web.forms.stale import packed

from .. import factories
from ..factories import Cast

SignIn = Callable[..., None]


def sent(place: Place, **typed: str) -> dict[str, str]:
    """The edit form of a place as a browser sends it, with what was typed over it."""
    values = {name: "" if value is None else str(value) for name, value in shown(place).items()}
    return {**values, "seen": packed(shown(place)), **typed}


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (None, {}),
        ("volunteer", {}),
        ("leader", {}),
        ("outsider", {}),
        ("secretary", {"edit": "both", "compound": "community"}),
        ("officer", {"edit": "both", "compound": "community", "community": "subdistrict", "retire": "community"}),
        (
            "administrator",
            {
                "edit": "both",
                "compound": "community",
                "community": "subdistrict",
                "retire": "community",
                "office": "new",
            },
        ),
    ],
)
def test_who_may(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, may: dict[str, str]) -> None:
    client = sqlite_client
    if who:
        sign_in(client, getattr(cast, who))
    no = 303 if who is None else 403
    asked = {
        "edit": f"/places/{cast.community.slug}/edit",
        "compound": f"/places/new/compound?place={cast.community.slug}",
        "community": f"/places/new/community?place={cast.subdistrict.slug}",
        "retire": f"/places/{cast.community.slug}/retirement",
        "office": "/places/new/subdistrict",
    }
    for what, address in asked.items():
        assert client.get(address).status_code == (200 if what in may else no), what
        assert client.post(address).status_code == (422 if what in may else no), what
    assert client.post(f"/places/{cast.community.slug}/restoration").status_code == (303 if "retire" in may else no)


def test_a_liaison_keeps_what_lies_in_the_compound(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, factories.make_account("唐亮", Role.LIAISON, place=cast.compound))
    other = factories.make_building(factories.make_compound(cast.community))
    answer = client.post(f"/places/new/building?place={cast.compound.slug}", data={"name": "3号楼", "floors": "6"})
    building = db.session.query(Place).filter_by(name="3号楼").one()
    assert (answer.status_code, answer.location) == (303, f"/places/{building.slug}")
    assert (building.parent_id, building.floors) == (cast.compound.id, 6)
    assert client.get(f"/places/{building.slug}/retirement").status_code == 200
    assert client.get(f"/places/{cast.compound.slug}/retirement").status_code == 403
    assert client.get(f"/places/{other.slug}/edit").status_code == 403
    assert client.get("/places/new/building?place=none").status_code == 404
    assert client.get(f"/places/new/community?place={cast.compound.slug}").status_code == 404


def test_adding_the_first_sub_district(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, factories.make_account("周敏", Role.ADMINISTRATOR))
    assert "/places/new/subdistrict" in client.get("/places/").text
    client.post("/places/new/subdistrict", data={"name": "青云街道", "telephone": "010-55550100"})
    (place,) = queries.subdistricts()
    assert (place.name, place.telephone) == ("青云街道", "010-55550100")


def test_what_was_typed_stays_with_an_error_at_its_field(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    address = f"/places/new/compound?place={cast.community.slug}"
    answer = client.post(address, data={"name": cast.compound.name, "households": "90"})
    assert (answer.status_code, 'value="90"' in answer.text) == (422, True)
    assert 'id="name-e"' in answer.text
    answer = client.post(address, data={"name": "新院", "households": "many", "area_m2": "1e9"})
    assert (answer.status_code, 'value="many"' in answer.text, 'value="1e9"' in answer.text) == (422, True, True)
    assert db.session.query(Place).filter_by(kind=PlaceKind.COMPOUND).count() == 1


def test_changing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.secretary)
    address = f"/places/{cast.compound.slug}/edit"
    assert 'value="云台里5号院"' in client.get(address).text
    data = sent(cast.compound, name="云台里五号院", management="owners", area_m2="1200.54", renovated="no")
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    place = cast.compound
    assert (place.name, place.management, place.area_m2) == ("云台里五号院", Management.OWNERS, 1200.5)
    assert (place.renovated, place.households) == (False, 120)
    assert db.session.query(AuditEntry).filter_by(action="change").count() == 1
    assert "云台里五号院" in client.get("/places/").text


def test_an_officer_gives_the_office_a_telephone_but_no_name(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    address = f"/places/{cast.subdistrict.slug}/edit"
    assert 'name="name"' not in client.get(address).text
    data = sent(cast.subdistrict, name="别的街道", telephone="010-55550199", office_hours="周一至周五 9:00–17:00")
    assert client.post(address, data=data).status_code == 303
    assert (cast.subdistrict.name, cast.subdistrict.telephone) == ("青云街道", "010-55550199")
    assert "010-55550199" in client.get("/").text


def test_two_hands_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    address = f"/places/{cast.compound.slug}/edit"
    data = sent(cast.compound, name="我的名字")
    cast.compound.households = 99
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    assert ('value="我的名字"' in answer.text, 'value="99"' in answer.text) == (True, True)
    assert cast.compound.name == "云台里5号院"
    assert client.post(address, data=sent(cast.compound, name="我的名字")).status_code == 303
    assert (cast.compound.name, cast.compound.households) == ("我的名字", 99)


def test_moving(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = factories.make_community(cast.subdistrict)
    foreign = factories.make_community(cast.elsewhere)
    sign_in(client, cast.officer)
    address = f"/places/{cast.compound.slug}/parent"
    page = client.get(address).text
    assert (f'value="{other.id}"' in page, f'value="{foreign.id}"' in page) == (True, False)
    data = {"parent": str(other.id), "seen": packed({"parent": str(cast.community.id)})}
    assert client.post(address, data=data | {"parent": str(foreign.id)}).status_code == 422
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert cast.compound.parent_id == other.id
    assert client.get(f"/places/{cast.community.slug}/parent").status_code == 403


def test_a_secretary_moves_nothing_to_another_community(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = factories.make_community(cast.subdistrict)
    sign_in(client, cast.secretary)
    data = {"parent": str(other.id), "seen": packed({"parent": str(cast.community.id)})}
    assert client.post(f"/places/{cast.compound.slug}/parent", data=data).status_code == 422
    assert cast.compound.parent_id == cast.community.id


def test_retiring_and_restoring(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = factories.make_activity(cast.team)
    sign_in(client, cast.officer)
    address = f"/places/{cast.compound.slug}/retirement"
    refused = client.post(address, data={"last_day": "2020-11-25"})
    assert refused.status_code == 409
    for way in (f"/teams/{cast.team.slug}", f"/activities/{activity.id}"):
        assert (f'href="{way}"' in client.get(address).text, f'href="{way}"' in refused.text) == (True, True)
    empty = factories.make_compound(cast.community, "空院")
    for _ in range(2):
        answer = client.post(f"/places/{empty.slug}/retirement", data={"last_day": "2020-11-24"})
        assert answer.status_code == 303
    assert empty.retired_on == date(2020, 11, 25)
    assert "空院" in client.get("/").text  # what was done is said once
    assert "空院" not in client.get("/places/").text
    assert "空院" in client.get(f"/places/{cast.community.slug}").text
    guest = client.application.test_client()
    assert "空院" not in guest.get(f"/places/{cast.community.slug}").text
    assert guest.get(f"/places/{empty.slug}").status_code == 200
    for _ in range(2):
        assert client.post(f"/places/{empty.slug}/restoration").status_code == 303
    assert empty.retired_on is None

"""The pages of role models: from the nomination to the pages of the team and the place, and back out of them."""

import io
import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.factories import Cast, make_person, make_team
from tests.web.everything import nomination
from volunteer_app import clock
from volunteer_app.contests.role_models.models import RoleModel, RoleModelState
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account
from volunteer_app.photos.models import Photo

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
FORM = {"key": "k" * 32, "name": "孙桂兰", "title": "最美志愿者", "story": "十年如一日清扫楼道。"}


def nominate(client: FlaskClient, cast: Cast, sign_in: SignIn, **values: str) -> RoleModel:
    sign_in(client, cast.leader)
    answer = client.post(f"/role-models/nomination?team={cast.team.slug}", data=FORM | values)
    assert answer.status_code == 303
    return db.session.query(RoleModel).order_by(RoleModel.id.desc()).first()


def pages_of(cast: Cast) -> list[str]:
    return ["/role-models/", f"/teams/{cast.team.slug}", f"/places/{cast.compound.slug}"]


def test_from_the_nomination_to_everyones_pages(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    model = nominate(client, cast, sign_in)
    guest = client.application.test_client()
    story = f"/role-models/{model.slug}"
    for page in pages_of(cast):
        assert "最美志愿者" not in guest.get(page).text
    assert guest.get(story).status_code == 404
    sign_in(client, cast.secretary)
    assert "最美志愿者" in client.get("/role-models/review").text
    assert client.post(f"{story}/publication").status_code == 409
    assert client.post(f"{story}/consent").status_code == 303
    assert client.post(f"{story}/publication").status_code == 303
    for page in [*pages_of(cast), story]:
        shown = guest.get(page).text
        assert "最美志愿者" in shown
        assert "孙桂兰" in shown
    # Whom it's about withdraws: at once it's gone, also from kept pages.
    sign_in(client, cast.volunteer)
    assert client.post(f"/mine/data/{cast.volunteer.person_id}/consents/role_model/withdrawal").status_code == 303
    for page in pages_of(cast):
        assert "最美志愿者" not in guest.get(page).text
    assert guest.get(story).status_code == 404
    assert client.get(story).status_code == 200


def test_whom_its_about_agrees_and_withdraws(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    model = nominate(client, cast, sign_in)
    story = f"/role-models/{model.slug}"
    assert client.post(f"{story}/consent").status_code == 403
    sign_in(client, cast.volunteer)
    assert client.post(f"{story}/publication").status_code == 403
    assert client.post(f"{story}/consent").status_code == 303
    assert client.get(f"{story}/withdrawal").status_code == 200
    assert client.post(f"{story}/withdrawal", data={"reason": "不愿宣传"}).status_code == 303
    assert db.session.get_one(RoleModel, model.id).state is RoleModelState.WITHDRAWN


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 200), ("leader", 200), ("secretary", 200), ("officer", 200), ("outsider", 403)],
)
def test_who_nominates(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    address = f"/role-models/nomination?team={cast.team.slug}"
    assert client.get(address).status_code == status
    posted = client.post(address, data=FORM)
    assert posted.status_code == (status if status == 403 else 303)
    assert db.session.query(RoleModel).count() == (status == 200)


def test_the_staff_nominate_somebody_they_see(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    address = f"/role-models/nomination?person={cast.volunteer.person_id}"
    sign_in(client, cast.leader)
    assert client.get(address).status_code == 403
    sign_in(client, cast.secretary)
    form = {name: FORM[name] for name in ("key", "title", "story")} | {"place": cast.compound.slug}
    assert client.post(address, data=form | {"place": ""}).status_code == 422
    assert client.post(address, data=form).status_code == 303
    model = db.session.query(RoleModel).one()
    assert (model.person_id, model.place_id, model.team_id) == (cast.volunteer.person_id, cast.compound.id, None)


def test_a_form_keeps_what_was_typed(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    address = f"/role-models/nomination?team={cast.team.slug}"
    for wrong in ({"name": "周敏"}, {"title": ""}):
        answer = client.post(address, data=FORM | wrong)
        assert answer.status_code == 422
        assert "十年如一日清扫楼道。" in answer.text
    assert db.session.query(RoleModel).count() == 0
    assert cast.team.slug in client.get("/role-models/nomination").text


def test_declined_with_a_reason(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    model = nominate(client, cast, sign_in, name="")
    story = f"/role-models/{model.slug}"
    assert client.get(f"{story}/refusal").status_code == 403
    sign_in(client, cast.officer)
    assert client.post(f"{story}/refusal", data={"reason": ""}).status_code == 422
    assert client.post(f"{story}/refusal", data={"reason": "已有同类典型"}).status_code == 303
    sign_in(client, cast.leader)
    assert "已有同类典型" in client.get(story).text


def test_the_photo_is_seen_by_those_who_see_the_story(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    model = nominate(client, cast, sign_in)
    story, guest = f"/role-models/{model.slug}", client.application.test_client()
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(target, "JPEG")
    form = {"photo": (io.BytesIO(target.getvalue()), "a.jpg"), "nonce": secrets.token_hex(16)}
    assert client.post(f"{story}/photo", data=form).status_code == 422
    form = {"photo": (io.BytesIO(target.getvalue()), "a.jpg"), "nonce": secrets.token_hex(16), "alt": "在扫雪"}
    assert client.post(f"{story}/photo", data=form).status_code == 303
    assert re.search(r'alt="在扫雪"', client.get(story).text)
    for name in ("photo.jpg", "photo-small.jpg"):
        assert client.get(f"{story}/{name}").mimetype == "image/jpeg"
        assert guest.get(f"{story}/{name}").status_code == 404
    consents.give(cast.volunteer.person, Purpose.ROLE_MODEL)
    sign_in(client, cast.secretary)
    client.post(f"{story}/publication")
    assert guest.get(f"{story}/photo.jpg").mimetype == "image/jpeg"
    # What is published stays as it was reviewed.
    sign_in(client, cast.leader)
    assert client.get(f"{story}/photo").status_code == 403


def test_an_empty_list_says_so(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/role-models/").status_code == 200


def test_erasing_a_person_clears_their_story(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    model = nominate(client, cast, sign_in)
    sign_in(client, cast.officer)
    page = client.get(f"/people/{cast.volunteer.person_id}/erasure")
    assert page.status_code == 200
    answer = client.post(f"/people/{cast.volunteer.person_id}/erasure", data={"name": "孙桂兰"})
    assert answer.status_code == 303
    row = db.session.get_one(RoleModel, model.id)
    assert (row.story, row.state) == ("", RoleModelState.WITHDRAWN)


@pytest.mark.parametrize("page", ["/role-models/", "/role-models/review", "team", "place"])
def test_as_many_queries_for_many_as_for_few(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries, page: str
) -> None:
    address = {"team": f"/teams/{cast.team.slug}", "place": f"/places/{cast.compound.slug}"}.get(page, page)
    state = RoleModelState.NOMINATED if page.endswith("review") else RoleModelState.PUBLISHED
    counts = []
    for name in ("罗玉芬", "卢志远", "邓玉兰", "何静"):
        person = make_person(name)
        consents.give(person, Purpose.ROLE_MODEL)
        team = cast.team if page == "team" else make_team(cast.compound, f"{name}志愿服务队")
        model = nomination(cast, photo=Photo(width=40, height=20, made_at=clock.now()))
        model.person_id, model.team_id, model.title, model.state = person.id, team.id, f"最美{name}", state
        db.session.add(model)
        db.session.commit()
        sign_in(client, cast.officer)
        client.get(address)
        with count_queries() as queries:
            assert f"最美{name}" in client.get(address).text
        counts.append(len(queries))
    assert counts[1:] == [counts[1]] * 3

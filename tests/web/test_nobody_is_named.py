"""Whom public pages name: nobody in full, with no phone, whoever looks and in whatever form."""

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import (
    Cast,
    make_activity,
    make_attendance,
    make_membership,
    make_other_leader,
    make_person,
    make_sign_up,
)
from tests.web.everything import TOKEN, make_everything
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.calendars import tokens
from volunteer_app.database import db
from volunteer_app.people.models import Person
from volunteer_app.places.models import Place
from volunteer_app.reports.definitions import Figure
from volunteer_app.web.report_tables import Grouping

PERIOD = "from=2020-01-01&to=2020-12-31"
PEOPLE = 3
"""So many people whose pages are asked for, and the volunteer's, whom most rows are about."""


@pytest.fixture
def neighbourhood(cast: Cast) -> Cast:
    """The cast's team with activities of every state, members, sign-ups and attendances."""
    for hours, state in ((-30, ActivityState.HELD), (-6, ActivityState.CANCELLED), (20, ActivityState.PUBLISHED)):
        activity = make_activity(cast.team, state=state, starts_at=clock.now() + timedelta(hours=hours), places=5)
        for name in ("欧阳娜娜", "司马青衫"):
            person = make_person(f"{name}{hours}".replace("-", "前"))
            make_membership(cast.team, person)
            make_sign_up(activity, person)
            make_attendance(activity, person)
        make_sign_up(activity, cast.volunteer.person)
    db.session.commit()
    return cast


def addresses(app: Flask, cast: Cast) -> Iterator[str]:
    """Every address, with each kind of row and each figure."""
    everything = make_everything(cast)
    some = db.session.scalars(select(Person.id).order_by(Person.id).limit(PEOPLE))
    places = [*db.session.scalars(select(Place.slug))]
    values = {
        "activity_id": [str(it) for it in db.session.scalars(select(Activity.id))],
        "grouping": [it.value for it in Grouping],
        "person_id": [str(it) for it in sorted({*some, cast.volunteer.person_id})],
        "token": [tokens.make(cast.volunteer.person, by=None), TOKEN],
        "ledger": ["01-places", "02-teams", "06-activity-plan", "07-attendance"],
        "file_format": ["csv", "xlsx"],
    }
    db.session.commit()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        filled = [str(rule)]
        for gap in re.findall(r"<[^>]+>", str(rule)):
            name = gap[1:-1].rpartition(":")[2]
            known = values.get(name) or [everything.value(rule, name)]
            if name == "slug" and "/places/" in str(rule):
                known = places
            filled = [it.replace(gap, value) for it in filled for value in known]
        yield from filled
        if rule.endpoint.startswith("reports."):
            yield from (f"{it}?{PERIOD}" for it in filled)
    for figure in Figure:
        yield f"/reports/rows?figure={figure.value}&{PERIOD}&office={cast.subdistrict.slug}"
        yield f"/reports/rows?figure={figure.value}&{PERIOD}&team={cast.team.slug}"
    for word in (cast.volunteer.person.name, cast.volunteer.phone, "欧阳"):
        yield from (f"/{page}/?q={word}" for page in ("teams", "places", "calendars", "activities", "people"))


def text_of(answer: bytes) -> str:
    """What an answer says; of a workbook, what is in its parts."""
    if answer.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return answer.decode("utf-8-sig").replace("\r\n ", "")


@pytest.mark.parametrize("role", ["guest", "volunteer", "other_leader", "outsider"])
def test_no_name_and_no_phone_of_the_neighbourhood(
    sqlite_app: Flask,
    sqlite_client: FlaskClient,
    neighbourhood: Cast,
    sign_in: Callable[..., None],
    role: str,
) -> None:
    people = db.session.scalars(select(Person)).all()
    secrets = {it.name for it in people} | {it.phone for it in people if it.phone}
    if role != "guest":
        account = make_other_leader(neighbourhood) if role == "other_leader" else getattr(neighbourhood, role)
        # One's own name and number stand on one's own page.
        secrets -= {account.person.name, account.phone}
        sign_in(sqlite_client, account)
    seen = 0
    told = []
    for address in list(addresses(sqlite_app, neighbourhood)):
        answer = sqlite_client.get(address)
        seen += answer.status_code == 200
        # What was typed stands in the search box.
        text = text_of(answer.data).replace(address.partition("?q=")[2] or "\0", "")
        told += [(address, secret) for secret in secrets if secret in text]
    assert told == []
    assert seen > 60

"""My hours: one's own records and those of one's family, on the page and as files; duty stands nowhere."""

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask.testing import FlaskClient

from volunteer_app.database import db
from volunteer_app.people import family
from volunteer_app.people.models import Account
from volunteer_app.service.models import Distinction, DistinctionKind
from volunteer_app.service.numbers import volunteer_number
from volunteer_app.tables.reading import read

from ..factories import Cast
from ..service.service import issued, on_duty, served

SignIn = Callable[[FlaskClient, Account], None]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def volunteered(cast: Cast) -> Cast:
    """The volunteer gave 90 and 45 minutes in two years, and was on duty besides."""
    person = cast.volunteer.person
    served(cast, person, "清洁楼道", "2020-11-04T19:00")
    served(cast, person, "=义诊", "2019-12-31T09:00", 45)
    on_duty(cast, person)
    award = {"kind": DistinctionKind.AWARD, "title": "年度志愿者", "giver": "青云街道", "day": date(2020, 3, 5)}
    db.session.add(Distinction(person_id=person.id, subdistrict_id=cast.subdistrict.id, **award))
    db.session.commit()
    return cast


def test_by_year_with_totals(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.volunteer)
    page = client.get("/mine/hours").text
    assert re.findall(r'<h2 id="year-(\d+)">', page) == ["2020", "2019"]
    assert re.findall(r'<dd class="num">([^<]*)</dd>', page) == ["2.3", "135", "2", "0"]
    assert volunteer_number(volunteered.volunteer.person_id) in page
    for text in ("清洁楼道", "=义诊", "云台里<wbr>志愿服务队", "赵建国", "年度志愿者"):
        assert text in page, text


def test_duty_stands_nowhere(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    certificate = issued(volunteered, volunteered.volunteer.person)
    assert certificate.minutes == 135
    sign_in(client, volunteered.volunteer)
    for address in ("/mine/hours", "/mine/hours.csv", "/mine/hours.json"):
        text = client.get(address).data.decode("utf-8-sig")
        assert "值守日" not in text
        assert not re.search(r"\b(77|120|197|212|255|332)\b", re.sub(r'(href|src|value)="[^"]*"', "", text)), address


def test_nobody_elses(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    assert client.get("/mine/hours").status_code == 303
    sign_in(client, volunteered.leader)
    for person in (str(volunteered.volunteer.person_id), "0", "x", "999999999999"):
        assert client.get(f"/mine/hours?person={person}").status_code == 404
        assert client.get(f"/mine/hours.json?person={person}").status_code == 404


def test_of_the_family(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    child = family.add(volunteered.volunteer, name="孙小虎", under_14=True).person
    served(volunteered, child, "垃圾分类", "2020-11-07T09:00", 30)
    sign_in(client, volunteered.volunteer)
    page = client.get(f"/mine/hours?person={child.id}").text
    assert "垃圾分类" in page
    assert "清洁楼道" not in page
    assert f"/mine/hours.xlsx?person={child.id}" in page
    assert json.loads(client.get(f"/mine/hours.json?person={child.id}").data)["service_minutes"] == 30


def test_without_any(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.volunteer)
    page = client.get("/mine/hours").text
    assert 'class="empty"' in page
    assert "hours.xlsx" not in page
    whole = json.loads(client.get("/mine/hours.json").data)
    assert (whole["service_minutes"], whole["records"], whole["years"]) == (0, [], [])


def test_as_files(client: FlaskClient, volunteered: Cast, sign_in: SignIn) -> None:
    sign_in(client, volunteered.volunteer)
    whole = json.loads(client.get("/mine/hours.json").data)
    assert whole["service_minutes"] == 135
    assert whole["years"] == [{"year": 2020, "service_minutes": 90}, {"year": 2019, "service_minutes": 45}]
    assert whole["records"][1] == {
        "day": "2020-11-04",
        "starts_at": "2020-11-04T19:00:00+08:00",
        "ends_at": "2020-11-04T20:30:00+08:00",
        "content": "清洁楼道",
        "place": "院内小广场",
        "service_minutes": 90,
        "unit": "云台里志愿服务队",
        "in_charge": "赵建国",
        "late": False,
    }
    assert whole["distinctions"][0]["title"] == "年度志愿者"
    answer = client.get("/mine/hours.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[:6] for row in rows[1:]] == [
        ["2019-12-31", "09:00", "09:45", "'=义诊", "院内小广场", "45"],
        ["2020-11-04", "19:00", "20:30", "清洁楼道", "院内小广场", "90"],
    ]
    records, distinctions = read("a.xlsx", client.get("/mine/hours.xlsx").data)
    assert [row[3] for row in records.rows[2:]] == ["=义诊", "清洁楼道"]
    assert [row[1] for row in distinctions.rows[2:]] == ["年度志愿者"]


def test_the_same_queries_however_many_there_are(
    client: FlaskClient, volunteered: Cast, sign_in: SignIn, count_queries: Counting
) -> None:
    sign_in(client, volunteered.volunteer)
    client.get("/mine/hours")
    counts = []
    for month in range(3, 5):
        for day in range(1, month * 2):
            served(volunteered, volunteered.volunteer.person, "植树", f"2020-0{month}-0{day}T09:00")
            issued(volunteered, volunteered.volunteer.person, key=f"k{month}{day}")
        db.session.commit()
        with count_queries() as queries:
            assert client.get("/mine/hours").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

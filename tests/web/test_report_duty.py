"""The weekly three hours and the frontline assignments among the figures: with names for the office alone."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_account, make_assignment, make_pairing, make_person, make_subdistrict, make_visit
from tests.reports.neighbourhood import Neighbourhood, at, make_neighbourhood
from volunteer_app.database import db
from volunteer_app.duty.models import Force, Leave, VisitState
from volunteer_app.people.models import Account, Role

SignIn = Callable[[FlaskClient, Account], None]

DAYS = "from=2020-10-01&to=2020-10-31"
AMOUNTS = {
    "assignments": "8",
    "compounds_fully_staffed": "1",
    "visits": "2",
    "duty_minutes": "3.5",
    "problems_solved": "2",
    "disputes_mediated": "1",
    "cadre_weeks_due": "3",
    "cadre_weeks_met": "1",
}
NAMED = {"cadres": "1", "leaves": "1"}
UNNAMED = ("compounds_fully_staffed",)


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    """A cadre with two visits and a leave, and all forces in one compound."""
    here = make_neighbourhood()
    pairing = make_pairing(make_person("林一干", "19900000071"), here.yard)
    make_visit(pairing, starts_at=at(6, 9), minutes=180, state=VisitState.CONFIRMED, what="修好路灯", problems_solved=2)
    make_visit(pairing, starts_at=at(13, 9), minutes=30, state=VisitState.CONFIRMED, disputes_mediated=1)
    make_visit(pairing, starts_at=at(14, 9), minutes=500)
    days = {"since": at(30, 9).date(), "until": at(31, 9).date()}
    db.session.add(Leave(subdistrict_id=here.subdistrict.id, person_id=pairing.person_id, reason="病假", **days))
    for force in Force:
        make_assignment(here.yard, force, make_person("林一段", "19900000072") if force is Force.OFFICE else None)
    make_assignment(here.garden)
    db.session.commit()
    return here


@pytest.mark.parametrize(("figure", "amount"), AMOUNTS.items())
def test_everyone_sees_the_rows_without_a_name(
    client: FlaskClient, here: Neighbourhood, figure: str, amount: str
) -> None:
    response = client.get(f"/reports/rows?figure={figure}&{DAYS}")
    assert response.status_code == 200
    assert f'<b class="num">{amount}</b>' in response.text
    assert "<tbody>" in response.text
    for said in ("林一", "段平", "修好路灯", "病假"):
        assert said not in response.text


@pytest.mark.parametrize("figure", NAMED)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_cadres_and_leaves_are_no_public_rows(
    client: FlaskClient, here: Neighbourhood, sign_in: SignIn, figure: str, elsewhere: bool
) -> None:
    if elsewhere:
        sign_in(client, make_account("吴海", Role.OFFICER, place=make_subdistrict("柳浪街道")))
    response = client.get(f"/reports/rows?figure={figure}&{DAYS}&office={here.subdistrict.slug}")
    assert response.status_code == 200
    assert "figure=visits" in response.text
    assert "<table" not in response.text
    assert "林一" not in response.text


@pytest.mark.parametrize(("figure", "amount"), {**AMOUNTS, **NAMED}.items())
def test_the_office_sees_who(
    client: FlaskClient, here: Neighbourhood, sign_in: SignIn, figure: str, amount: str
) -> None:
    sign_in(client, make_account("钱晓岚", Role.OFFICER, place=here.subdistrict))
    for sort in ("", "&sort=person", "&sort=-person"):
        if sort and figure in UNNAMED:
            continue
        page = client.get(f"/reports/rows?figure={figure}&{DAYS}{sort}").text
        assert f'<b class="num">{amount}</b>' in page
        assert ("林一" in page) == (figure not in UNNAMED)
    assert ("修好路灯" in page) == (figure in ("visits", "duty_minutes", "problems_solved"))
    assert ("病假" in page) == (figure == "leaves")


def test_the_page_of_figures_opens_each_of_them(client: FlaskClient, here: Neighbourhood) -> None:
    page = client.get(f"/reports/?{DAYS}").text
    for figure in (*AMOUNTS, *NAMED):
        assert f"figure={figure}&amp;" in page
    assert "林一" not in page
    without = client.get("/reports/?from=2000-01-01&to=2000-01-31").text
    assert 'id="duty"' in without, "a pairing without dates was always there"
    elsewhere = make_subdistrict("柳浪街道")
    db.session.commit()
    page = client.get(f"/reports/?{DAYS}&office={elsewhere.slug}").text
    assert 'id="duty"' not in page
    assert 'id="frontline"' not in page

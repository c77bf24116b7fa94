"""Confirming visits at the door: whose, several at once, what is left out, and sending back."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Visit, VisitPhoto, VisitState
from volunteer_app.people.models import Account, Role
from volunteer_app.photos.models import Photo

from ..factories import (
    Cast,
    make_account,
    make_community,
    make_compound,
    make_grant,
    make_pairing,
    make_person,
    make_visit,
)

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
CONFIRMATION, ACCOUNT = "/duty/confirmation", "/duty/account"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_liaison(cast: Cast) -> Account:
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    return liaison


def ticks(page: str) -> dict[str, str]:
    """What the checkbox of each visit says."""
    return {value.partition("-")[0]: value for value in re.findall(r'name="visit" value="([^",]*)"', page)}


def state(visit: Visit) -> VisitState:
    return db.session.get_one(Visit, visit.id).state


@pytest.mark.parametrize("address", [CONFIRMATION, ACCOUNT, f"{ACCOUNT}/short", f"{ACCOUNT}/account.csv"])
def test_who_may_look(client: FlaskClient, cast: Cast, sign_in: SignIn, address: str) -> None:
    may = {"volunteer": 403, "leader": 403, "outsider": 200, "secretary": 200, "officer": 200}
    assert client.get(address).status_code == 303
    for who, status in may.items():
        sign_in(client, getattr(cast, who))
        assert client.get(address).status_code == status
    sign_in(client, make_liaison(cast))
    assert client.get(address).status_code == 200
    cadre = make_account("郑海")
    make_pairing(cadre.person, cast.compound)
    sign_in(client, cadre)
    assert client.get(address).status_code == 403


def test_each_sees_the_visits_of_their_place(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    inside = make_visit(make_pairing(compound=cast.compound))
    outside = make_visit(make_pairing(compound=make_compound(make_community(cast.subdistrict))))
    seen = {
        cast.officer: [True, True],
        cast.secretary: [True, False],
        make_liaison(cast): [True, False],
        cast.outsider: [False, False],
    }
    for account, expected in seen.items():
        sign_in(client, account)
        page = client.get(CONFIRMATION).text
        assert [f'id="visit-{it.id}"' in page for it in (inside, outside)] == expected
    sign_in(client, cast.officer)
    for community, expected in ((cast.community, [True, False]), (cast.elsewhere, [True, True])):
        page = client.get(f"{CONFIRMATION}?community={community.slug}").text
        assert [f'id="visit-{it.id}"' in page for it in (inside, outside)] == expected


def test_what_was_ticked_is_confirmed(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound)
    visits = [make_visit(pairing, starts_at=clock.now() - n * DAY, what=f"第{n}次") for n in (1, 2, 3)]
    db.session.add(VisitPhoto(visit_id=visits[0].id, photo=Photo(width=4, height=3, made_at=clock.now())))
    sign_in(client, cast.secretary)
    found = ticks(client.get(CONFIRMATION).text)
    assert sorted(found) == sorted(str(it.id) for it in visits)
    first, second, third = (found[str(it.id)] for it in visits)
    assert client.post(CONFIRMATION, data={"visit": []}).status_code == 303
    assert [state(it) for it in visits] == [VisitState.WAITING] * 3
    for _ in range(2):
        assert client.post(CONFIRMATION, data={"visit": [first, second]}).status_code == 303
    assert [state(it) for it in visits] == [VisitState.CONFIRMED, VisitState.CONFIRMED, VisitState.WAITING]
    # The button of one visit confirms that alone, whatever is ticked.
    other = make_visit(pairing, starts_at=clock.now() - 5 * DAY)
    mark = ticks(client.get(CONFIRMATION).text)[str(other.id)]
    client.post(CONFIRMATION, data={"visit": [third], "only": mark})
    assert [state(it) for it in (visits[2], other)] == [VisitState.WAITING, VisitState.CONFIRMED]
    assert db.session.query(AuditEntry).filter_by(action="confirm").count() == 3


def test_one_tick_for_all_of_a_cadre(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound)
    visits = [make_visit(pairing, starts_at=clock.now() - n * DAY) for n in (1, 2)]
    sign_in(client, cast.officer)
    (together,) = re.findall(r'name="visit" value="([^"]*,[^"]*)"', client.get(CONFIRMATION).text)
    client.post(CONFIRMATION, data={"visit": together})
    assert [state(it) for it in visits] == [VisitState.CONFIRMED] * 2


def test_what_cant_be_confirmed_is_named(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    own = make_visit(make_pairing(cast.secretary.person, cast.compound))
    late = make_visit(make_pairing(make_person("廖晨"), cast.compound), starts_at=clock.now() - 30 * DAY)
    changed = make_visit(make_pairing(make_person("郑海"), cast.compound))
    sign_in(client, cast.officer)
    found = ticks(client.get(CONFIRMATION).text)
    changed.what = "另一件事"
    sign_in(client, cast.secretary)
    assert list(ticks(client.get(CONFIRMATION).text)) == [str(changed.id)]
    client.post(CONFIRMATION, data={"visit": list(found.values())})
    page = client.get(CONFIRMATION).text
    flashes = re.findall(r'<div class="flash failed" role="status"><p>(.*?)</p>', page)
    assert [name in text for name, text in zip(("何静", "廖晨", "郑海"), flashes, strict=True)] == [True] * 3
    assert [state(it) for it in (own, late, changed)] == [VisitState.WAITING] * 3


def test_nobody_decides_elsewhere(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(make_pairing(compound=make_compound(make_community(cast.subdistrict))))
    sign_in(client, cast.officer)
    found = ticks(client.get(CONFIRMATION).text)
    address = f"{CONFIRMATION}/{visit.id}/return"
    for account in (cast.secretary, make_liaison(cast), cast.outsider, cast.leader, cast.volunteer):
        sign_in(client, account)
        assert client.post(CONFIRMATION, data={"visit": list(found.values())}).status_code == 403
        assert client.get(address).status_code == 403
        assert client.post(address, data={"reason": "时间不对"}).status_code == 403
    assert state(visit) is VisitState.WAITING


def test_a_visit_goes_back_with_a_reason(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    address = f"{CONFIRMATION}/{visit.id}/return"
    sign_in(client, cast.secretary)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', client.get(address).text)[1]
    for reason in ("", "长" * 101):
        answer = client.post(address, data={"seen": seen, "reason": reason})
        assert (answer.status_code, 'id="reason-e"' in answer.text) == (422, True)
    visit.what = "改过了"
    answer = client.post(address, data={"seen": seen, "reason": "时间不对"})
    assert (answer.status_code, "改过了" in answer.text, 'value="时间不对"' in answer.text) == (409, True, True)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', answer.text)[1]
    for _ in range(2):
        assert client.post(address, data={"seen": seen, "reason": "时间不对"}).status_code == 303
    row = db.session.get_one(Visit, visit.id)
    assert (row.state, row.reason) == (VisitState.RETURNED, "时间不对")
    assert db.session.query(AuditEntry).filter_by(action="return").count() == 1
    assert client.get(f"{CONFIRMATION}/2147483647/return").status_code == 404


def test_confirming_costs_the_same_for_two_and_twenty(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(client, cast.officer)
    looked, confirmed = [], []
    for number in (2, 20):
        for n in range(number):
            make_visit(make_pairing(make_person(f"郑海{n}"), make_compound(cast.community)))
        client.get(CONFIRMATION)
        with count_queries() as queries:
            found = ticks(client.get(CONFIRMATION).text)
        looked.append(len(queries))
        with count_queries() as queries:
            client.post(CONFIRMATION, data={"visit": list(found.values())})
        confirmed.append(len(queries))
    assert looked[0] == looked[1]
    assert confirmed[0] == confirmed[1]
    assert db.session.query(Visit).filter_by(state=VisitState.CONFIRMED).count() == 22

"""Records by hand on the pages: who enters, who approves, what stays in a form that was refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.people.models import Account, FamilyMember
from volunteer_app.service.models import Distinction, RecordState, ServiceRecord

from ..factories import Cast, make_other_leader, make_pairing, make_person, make_visit
from ..service.service import on_duty, served

SignIn = Callable[[FlaskClient, Account], None]
Counting = Callable[[], AbstractContextManager[list[str]]]
APPROVALS = "/service/approvals"


def of(cast: Cast, end: str = "") -> str:
    return f"/people/{cast.volunteer.person_id}/records{end}"


def form(cast: Cast, **values: str) -> dict[str, str]:
    return {
        "key": "k" * 32,
        "content": "送餐",
        "team": cast.team.slug,
        "starts": "2020-11-20T14:00",
        "ends": "2020-11-20T15:00",
    } | values


def entered(client: FlaskClient, cast: Cast, sign_in: SignIn, **values: str) -> ServiceRecord:
    """By the leader."""
    sign_in(client, cast.leader)
    assert client.post(of(cast), data=form(cast, **values)).status_code == 303
    return db.session.query(ServiceRecord).order_by(ServiceRecord.id.desc()).first()


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 403), ("outsider", 403), ("leader", 200), ("secretary", 200), ("officer", 200)],
)
def test_who_enters(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get(of(cast)).status_code == status
    assert client.get(of(cast, "/new")).status_code == status
    assert client.post(of(cast), data=form(cast)).status_code == (303 if status == 200 else status)
    assert db.session.query(ServiceRecord).count() == (status == 200)


def test_a_visit_on_duty_that_was_logged_since_is_in_the_way(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = entered(client, cast, sign_in)
    visit = make_visit(make_pairing(cast.volunteer.person, cast.compound), starts_at=row.starts_at, minutes=30)
    sign_in(client, cast.secretary)
    assert client.post(f"/service/records/{row.id}/approval").status_code == 409
    assert row.state is RecordState.WAITING
    db.session.delete(visit)
    assert client.post(f"/service/records/{row.id}/approval").status_code == 303


def test_nobody_approves_for_their_family(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = entered(client, cast, sign_in)
    family = FamilyMember(account_id=cast.secretary.id, person_id=cast.volunteer.person_id, since=clock.now())
    db.session.add(family)
    client.set_cookie("lang", "en")
    sign_in(client, cast.secretary)
    address = f"/service/records/{row.id}/approval"
    page = client.get(APPROVALS).text
    sentence = "s a record of somebody of your family: a colleague decides."
    assert (sentence in page, address in page) == (True, False)
    answer = client.post(address)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert row.state is RecordState.WAITING


def test_a_leader_enters_for_the_own_team_alone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_other_leader(cast)
    sign_in(client, other)
    assert client.get(of(cast)).status_code == 403
    other_client = client.application.test_client()
    sign_in(other_client, cast.leader)
    assert other_client.post(of(cast), data=form(cast, team="")).status_code == 422
    assert other_client.get(f"/people/{make_person('外人').id}/records").status_code == 403


def test_entered_approved_and_counted(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = entered(client, cast, sign_in, minutes="45")
    assert client.post(of(cast), data=form(cast)).status_code == 303
    assert db.session.query(ServiceRecord).count() == 1
    assert client.get(APPROVALS).status_code == 403
    assert client.post(f"/service/records/{row.id}/approval").status_code == 403
    desk = client.application.test_client()
    sign_in(desk, cast.secretary)
    page = desk.get(APPROVALS).text
    for text in ("送餐", "孙桂兰", "赵建国", f"/service/records/{row.id}/approval"):
        assert text in page, text
    for _ in range(2):
        assert desk.post(f"/service/records/{row.id}/approval").status_code == 303
    assert row.state is RecordState.APPROVED
    assert 'class="empty"' in desk.get(APPROVALS).text
    own = client.application.test_client()
    sign_in(own, cast.volunteer)
    page = own.get("/mine/hours").text
    assert "送餐" in page
    assert '<dd class="num">45</dd>' in page


def test_whoever_entered_it_doesnt_decide(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.secretary)
    client.post(of(cast), data=form(cast, team="", unit="红十字会"))
    row = db.session.query(ServiceRecord).one()
    assert f"/service/records/{row.id}/approval" not in client.get(APPROVALS).text
    for address in ("approval", "refusal"):
        assert client.post(f"/service/records/{row.id}/{address}", data={"reason": "x"}).status_code == 403
    desk = client.application.test_client()
    sign_in(desk, cast.outsider)
    assert desk.post(f"/service/records/{row.id}/approval").status_code == 403
    sign_in(desk, cast.officer)
    assert desk.post(f"/service/records/{row.id}/approval").status_code == 303
    assert (row.state, row.unit) == (RecordState.APPROVED, "红十字会")


def test_refused_with_a_reason(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = entered(client, cast, sign_in)
    desk = client.application.test_client()
    sign_in(desk, cast.secretary)
    address = f"/service/records/{row.id}/refusal"
    assert desk.get(address).status_code == 200
    assert desk.post(address, data={"reason": " "}).status_code == 422
    assert desk.post(address, data={"reason": "没有凭据"}).status_code == 303
    assert "没有凭据" in client.get(of(cast)).text


def test_what_was_typed_stays(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    for values in (
        {"content": ""},
        {"ends": "2020-11-20T13:00"},
        {"ends": "2020-11-26T13:00"},
        {"minutes": "61"},
        {"minutes": "x"},
        {"starts": "gestern"},
    ):
        answer = client.post(of(cast), data=form(cast, place_text="社区中心", **values))
        assert answer.status_code == 422, values
        assert 'value="社区中心"' in answer.text
    served(cast, cast.volunteer.person, "植树", "2020-11-20T14:30")
    answer = client.post(of(cast), data=form(cast, place_text="社区中心"))
    assert answer.status_code == 409
    assert 'value="社区中心"' in answer.text
    assert "植树" in answer.text
    # The key wasn't used up: the same form, put right, is taken.
    assert client.post(of(cast), data=form(cast, ends="2020-11-20T14:30")).status_code == 303
    assert db.session.query(ServiceRecord).one().minutes == 30


def test_corrected(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = entered(client, cast, sign_in)
    desk = client.application.test_client()
    sign_in(desk, cast.secretary)
    desk.post(f"/service/records/{row.id}/approval")
    address = f"/service/records/{row.id}/correction"
    assert address in client.get(of(cast)).text
    assert 'value="送餐"' in client.get(address).text
    changed = form(cast, ends="2020-11-20T14:20", key="c" * 32)
    assert client.post(address, data=changed).status_code == 422
    assert client.post(address, data=changed | {"reason": "早退"}).status_code == 303
    assert client.post(address, data=changed | {"reason": "早退", "key": "d" * 32}).status_code == 409
    new = db.session.query(ServiceRecord).filter_by(replaces_id=row.id).one()
    assert "早退" in desk.get(APPROVALS).text
    assert desk.post(f"/service/records/{new.id}/approval").status_code == 303
    page = client.get(of(cast)).text
    assert address not in page
    assert 'class="state over"' in page
    stranger = client.application.test_client()
    sign_in(stranger, make_other_leader(cast))
    assert stranger.get(address).status_code == 403


def test_duty_stands_nowhere(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    served(cast, cast.volunteer.person, "清洁楼道", "2020-11-04T19:00")
    on_duty(cast, cast.volunteer.person)
    sign_in(client, cast.secretary)
    page = client.get(of(cast)).text
    assert "清洁楼道" in page
    assert "值守日" not in page
    sign_in(client, cast.leader)
    assert "清洁楼道" not in client.get(of(cast)).text


def test_training_and_awards(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    address = f"/people/{cast.volunteer.person_id}/distinctions"
    noted = {"key": "k" * 32, "kind": "training", "title": "急救", "giver": "红十字会", "day": "2020-05-08"}
    sign_in(client, cast.leader)
    assert client.post(address, data=noted).status_code == 403
    sign_in(client, cast.secretary)
    for values in ({"title": ""}, {"kind": "x"}, {"day": "2020-11-26"}):
        answer = client.post(address, data=noted | values)
        assert answer.status_code == 422, values
        assert 'value="红十字会"' in answer.text
    for _ in range(2):
        assert client.post(address, data=noted).status_code == 303
    (it,) = db.session.query(Distinction)
    assert "急救" in client.get(of(cast)).text
    removal = f"/service/distinctions/{it.id}/removal"
    sign_in(client, cast.outsider)
    assert client.post(removal).status_code == 403
    sign_in(client, cast.officer)
    assert client.post(removal).status_code == 303
    assert client.post(removal).status_code == 404


def test_the_same_queries_however_many_wait(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Counting
) -> None:
    sign_in(client, cast.secretary)
    counts = []
    for more in (1, 4):
        for number in range(more):
            entered(
                client.application.test_client(),
                cast,
                sign_in,
                key=f"{more}{number}",
                starts=f"2020-1{more // 4}-0{number + 1}T09:00",
                ends=f"2020-1{more // 4}-0{number + 1}T10:00",
            )
        client.get(APPROVALS)
        with count_queries() as queries:
            assert client.get(APPROVALS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

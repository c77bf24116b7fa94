"""Asking for an account, the office's answer, and one-time codes at the door."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.people import accounts, codes, consents, requests
from volunteer_app.people.models import Account, AccountRequest, OneTimeCode, Person, RequestState, Role
from volunteer_app.web.accounts import REFUSED_AFTER

from ..factories import (
    Cast,
    make_account,
    make_activity,
    make_membership,
    make_other_leader,
    make_person,
    make_sign_up,
    make_team,
)

SignIn = Callable[[FlaskClient, Account], None]
NEW = "an entirely new one"


@pytest.fixture(autouse=True)
def english(request: pytest.FixtureRequest) -> None:
    """Pages in English."""
    name = "client" if "client" in request.fixturenames else "sqlite_client"
    request.getfixturevalue(name).set_cookie("lang", "en")


def ask(client: FlaskClient, cast: Cast, **typed: str):
    form = {"name": "孙兰英", "phone": "199 1111 0000", "subdistrict": cast.subdistrict.slug, "note": "舞蹈队"}
    return client.post("/registration", data=form | typed)


def asked(cast: Cast, name: str = "孙兰英", phone: str = "19911110000") -> AccountRequest:
    request = requests.ask(cast.subdistrict, name=name, phone=phone)
    db.session.commit()
    return request


def shown_code(client: FlaskClient, answer) -> str:
    assert answer.location == "/code/made", answer.text
    page = client.get("/code/made").text
    return "".join(re.search(r"(\d{4}) (\d{4})</span>", page).groups())


def redeem(client: FlaskClient, **typed: str):
    return client.post("/code", data={"login": "19911110000", "password": NEW} | typed)


class TestAsking:
    def test_the_answer_is_the_same_for_everyone(
        self, client: FlaskClient, cast: Cast, count_queries: Callable[..., object]
    ) -> None:
        answers = []
        people = (
            ("孙兰英", "19911110000"),
            (cast.volunteer.person.name, str(cast.volunteer.phone)),
            ("别人", str(cast.volunteer.phone)),
            (cast.leader.person.name, "19911119999"),
        )
        ask(client, cast)
        for name, phone in people:
            with count_queries() as queries:
                answer = ask(client, cast, name=name, phone=phone)
            after = client.get(answer.location).text
            answers.append((answer.status_code, answer.location, tuple(queries), after))
        assert len(set(answers)) == 1
        assert "The office will call this number, or ask your team's leader for a one-time code." in answers[0][3]
        assert db.session.query(AccountRequest).count() == 5

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": " "}, "Enter a name"),
            ({"phone": "123"}, "is not a phone number"),
            ({"phone": ""}, "Enter a phone number"),
            ({"subdistrict": ""}, "Choose a sub-district"),
            ({"subdistrict": "nonsense"}, "Not a valid choice"),
            ({"note": "x" * 201}, "200"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, client: FlaskClient, cast: Cast, typed: dict[str, str], words: str
    ) -> None:
        answer = ask(client, cast, **typed)
        assert (answer.status_code, words in answer.text) == (422, True)
        assert db.session.query(AccountRequest).count() == 0

    def test_one_address_asks_ten_times_a_minute(self, client: FlaskClient, cast: Cast) -> None:
        assert [ask(client, cast).status_code for _ in range(11)] == [303] * 10 + [429]


class TestDeciding:
    def test_an_office_sees_its_own_requests_alone(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        request = asked(cast)
        statuses = {}
        for who in ("officer", "administrator", "outsider", "secretary", "leader", "volunteer"):
            sign_in(client, getattr(cast, who))
            page = client.get("/registration/requests")
            statuses[who] = page.status_code, "孙兰英" in page.text
            one = client.get(f"/registration/requests/{request.id}").status_code
            refusal = client.post(f"/registration/requests/{request.id}/code").status_code if one != 200 else one
            statuses[who] += one, refusal
        assert statuses == {
            "officer": (200, True, 200, 200),
            "administrator": (200, True, 200, 200),
            "outsider": (200, False, 403, 403),
            "secretary": (403, False, 403, 403),
            "leader": (403, False, 403, 403),
            "volunteer": (403, False, 403, 403),
        }

    def test_people_who_look_alike_in_the_offices_scope(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        make_membership(cast.team, make_person("孙兰英", "19922220000"))
        make_membership(cast.team, make_person("孙爷爷", "19911110000"))
        make_membership(make_team(cast.elsewhere), make_person("孙外人", "19911110000"))
        sign_in(client, cast.officer)
        page = client.get(f"/registration/requests/{asked(cast).id}").text
        assert [name in page for name in ("19922220000", "孙爷爷", "孙外人")] == [True, True, False]
        assert "An account signs in with this number already" not in page
        make_account("外人", phone="19911110000")
        assert (
            "An account signs in with this number already"
            in client.get(f"/registration/requests/{asked(cast).id}").text
        )

    def test_somebody_new_gets_an_account(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        request = asked(cast)
        sign_in(client, cast.officer)
        digits = shown_code(client, client.post(f"/registration/requests/{request.id}/code"))
        assert digits not in client.get("/code/made").text, "it's shown once"
        assert request.state is RequestState.GRANTED
        client.post("/logout")
        assert redeem(client, code=f"{digits[:4]} {digits[4:]}", next="/mine").location == "/mine"
        assert "孙兰英" in client.get("/account").text
        account = accounts.find("19911110000")
        assert [it.purpose for it in consents.living(account.person)] == ["sign_up"]

    def test_a_known_person_gets_the_account(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        known = make_membership(cast.team, make_person("孙兰英", "19911110000")).person
        request = asked(cast)
        sign_in(client, cast.officer)
        answer = client.post(f"/registration/requests/{request.id}/code", data={"person": known.id})
        assert redeem(client, code=shown_code(client, answer)).status_code == 303
        assert accounts.find("19911110000").person == known

    def test_nobody_out_of_the_offices_sight_is_chosen(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        stranger = make_membership(make_team(cast.elsewhere), make_person("孙兰英", "19922220000")).person
        request = asked(cast)
        sign_in(client, cast.officer)
        for chosen in (stranger.id, cast.volunteer.person_id, "nonsense"):
            answer = client.post(f"/registration/requests/{request.id}/code", data={"person": chosen})
            assert answer.status_code == 404

    def test_asking_under_somebodys_name_opens_no_role(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        outsider = cast.outsider.person
        request = asked(cast, name=outsider.name, phone=str(outsider.phone))
        sign_in(client, cast.officer)
        assert client.post(f"/registration/requests/{request.id}/code").status_code == 409
        assert (request.state, db.session.query(OneTimeCode).count()) == (RequestState.WAITING, 0)

    def test_declining(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        request = asked(cast)
        sign_in(client, cast.officer)
        assert client.post(f"/registration/requests/{request.id}/refusal").status_code == 303
        assert "孙兰英" not in client.get("/registration/requests").text
        assert "孙兰英" in client.get("/registration/requests?state=decided").text
        assert client.post(f"/registration/requests/{request.id}/code").status_code == 409
        assert db.session.query(Person).filter_by(name="孙兰英").count() == 0

    def test_as_many_queries_for_three_requests_as_for_one(
        self, sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Callable[..., object]
    ) -> None:
        sign_in(sqlite_client, cast.officer)
        counts = []
        for _ in range(2):
            asked(cast)
            sqlite_client.get("/registration/requests")
            with count_queries() as queries:
                assert "孙兰英" in sqlite_client.get("/registration/requests").text
            counts.append(len(queries))
            asked(cast, phone="19933330000")
        assert counts[0] == counts[1]


class TestMakingCodes:
    def test_who_makes_one_for_whom(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        """The leader of a team that an officer is a member of must not become that officer."""
        member = make_membership(cast.team).person
        officer_in_team = make_account("郑和", Role.OFFICER, place=cast.subdistrict).person
        make_membership(cast.team, officer_in_team)
        led = make_other_leader(cast).person
        stranger = make_membership(make_team(cast.elsewhere)).person
        people = (member, officer_in_team, led, stranger, cast.administrator.person)
        made = {}
        for who in ("leader", "secretary", "officer", "outsider", "administrator", "volunteer"):
            sign_in(client, getattr(cast, who))
            posts = [client.post(f"/people/{person.id}/code") for person in people]
            made[who] = [answer.status_code == 303 for answer in posts]
        assert made == {
            "leader": [True, False, False, False, False],
            "secretary": [True, False, False, False, False],
            "officer": [True, True, True, False, False],
            "outsider": [False, False, False, True, False],
            "administrator": [True, True, True, True, False],
            "volunteer": [False, False, False, False, False],
        }
        assert client.post("/people/99999/code").status_code == 404

    def test_whom_a_leader_signed_up_is_no_member(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        """Else a leader would sign anybody up by name and number, and then open their account."""
        signed_up = make_sign_up(make_activity(cast.team)).person
        left = make_membership(cast.team, until=clock.today() - timedelta(days=1)).person
        sign_in(client, cast.leader)
        for person in (signed_up, left):
            page = client.get(f"/people/{person.id}")
            assert (page.status_code, f"/people/{person.id}/code" in page.text) == (200, False)
            assert client.post(f"/people/{person.id}/code").status_code == 403
        sign_in(client, cast.officer)
        assert client.post(f"/people/{signed_up.id}/code").status_code == 303

    def test_the_page_shows_it_to_its_maker_once(
        self, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
    ) -> None:
        sign_in(client, cast.leader)
        answer = client.post(f"/people/{make_membership(cast.team).person_id}/code")
        other = app.test_client()
        sign_in(other, cast.officer)
        assert not re.search(r"\d{4} \d{4}</span>", other.get("/code/made").text)
        assert len(shown_code(client, answer)) == 8
        assert "shown already" in client.get("/code/made").text


class TestRedeeming:
    def test_every_refusal_is_the_same_and_takes_the_same_time(self, client: FlaskClient, cast: Cast) -> None:
        """A known number with a code, without one, an unknown number: no word and no clock tells them apart."""
        known = make_membership(cast.team, make_person("孙兰英", "19911110000")).person
        codes.make(known, by=cast.officer)
        answers = set()
        for login in ("19911110000", str(cast.volunteer.phone), "19944440000", "nobody@example.org"):
            began = monotonic()
            answer = redeem(client, login=login, code="00000000")
            assert monotonic() - began >= REFUSED_AFTER
            answers.add((answer.status_code, answer.text.replace(login, "")))
        assert len(answers) == 1
        assert "Number and code don&#39;t fit" in answers.pop()[1]

    def test_five_wrong_tries_over_http(self, client: FlaskClient, cast: Cast) -> None:
        digits = codes.make(make_membership(cast.team, make_person("孙兰英", "19911110000")).person, by=cast.officer)
        for _ in range(5):
            assert redeem(client, code="00000000").status_code == 422
        assert redeem(client, code=digits).status_code == 422

    def test_a_weak_password_is_said_at_its_field(self, client: FlaskClient, cast: Cast) -> None:
        answer = redeem(client, code="12345678", password="short")
        assert (answer.status_code, "at least 10 characters" in answer.text) == (422, True)

    def test_all_sessions_end_and_the_second_factor_is_asked(
        self, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
    ) -> None:
        cast.volunteer.totp_secret = "A" * 32
        other = app.test_client()
        sign_in(other, cast.volunteer)
        digits = codes.make(cast.volunteer.person, by=cast.officer)
        answer = redeem(client, login=str(cast.volunteer.phone), code=digits)
        assert answer.location == "/login/second-factor"
        assert [each.get("/account").status_code for each in (client, other)] == [303, 303]

    def test_two_at_once_open_one_account(self, app: Flask, client: FlaskClient, cast: Cast) -> None:
        digits = codes.make(make_membership(cast.team, make_person("孙兰英", "19911110000")).person, by=cast.officer)
        db.session.commit()
        barrier, answers = threading.Barrier(4), []

        def post() -> None:
            barrier.wait(10)
            answers.append(redeem(app.test_client(), code=digits).status_code)

        threads = [threading.Thread(target=post) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(answers) == [303, 422, 422, 422]
        assert db.session.scalar(select(func.count(Account.id)).where(Account.phone == "19911110000")) == 1

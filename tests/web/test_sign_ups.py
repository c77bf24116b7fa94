"""Signing up on an activity's page, and the list of those who keep it."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, Receipt, SignUp, SignUpState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.models import Account, Consent, FamilyMember, Person

from ..factories import Cast, make_activity, make_membership, make_person, make_shift, make_sign_up
from .signing import guest_form, sign_up, signed_up

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]

ENGLISH = {"Cookie": "lang=en"}


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """Tomorrow, with two places."""
    return make_activity(cast.team, "冬季用火安全", places=2)


@pytest.fixture
def guest(client: FlaskClient) -> FlaskClient:
    """A browser that reads English."""
    client.set_cookie("lang", "en")
    return client


def address(activity: Activity, number: int = 0) -> str:
    return f"/activities/shifts/{activity.shifts[number].id}/sign-ups"


def states() -> list[tuple[str, SignUpState]]:
    return [(it.person.name, it.state) for it in db.session.query(SignUp).order_by(SignUp.id)]


def limit(app: Flask, **limits: int) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **limits)


# Without an account


def test_a_guest_gets_a_receipt_and_agrees(guest: FlaskClient, activity: Activity) -> None:
    page = guest.get(f"/activities/{activity.id}").text
    assert "deleted 12 months after the last activity" in page
    assert '<section class="tabs act screen"' in page
    assert signed_up(guest, activity, " 王 秀兰", "+86 139 1234 5678").startswith("/receipts/")
    (made,) = db.session.query(SignUp).all()
    assert (made.person.name, made.person.phone, made.by_id) == ("王秀兰", "13912345678", None)
    assert [(it.purpose, it.text_version) for it in db.session.query(Consent)] == [("sign_up", "1")]
    again = guest.get(f"/activities/{activity.id}").text
    assert "Signed up already" in again
    assert "王*兰" in again


def test_the_same_form_twice_is_one_sign_up_with_one_receipt(guest: FlaskClient, activity: Activity) -> None:
    form = guest_form()
    first, second = (guest.post(address(activity), data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert (db.session.query(SignUp).count(), db.session.query(Receipt).count()) == (1, 1)


def test_the_same_form_twice_at_once(app: Flask, activity: Activity) -> None:
    form, where = guest_form(), address(activity)
    db.session.commit()
    answers = []

    def send() -> None:
        answers.append(app.test_client().post(where, data=form))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert (db.session.query(SignUp).count(), db.session.query(Receipt).count()) == (1, 1)


def test_going_back_to_sign_up_somebody_else_makes_another_receipt(guest: FlaskClient, activity: Activity) -> None:
    form = guest_form()
    first = guest.post(address(activity), data=form)
    second = guest.post(address(activity), data=form | {"name": "李建军"})
    assert first.location != second.location
    assert states() == [("王秀兰", SignUpState.CONFIRMED), ("李建军", SignUpState.CONFIRMED)]


def test_another_form_with_somebody_signed_up_says_so_and_shows_no_link(
    app: Flask, guest: FlaskClient, activity: Activity
) -> None:
    receipt = signed_up(guest, activity)
    stranger = app.test_client()
    stranger.set_cookie("lang", "en")
    answer = sign_up(stranger, activity)
    assert answer.status_code == 409
    assert "王秀兰 has signed up for this already." in answer.text
    assert "/receipts/" not in answer.text
    assert receipt not in answer.text
    assert 'value="13912345678"' in answer.text
    assert db.session.query(Receipt).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Enter the name of whoever comes."),
        ({"name": "=1+1"}, "Write the name with letters or characters."),
        ({"name": "王" * 61}, "A name has at most 60 characters."),
        ({"phone": ""}, "Enter a phone number."),
        ({"phone": "12345"}, "12345 is not a phone number"),
        ({"consent": ""}, "Without your agreement"),
        ({"nonce": "x"}, "The form was incomplete."),
        ({"child": "y"}, "For a child under 14 enter the guardian&#39;s name."),
        ({"child": "y", "guardian_name": "王芳", "guardian_phone": "1"}, "1 is not a phone number"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays(
    guest: FlaskClient, activity: Activity, values: dict[str, str], words: str
) -> None:
    answer = guest.post(address(activity), data=guest_form(**values))
    assert answer.status_code == 422
    assert words in answer.text
    for kept in ({"name": "王秀兰", "phone": "13912345678"} | values)["name"], values.get("guardian_name", ""):
        assert f'value="{kept}"' in answer.text
    assert (db.session.query(SignUp).count(), db.session.query(Person).filter_by(name="王秀兰").count()) == (0, 0)


def test_a_child_comes_with_a_guardian(guest: FlaskClient, activity: Activity) -> None:
    child = {"child": "y", "guardian_name": "王芳", "guardian_phone": "139 8765 4321"}
    assert sign_up(guest, activity, **child).status_code == 303
    person = db.session.query(SignUp).one().person
    assert (person.guardian_name, person.guardian_phone) == ("王芳", "13987654321")
    assert {it.purpose for it in db.session.query(Consent)} == {"sign_up", "guardian"}
    other = make_activity(activity.team, places=2, starts_at=activity.starts_at + timedelta(days=1))
    sign_up(guest, other, **child | {"guardian_name": "别人"})
    assert person.guardian_name == "王芳"


def test_the_waiting_list_is_honest(guest: FlaskClient, activity: Activity) -> None:
    for _ in range(2):
        make_sign_up(activity)
    make_sign_up(activity, state=SignUpState.WAITING)
    page = guest.get(f"/activities/{activity.id}").text
    assert "You would be number 2. When it's your turn, the leader tells you." in page
    assert "Join the waiting list</button>" in page
    assert "number 2 on the waiting list" in guest.get(signed_up(guest, activity)).text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": ActivityState.CANCELLED}, "Cancelled"),
        ({"sign_up_closes_at": -1}, "Sign-up has closed"),
        ({"sign_up_opens_at": 1}, "Sign-up opens"),
    ],
)
def test_a_refusal_is_the_same_on_the_page_and_for_the_form(
    guest: FlaskClient, activity: Activity, values: dict[str, object], words: str
) -> None:
    for name, value in values.items():
        setattr(activity, name, clock.now() + timedelta(hours=value) if isinstance(value, int) else value)
    page = guest.get(f"/activities/{activity.id}").text
    assert words in page
    assert "<form" not in page
    answer = sign_up(guest, activity)
    assert answer.status_code == 409
    assert words in answer.text
    assert db.session.query(SignUp).count() == 0


def test_a_draft_and_an_unknown_shift(guest: FlaskClient, activity: Activity) -> None:
    activity.state = ActivityState.DRAFT
    assert sign_up(guest, activity).status_code == 403
    assert guest.post("/activities/shifts/999999/sign-ups", data=guest_form()).status_code == 404


def test_of_several_shifts_one_is_chosen(guest: FlaskClient, activity: Activity) -> None:
    make_shift(activity, title="布置场地", places=1)
    full = make_sign_up(activity)
    full.shift_id = activity.shifts[1].id
    page = guest.get(f"/activities/{activity.id}").text
    for shift in activity.shifts:
        assert f'formaction="/activities/shifts/{shift.id}/sign-ups"' in page
    assert "2 places left" in page
    assert "Full</span>" in page
    guest.post(address(activity, 1), data=guest_form())
    assert states()[-1] == ("王秀兰", SignUpState.WAITING)


# Nobody learns who is known


def test_whoever_is_known_gets_the_same_answer_by_the_same_statements(
    app: Flask, activity: Activity, count_queries: CountQueries
) -> None:
    activity.shifts[0].places = 9
    make_person("王秀兰", "13912345678")
    answers = {}
    for name in ("李建军", "王秀兰", "李建国"):  # the first one meets caches that are empty
        client = app.test_client()
        with count_queries() as queries:
            answer = sign_up(client, activity, name=name)
        page = client.get(answer.location).text
        answers[name] = answer.status_code, len(answer.location), len(page.splitlines()), list(queries)
    assert answers["王秀兰"] == answers["李建国"]


def test_where_else_somebody_is_stays_unsaid_on_another_device(
    app: Flask, guest: FlaskClient, activity: Activity
) -> None:
    elsewhere = make_activity(activity.team, "义诊", places=9, starts_at=activity.starts_at + timedelta(minutes=10))
    signed_up(guest, elsewhere)
    here = sign_up(guest, activity)
    assert here.status_code == 409
    assert "义诊" in here.text
    assert sign_up(app.test_client(), activity).status_code == 303


# Limits


def test_a_device_signs_up_a_few_people_for_a_shift(app: Flask, guest: FlaskClient, activity: Activity) -> None:
    limit(app, people_per_device=2)
    first = signed_up(guest, activity, "王秀兰")
    signed_up(guest, activity, "李建军")
    answer = sign_up(guest, activity, name="赵小梅")
    assert answer.status_code == 429
    assert "This device has signed up 2 people for this." in answer.text
    assert 'value="赵小梅"' in answer.text
    assert sign_up(app.test_client(), activity, name="赵小梅").status_code == 303
    guest.post(f"{first}/withdrawal")
    assert sign_up(guest, activity, name="钱多多").status_code == 303


def test_a_number_is_limited_for_an_address_alone(app: Flask, guest: FlaskClient, activity: Activity) -> None:
    limit(app, sign_ups_per_phone=2, people_per_device=9)
    for name in ("王秀兰", "李建军"):
        signed_up(guest, activity, name)
    answer = sign_up(guest, activity, name="赵小梅")
    assert answer.status_code == 429
    assert "Try again after " in answer.text
    assert 'value="赵小梅"' in answer.text
    assert sign_up(guest, activity, name="赵小梅", phone="13900000001").status_code == 303
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    form = guest_form("赵小梅")
    assert app.test_client().post(address(activity), data=form, environ_overrides=elsewhere).status_code == 303


def test_forms_of_an_address_are_limited_together(sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast) -> None:
    limit(sqlite_app, posts_per_minute=2)
    one = make_activity(cast.team, places=9)
    signed_up(sqlite_client, one)
    assert sqlite_client.post("/login", data={"login": "", "password": ""}).status_code == 422
    assert sign_up(sqlite_client, one, name="李建军").status_code == 429
    assert sqlite_client.get(f"/activities/{one.id}").status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert (
        sqlite_client.post("/login", data={"login": "", "password": ""}, environ_overrides=elsewhere).status_code == 422
    )


# With an account


def test_a_member_signs_up_with_one_button_once_they_agreed(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(guest, cast.volunteer)
    form = {"person": str(cast.volunteer.person_id)}
    assert guest.post(address(activity), data=form).status_code == 422
    answer = guest.post(address(activity), data=form | {"consent": "y"})
    made = db.session.query(SignUp).one()
    assert answer.location == f"/sign-ups/{made.id}"
    assert made.by_id is None
    again = guest.post(address(activity), data=form)
    assert (again.status_code, again.location) == (303, f"/sign-ups/{made.id}")
    assert "Signed up already" in guest.get(f"/activities/{activity.id}").text
    other = make_activity(cast.team, places=2, starts_at=activity.starts_at + timedelta(days=1))
    assert 'name="consent"' not in guest.get(f"/activities/{other.id}").text
    assert guest.post(address(other), data=form).status_code == 303


def test_a_member_signs_up_the_family_and_nobody_else(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    mother, former, stranger = make_person("孙大妈"), make_person("孙小弟"), make_person()
    for person, ended_at in ((mother, None), (former, clock.now())):
        link = FamilyMember(account_id=cast.volunteer.id, person_id=person.id, since=clock.now(), ended_at=ended_at)
        db.session.add(link)
    sign_in(guest, cast.volunteer)
    page = guest.get(f"/activities/{activity.id}").text
    assert ("孙大妈" in page, "孙小弟" in page) == (True, False)
    for person in (former, stranger):
        assert guest.post(address(activity), data={"person": str(person.id), "consent": "y"}).status_code == 422
    assert guest.post(address(activity), data={"consent": "y"}).status_code == 422
    answer = guest.post(address(activity), data={"person": str(mother.id), "consent": "y"})
    made = db.session.query(SignUp).one()
    assert (made.person_id, made.by_id) == (mother.id, cast.volunteer.id)
    assert "孙大妈" in guest.get(answer.location).text


def test_a_form_from_an_ended_session_signs_nobody_up(guest: FlaskClient, activity: Activity, cast: Cast) -> None:
    answer = guest.post(address(activity), data={"person": str(cast.volunteer.person_id), "consent": "y"})
    assert answer.status_code == 422
    assert "You&#39;ve been signed out." in answer.text
    assert db.session.query(SignUp).count() == 0


def test_without_its_token_a_form_does_nothing(app: Flask, client: FlaskClient, activity: Activity) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert sign_up(client, activity).status_code == 400
    assert db.session.query(SignUp).count() == 0


def test_one_s_own_page_gives_the_place_back_and_takes_it_again(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(guest, cast.volunteer)
    page = guest.post(address(activity), data={"person": str(cast.volunteer.person_id), "consent": "y"}).location
    made = db.session.query(SignUp).one()
    assert "<b>孙桂兰</b>, number 1" in guest.get(page).text
    assert "Withdraw from this activity?" in guest.get(f"{page}/withdrawal").text
    for _tap in range(2):
        assert guest.post(f"{page}/withdrawal").location == page
        assert made.state is SignUpState.WITHDRAWN
    for _tap in range(2):
        assert guest.post(f"{page}/renewal").location == page
        assert made.state is SignUpState.CONFIRMED


def test_somebody_else_s_sign_up_is_not_there(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    made = make_sign_up(activity)
    assert guest.get(f"/sign-ups/{made.id}").status_code == 303
    for account in (cast.volunteer, cast.leader, cast.administrator):
        sign_in(guest, account)
        for answer in (
            guest.get(f"/sign-ups/{made.id}"),
            guest.get(f"/sign-ups/{made.id}/withdrawal"),
            guest.post(f"/sign-ups/{made.id}/withdrawal"),
            guest.post(f"/sign-ups/{made.id}/renewal"),
        ):
            assert answer.status_code == 404
    assert made.state is SignUpState.CONFIRMED


# The list


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("volunteer", 403),
        ("outsider", 403),
        ("leader", 200),
        ("secretary", 200),
        ("officer", 200),
        ("administrator", 200),
    ],
)
def test_the_list_is_for_those_who_keep_it(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn, who: str, status: int
) -> None:
    made = make_sign_up(activity, make_person("王秀兰", "13912345678"))
    sign_in(guest, getattr(cast, who))
    page = guest.get(f"/activities/{activity.id}/sign-ups")
    assert page.status_code == status
    assert ("王秀兰" in page.text, "13912345678" in page.text) == ((True, True) if status == 200 else (False, False))
    assert guest.get(f"/activities/{activity.id}/sign-ups.xlsx").status_code == status
    assert guest.get(f"/sign-ups/{made.id}/release").status_code == status
    for action in ("promotion", "verification", "release"):
        answer = guest.post(f"/sign-ups/{made.id}/{action}")
        assert answer.status_code == 403 if status == 403 else answer.status_code in (303, 409)
    assert (made.state is SignUpState.WITHDRAWN) == (status == 200)


def test_who_is_not_known_is_marked_until_somebody_knows_them(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    member = make_sign_up(activity, make_membership(cast.team).person)
    stranger = make_sign_up(activity)
    sign_in(guest, cast.leader)
    where = f"/activities/{activity.id}/sign-ups"
    assert guest.get(where).text.count("Not known yet") == 1
    assert guest.post(f"/sign-ups/{stranger.id}/verification").location == where
    assert "Not known yet" not in guest.get(where).text
    assert (stranger.verified_by_id, member.verified_by_id) == (cast.leader.id, None)


def test_a_place_is_released_and_given(guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn) -> None:
    activity.withdraw_until = clock.now()  # nobody moves up by themselves any more
    first, _second = make_sign_up(activity, make_person("王秀兰")), make_sign_up(activity)
    waiting = make_sign_up(activity, make_person("李建军"), SignUpState.WAITING)
    sign_in(guest, cast.leader)
    where = f"/activities/{activity.id}/sign-ups"
    assert f"/sign-ups/{waiting.id}/promotion" not in guest.get(where).text
    assert "No place is free." in guest.post(f"/sign-ups/{waiting.id}/promotion").text
    assert "Release the place of 王秀兰?" in guest.get(f"/sign-ups/{first.id}/release").text
    assert guest.post(f"/sign-ups/{first.id}/release").location == where
    assert "The place of 王秀兰 is released." in (page := guest.get(where).text)
    assert f"/sign-ups/{waiting.id}/promotion" in page
    assert guest.post(f"/sign-ups/{waiting.id}/promotion").location == where
    assert (first.state, waiting.state) == (SignUpState.WITHDRAWN, SignUpState.CONFIRMED)
    assert [it.kind for it in db.session.query(Notice).order_by(Notice.id)] == [
        NoticeKind.RELEASED,
        NoticeKind.PROMOTED,
    ]


def test_somebody_is_signed_up_on_their_behalf(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    activity.sign_up_closes_at = clock.now()
    sign_in(guest, cast.leader)
    where = f"/activities/{activity.id}/sign-ups"
    form = {"shift": str(activity.shifts[0].id), "name": "王秀兰", "phone": "13912345678", "agreed": "y"}
    assert guest.post(where, data=form).location == where
    made = db.session.query(SignUp).one()
    assert (made.by_id, made.verified_by_id) == (cast.leader.id, cast.leader.id)
    assert "Signed up by 赵建国" in guest.get(where).text
    again = guest.post(where, data=form)
    assert again.status_code == 409
    assert "王秀兰 has signed up for this already." in again.text
    for wrong in ({"name": ""}, {"phone": "1"}, {"agreed": ""}, {"shift": "999999"}, {"shift": ""}):
        assert guest.post(where, data=form | wrong).status_code == 422
    assert db.session.query(SignUp).count() == 1


def test_without_a_phone_people_of_the_same_name_are_looked_at_first(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    known = make_membership(cast.team, make_person("王秀兰", "13912345678")).person
    hidden = make_person("王秀兰", "13900000002")
    sign_in(guest, cast.leader)
    where = f"/activities/{activity.id}/sign-ups"
    form = {"shift": str(activity.shifts[0].id), "name": "王秀兰", "phone": "", "agreed": "y"}
    asked = guest.post(where, data=form)
    assert asked.status_code == 422
    assert "13912345678" in asked.text
    assert "13900000002" not in asked.text
    assert guest.post(where, data=form | {"chosen": str(hidden.id)}).status_code == 422
    new = form | {"chosen": "0", "seen": str(known.id)}
    assert guest.post(where, data=new).status_code == 303
    # A second tap finds whom the first one made.
    assert guest.post(where, data=new).status_code == 422
    assert guest.post(where, data=form | {"chosen": str(known.id)}).status_code == 303
    people = [(it.person_id == known.id, it.person.phone) for it in db.session.query(SignUp).order_by(SignUp.id)]
    assert people == [(False, None), (True, "13912345678")]
    made = db.session.query(AuditEntry).filter_by(subject="person", action="create").one()
    assert made.account_id == cast.leader.id


def test_the_list_searches_and_counts(guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn) -> None:
    for name in ("王秀兰", "李建军"):
        make_sign_up(activity, make_person(name))
    sign_in(guest, cast.officer)
    page = guest.get(f"/activities/{activity.id}/sign-ups?q=李").text
    assert ("王秀兰" in page, "李建军" in page, "2 of 2 places" in page) == (False, True, True)
    assert "Nobody matches." in guest.get(f"/activities/{activity.id}/sign-ups?q=没有").text


def test_the_workbook_holds_the_list_and_no_formula(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    make_sign_up(activity, make_person("王秀兰", "13912345678"), note="=HYPERLINK(1)")
    make_sign_up(activity, make_person("李建军"), SignUpState.WAITING, by_id=cast.leader.id)
    sign_in(guest, cast.leader)
    answer = guest.get(f"/activities/{activity.id}/sign-ups.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()[2:]
    # A formula would read as the 0 that stands for what nobody has computed yet.
    note = "=HYPERLINK(1)"
    assert rows[0] == [1, "", "Has a place", "王秀兰", "13912345678", "2020-11-25 08:30", "", "no", note]
    assert rows[1][2:8:4] == ["On the waiting list", "赵建国"]


def test_the_number_of_queries_does_not_grow(
    guest: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(guest, cast.leader)

    def number() -> list[int]:
        numbers = []
        for where in (f"/activities/{activity.id}/sign-ups", f"/activities/{activity.id}"):
            guest.get(where)
            with count_queries() as queries:
                guest.get(where)
            numbers.append(len(queries))
        return numbers

    make_sign_up(activity)
    one = number()
    for _ in range(3):
        make_sign_up(activity, by_id=cast.officer.id)
    assert number() == one

"""The page at the venue: who may open it, one tap a person, and its forms."""

import re
from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, Attendance, SignUpState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Role

HOUR = timedelta(hours=1)


@pytest.fixture
def activity(sqlite_app, cast):
    """One of the cast's team that began half an hour ago."""
    return make.make_activity(cast.team, starts_at=clock.now() - HOUR / 2, places=9)


@pytest.fixture
def at(sqlite_client, cast, sign_in, activity):
    """The address of the activity's attendance, and the leader signed in."""
    sign_in(sqlite_client, cast.leader)
    return f"/activities/{activity.id}/attendance"


def tap(client, address, **data):
    response = client.post(address, data=data)
    assert response.status_code == 303, response.text
    return response.location


def sections(text):
    """The names in each section of the page."""
    found = {}
    for part in re.findall(r'<section aria-labelledby="([\w-]+)">(.*?)</section>', text, re.DOTALL):
        found[part[0]] = re.findall(r"<b>([^<]+)</b>", part[1])
    return found


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("volunteer", 403),
        ("outsider", 403),
        ("other leader", 403),
        ("leader", 200),
        ("organizer", 200),
        ("secretary", 200),
        ("officer", 200),
        ("administrator", 200),
    ],
)
def test_whoever_runs_the_activity_keeps_its_attendance(sqlite_client, cast, sign_in, activity, who, status):
    account = {
        "other leader": lambda: make.make_other_leader(cast),
        "organizer": lambda: make.make_account(role=Role.ORGANIZER, place=cast.compound),
    }.get(who, lambda: getattr(cast, who))()
    person = make.make_sign_up(activity).person
    sign_in(sqlite_client, account)

    assert sqlite_client.get(f"/activities/{activity.id}/attendance").status_code == status
    answer = sqlite_client.post(f"/activities/{activity.id}/attendance/people/{person.id}/arrival").status_code
    assert answer == (303 if status == 200 else 403)
    assert db.session.query(Attendance).count() == (status == 200)


def test_a_guest_signs_in_first(sqlite_client, activity):
    address = f"/activities/{activity.id}/attendance?code=ABC234"
    assert sqlite_client.get(address).location.startswith("/login?next=")


def test_nobody_keeps_what_is_not_there(sqlite_client, at):
    assert sqlite_client.get("/activities/99999/attendance").status_code == 404


def test_people_move_from_section_to_section(sqlite_client, at, activity):
    person = make.make_sign_up(activity, make.make_person("陈伟平")).person
    make.make_sign_up(activity, make.make_person("高玉静"), SignUpState.WAITING)
    address = f"{at}/people/{person.id}"
    assert sections(sqlite_client.get(at).text) == {
        "awaited": ["陈伟平"],
        "waiting": ["高玉静"],
        "walk-in": [],
        "all": [],
        "closing": [],
    }

    back = tap(sqlite_client, f"{address}/arrival")
    assert back == f"{at}?person={person.id}#list"
    assert tap(sqlite_client, f"{address}/arrival") == back
    page = sqlite_client.get(back).text
    assert sections(page)["here"] == ["陈伟平"]
    assert f'action="{address}/arrival/removal"' in page

    tap(sqlite_client, f"{address}/departure")
    tap(sqlite_client, f"{address}/departure")
    assert sections(sqlite_client.get(at).text)["left"] == ["陈伟平"]
    tap(sqlite_client, f"{address}/departure/removal")
    tap(sqlite_client, f"{address}/arrival/removal")
    tap(sqlite_client, f"{address}/arrival/removal")
    tap(sqlite_client, f"{address}/departure")
    assert sections(sqlite_client.get(at).text)["awaited"] == ["陈伟平"]

    tap(sqlite_client, f"{address}/excuse")
    assert sections(sqlite_client.get(at).text)["excused"] == ["陈伟平"]
    tap(sqlite_client, f"{address}/excuse/removal")
    assert sections(sqlite_client.get(at).text)["awaited"] == ["陈伟平"]


def test_the_scanned_or_typed_code_shows_its_person_first(sqlite_client, at, activity):
    sign_up = make.make_sign_up(activity, make.make_person("陈伟平"))
    typed = f"{sign_up.code[:3].lower()} {sign_up.code[3:]}"

    for query in ({"code": sign_up.code}, {"code": typed}, {"q": typed}):
        page = sqlite_client.get(at, query_string=query).text
        assert re.search(r'role="status"><p><b>陈伟平</b>', page)
    assert 'role="status"' in sqlite_client.get(at, query_string={"code": "ZZZZZZ"}).text


def test_the_search_finds_people_whom_the_keeper_may_see(sqlite_client, cast, at, activity):
    make.make_sign_up(activity, make.make_person("孙一"))
    stranger = make.make_person("孙陌生")
    make.make_sign_up(make.make_activity(), stranger)

    assert sections(sqlite_client.get(at, query_string={"q": "孙"}).text)["found"] == ["孙一", "孙桂兰"]
    tap(sqlite_client, f"{at}/people/{cast.volunteer.person_id}/arrival")
    assert sqlite_client.post(f"{at}/people/{stranger.id}/arrival").status_code == 404
    assert [row.person_id for row in db.session.query(Attendance)] == [cast.volunteer.person_id]


def test_walk_ins_by_name_and_phone_or_counted(sqlite_client, at, activity):
    wrong = sqlite_client.post(f"{at}/walk-ins", data={"name": "李大妈", "phone": "123"})
    assert wrong.status_code == 422
    assert 'value="123"' in wrong.text
    assert sqlite_client.post(f"{at}/walk-ins", data={"name": "", "phone": ""}).status_code == 422

    tap(sqlite_client, f"{at}/walk-ins", name="李大妈", phone="13800000001", counted="0")
    for _ in range(2):
        tap(sqlite_client, f"{at}/walk-ins", name="张三", phone="", counted="0")
    assert activity.headcount == 1
    assert db.session.query(Attendance).one().person.name == "李大妈"
    assert activity.state is ActivityState.HELD


@pytest.mark.parametrize(("typed", "status", "kept"), [("12", 303, 12), ("", 303, None), ("-1", 422, 4), ("x", 422, 4)])
def test_the_headcount_is_noted(sqlite_client, at, activity, typed, status, kept):
    activity.headcount = 4
    answer = sqlite_client.post(f"{at}/headcount", data={"headcount": typed})
    assert (answer.status_code, activity.headcount) == (status, kept)


def test_all_at_once_and_closing(sqlite_client, cast, at, activity):
    for _ in range(3):
        make.make_sign_up(activity)
    tap(sqlite_client, f"{at}/arrivals")
    tap(sqlite_client, f"{at}/arrivals")
    tap(sqlite_client, f"{at}/departures")
    assert db.session.query(Attendance).filter(Attendance.checked_out_at.is_not(None)).count() == 3

    tap(sqlite_client, f"{at}/closing")
    assert (activity.closed_at, activity.closed_by_id) == (clock.now(), cast.leader.id)
    assert sqlite_client.post(f"{at}/closing").status_code == 409
    page = sqlite_client.get(at).text
    assert len(sections(page)["attended"]) == 3
    assert "/arrival" not in page


@pytest.mark.parametrize(
    "values",
    [
        {"state": ActivityState.DRAFT},
        {"state": ActivityState.CANCELLED, "cancel_reason": "下雨"},
        {"starts_at": "later"},
    ],
)
def test_what_can_not_be_kept_has_no_buttons(sqlite_client, cast, sign_in, sqlite_app, values):
    values = values | ({"starts_at": clock.now() + 9 * HOUR} if "starts_at" in values else {"starts_at": clock.now()})
    activity = make.make_activity(cast.team, places=9, **values)
    person = make.make_sign_up(activity).person
    sign_in(sqlite_client, cast.leader)
    page = sqlite_client.get(f"/activities/{activity.id}/attendance")

    assert page.status_code == 200
    assert "/arrival" not in page.text
    assert sqlite_client.post(f"/activities/{activity.id}/attendance/people/{person.id}/arrival").status_code == 409


def test_the_page_takes_as_many_queries_for_many(sqlite_client, at, activity, count_queries):
    sqlite_client.get(at)
    numbers = []
    for _ in range(3):
        for state in (SignUpState.CONFIRMED, SignUpState.WAITING):
            make.make_sign_up(activity, state=state)
        make.make_attendance(activity, make.make_sign_up(activity).person)
        db.session.commit()
        with count_queries() as queries:
            sqlite_client.get(at)
        numbers.append(len(queries))
    assert numbers[0] == numbers[2]


def test_the_trail_names_the_keeper_and_no_phone(sqlite_client, cast, at, activity):
    person = make.make_sign_up(activity).person
    tap(sqlite_client, f"{at}/people/{person.id}/arrival")

    entry = db.session.query(AuditEntry).filter_by(action="check in").one()
    assert (entry.account_id, entry.place_id) == (cast.leader.id, cast.subdistrict.id)
    assert person.phone not in str(entry.changes)
    assert person.name not in str(entry.changes)


def test_numbers_that_no_column_holds_are_none(sqlite_client, at, activity):
    """A number of 5,000 digits can't even be read."""
    for text in ("9" * 5_000, "9" * 20, "²"):
        assert sqlite_client.get(f"{at}?person={text}").status_code == 200
        assert sqlite_client.post(f"{at}/walk-ins", data={"name": "王五", "counted": text}).status_code == 303
        answer = sqlite_client.post(f"{at}/headcount", data={"headcount": text})
        assert (answer.status_code, "9999" in answer.text) == (422, True)
    assert activity.headcount == 3


def test_what_a_phone_kept_is_done_once_and_at_its_time(sqlite_client, cast, activity, at):
    person = make.make_sign_up(activity).person
    ten_minutes = {"_key": "a" * 32, "_age": "600"}
    arrival = f"{at}/people/{person.id}/arrival"
    tap(sqlite_client, arrival, **ten_minutes)
    row = db.session.query(Attendance).one()
    assert row.checked_in_at == clock.now() - timedelta(minutes=10)
    tap(sqlite_client, f"{arrival}/removal", _key="b" * 32)
    # The first one arrives once more: it was done, and taken back since.
    tap(sqlite_client, arrival, **ten_minutes)
    assert db.session.query(Attendance).count() == 0
    tap(sqlite_client, arrival, _key="c" * 32, _age="300")
    tap(sqlite_client, f"{at}/people/{person.id}/departure", _key="d" * 32, _age="60")
    row = db.session.query(Attendance).one()
    assert (clock.now() - row.checked_in_at, clock.now() - row.checked_out_at) == (5 * HOUR / 60, HOUR / 60)


@pytest.mark.parametrize("age", ["999999999", "99999999999999", "-5", "soon", ""])
def test_an_age_that_cannot_be_does_no_harm(sqlite_client, activity, at, age):
    person = make.make_sign_up(activity).person
    tap(sqlite_client, f"{at}/people/{person.id}/arrival", _key="a" * 32, _age=age)
    come = db.session.query(Attendance).one().checked_in_at
    assert activity.starts_at - HOUR <= come <= clock.now()


def test_people_counted_without_a_connection_are_counted_once_each(sqlite_client, activity, at):
    form = {"name": "没有电话", "phone": "", "counted": "0"}
    for key in ("a", "b", "b", "a", "c"):
        tap(sqlite_client, f"{at}/walk-ins", **form, _key=key * 32, _age="60")
    assert activity.headcount == 3
    walk_in = {"name": "李四", "phone": "19955550002", "counted": "3", "_key": "d" * 32, "_age": "120"}
    for _twice in range(2):
        tap(sqlite_client, f"{at}/walk-ins", **walk_in)
    assert db.session.query(Attendance).one().checked_in_at == clock.now() - timedelta(minutes=2)


def test_a_refused_one_may_be_sent_again(sqlite_client, activity, at):
    person = make.make_sign_up(activity).person
    activity.closed_at = clock.now()
    address = f"{at}/people/{person.id}/arrival"
    assert sqlite_client.post(address, data={"_key": "a" * 32}).status_code == 409
    activity.closed_at = None
    tap(sqlite_client, address, _key="a" * 32)
    assert db.session.query(Attendance).count() == 1


def test_a_tap_after_the_end_counts_as_one_of_just_now(sqlite_client, activity, at):
    """It stands for the whole of their hours; a slow network mustn't take them away."""
    one, other = (make.make_sign_up(activity).person for _ in range(2))
    activity.starts_at, activity.ends_at = clock.now() - 2 * HOUR, clock.now() - HOUR / 6
    for shift in activity.shifts:
        shift.starts_at, shift.ends_at = activity.starts_at, activity.ends_at
    tap(sqlite_client, f"{at}/people/{one.id}/arrival", _key="a" * 32, _age="15")
    tap(sqlite_client, f"{at}/people/{other.id}/arrival", _key="b" * 32, _age="660")
    rows = {row.person_id: row.checked_in_at for row in db.session.query(Attendance)}
    assert rows == {one.id: activity.starts_at, other.id: activity.ends_at - timedelta(minutes=1)}


def test_an_undo_that_arrives_late_undoes_nothing_newer(sqlite_client, activity, at):
    person = make.make_sign_up(activity).person
    arrival = f"{at}/people/{person.id}/arrival"
    tap(sqlite_client, f"{arrival}/removal", _key="u" * 32, _age="60")
    tap(sqlite_client, arrival)
    for key in ("u", "v"):
        tap(sqlite_client, f"{arrival}/removal", _key=key * 32, _age="60")
    assert db.session.query(Attendance).count() == 1
    tap(sqlite_client, f"{arrival}/removal", _key="w" * 32)
    assert db.session.query(Attendance).count() == 0


def test_a_key_is_of_use_for_what_it_was_made_for(sqlite_client, cast, sign_in, activity, at):
    one, other = (make.make_sign_up(activity).person for _ in range(2))
    tap(sqlite_client, f"{at}/people/{one.id}/arrival", _key="a" * 32)
    sign_in(sqlite_client, cast.officer)
    tap(sqlite_client, f"{at}/people/{other.id}/arrival", _key="a" * 32)
    assert db.session.query(Attendance).count() == 2

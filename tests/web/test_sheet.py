"""The sign-in sheet: on paper, and entered afterwards."""

import re
from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.models import Attendance, SignUpState
from volunteer_app.database import db
from volunteer_app.people.models import Person


@pytest.fixture
def activity(sqlite_app, cast):
    """One of the cast's team, from 9:00 to 10:30 yesterday."""
    return make.make_activity(cast.team, starts_at=clock.midnight(clock.today()) - timedelta(hours=15), places=9)


@pytest.fixture
def at(sqlite_client, cast, sign_in, activity):
    """The address of the sheet, and the leader signed in."""
    sign_in(sqlite_client, cast.leader)
    return f"/activities/{activity.id}/sheet"


def form_of(page):
    """What the form of a page would send as it stands."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page.partition('<ol class="ruled">')[2]):
        name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
        if 'type="checkbox"' not in tag or " checked" in tag:
            fields[name[1]] = value[1] if value else ""
    return fields


def hours():
    return {
        row.person_id: tuple(at and f"{clock.local(at):%H:%M}" for at in (row.checked_in_at, row.checked_out_at))
        for row in db.session.query(Attendance)
    }


def test_the_paper_names_who_is_expected_and_leaves_lines(sqlite_client, at, activity):
    make.make_sign_up(activity, make.make_person("高玉静"), SignUpState.WAITING)
    make.make_sign_up(activity, make.make_person("陈伟平", "13800000001"))
    page = sqlite_client.get(at).text

    assert re.findall(r'<th scope="row">([^<\s]*)', page) == ["陈伟平", "高玉静"]
    assert page.count("<tr>") == 1 + 20
    assert "138****0001" in page
    assert "13800000001" not in page
    assert f"/activities/{activity.id}/attendance" in page


def test_others_see_no_sheet(sqlite_client, cast, sign_in, at):
    for account in (cast.volunteer, cast.outsider, make.make_other_leader(cast)):
        sign_in(sqlite_client, account)
        assert sqlite_client.get(at).status_code == 403
        assert sqlite_client.get(f"{at}/entry").status_code == 403
        assert sqlite_client.post(f"{at}/entry").status_code == 403


def test_the_sheet_is_entered_at_once(sqlite_client, at, activity):
    came, _away = (make.make_sign_up(activity).person for _ in range(2))
    gone = make.make_attendance(activity).person
    form = form_of(sqlite_client.get(f"{at}/entry").text)
    index = {form[f"lines-{n}-person_id"]: n for n in range(3)}
    form[f"lines-{index[str(came.id)]}-there"] = "y"
    form[f"lines-{index[str(came.id)]}-left"] = ""
    form.pop(f"lines-{index[str(gone.id)]}-there")
    form |= {"lines-3-name": "李大妈", "lines-3-phone": "13800000009", "lines-3-came": "09:20", "headcount": "2"}

    assert sqlite_client.post(f"{at}/entry", data=form).status_code == 303

    walk_in = db.session.query(Person).filter_by(name="李大妈").one()
    assert hours() == {came.id: ("09:00", None), walk_in.id: ("09:20", "10:30")}
    assert activity.headcount == 2
    # Once more: the lines are there already.
    assert sqlite_client.post(f"{at}/entry", data=form).status_code == 303
    assert len(hours()) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"lines-0-came": "x"},
        {"lines-0-came": ""},
        {"lines-0-left": "08:50"},
        {"lines-0-came": "03:00"},
        {"lines-1-name": "李大妈"},
        {"lines-1-phone": "13800000009"},
        {"lines-1-name": "李大妈", "lines-1-phone": "12"},
        {"headcount": "x"},
    ],
)
def test_with_one_fault_nothing_is_saved_and_what_was_typed_stays(sqlite_client, at, activity, fault):
    make.make_sign_up(activity)
    form = form_of(sqlite_client.get(f"{at}/entry").text) | {"lines-0-there": "y", "lines-2-name": "王五"}
    form |= {"lines-2-phone": "13800000005"} | fault
    answer = sqlite_client.post(f"{at}/entry", data=form)

    assert answer.status_code == 422
    assert 'id="wrong"' in answer.text
    assert form_of(answer.text) == form
    assert db.session.query(Attendance).count() == 0
    assert activity.headcount is None


def test_whoever_is_not_on_the_list_any_more_is_written_in(sqlite_client, at, activity):
    sign_up = make.make_sign_up(activity)
    form = form_of(sqlite_client.get(f"{at}/entry").text)
    sign_up.state = SignUpState.WITHDRAWN
    assert sqlite_client.post(f"{at}/entry", data=form).status_code == 303

    answer = sqlite_client.post(f"{at}/entry", data=form | {"lines-0-there": "y"})
    assert answer.status_code == 422
    assert form_of(answer.text)["lines-0-name"] == ""
    assert db.session.query(Attendance).count() == 0


def test_whoever_was_checked_in_meanwhile_stays(sqlite_client, at, activity):
    person = make.make_sign_up(activity).person
    form = form_of(sqlite_client.get(f"{at}/entry").text)
    make.make_attendance(activity, person)

    assert sqlite_client.post(f"{at}/entry", data=form).status_code == 303
    assert hours() == {person.id: ("09:00", "10:30")}


def test_a_closed_activity_takes_no_sheet(sqlite_client, at, activity):
    activity.closed_at = clock.now()
    assert "<form" not in sqlite_client.get(f"{at}/entry").text.partition("<main")[2]
    assert sqlite_client.post(f"{at}/entry", data={"headcount": "3"}).status_code == 409
    assert activity.headcount is None


@pytest.mark.parametrize("number", ["²", "9" * 5_000])
def test_a_line_of_no_number_and_a_person_of_none(sqlite_client, at, number):
    assert sqlite_client.post(f"{at}/entry", data={f"lines-{number}-name": "王五"}).status_code == 400
    answer = sqlite_client.post(f"{at}/entry", data={"lines-0-person_id": number, "lines-0-there": "y"})
    assert answer.status_code == 422
    assert db.session.query(Attendance).count() == 0


def test_more_names_than_one_form_takes(sqlite_client, at, activity, monkeypatch):
    monkeypatch.setattr("volunteer_app.web.sheet.LINES_AT_ONCE", 2)
    names = ("丁一", "丁二", "丁三")
    first, second, third = (make.make_sign_up(activity, make.make_person(name)).person for name in names)
    make.make_attendance(activity, first)
    page = sqlite_client.get(f"{at}/entry")
    assert [name in page.text for name in names].count(True) == 2
    rest = sqlite_client.get(f"{at}/entry?page=2")
    form = form_of(rest.text)
    left = next(it for it in (first, second, third) if str(it.id) == form["lines-0-person_id"])
    assert sqlite_client.post(f"{at}/entry", data=form | {"lines-0-there": "y"}).status_code == 303
    assert set(hours()) == {first.id, left.id}


def test_twenty_people_by_their_names_alone(sqlite_client, at, activity):
    """Besides the name it takes one key a person: the end of the line."""
    people = [make.make_person(f"王{n}") for n in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"]
    for person in people:
        make.make_sign_up(activity, person)
    text = "\n".join(person.name for person in people)
    page = sqlite_client.get(f"{at}/names").text
    assert '<textarea aria-describedby="names-h"' in page
    answer = sqlite_client.post(f"{at}/names", data={"names": text, "headcount": "3"})
    assert (answer.status_code, answer.location) == (303, f"/activities/{activity.id}/attendance")
    assert hours() == {person.id: ("09:00", "10:30") for person in people}
    assert db.session.get_one(type(activity), activity.id).headcount == 3
    assert "已录入 20 行。" in sqlite_client.get(answer.location).text


def test_a_line_that_cannot_be_read_keeps_all_that_was_typed(sqlite_client, at, activity):
    make.make_sign_up(activity, make.make_person("王秀兰"))
    answer = sqlite_client.post(f"{at}/names", data={"names": "王秀兰\n<没有>", "headcount": "x"})
    assert answer.status_code == 422
    assert "王秀兰\n&lt;没有&gt;</textarea>" in answer.text.replace("\r", "")
    assert ("第 2 行" in answer.text, "请填写 0 到 9999 之间的数。" in answer.text, hours()) == (True, True, {})


def test_others_type_no_names(sqlite_client, cast, sign_in, at):
    for account in (cast.volunteer, cast.outsider, make.make_other_leader(cast)):
        sign_in(sqlite_client, account)
        assert sqlite_client.post(f"{at}/names", data={"names": "王"}).status_code == 403

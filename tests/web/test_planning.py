"""Planning on the pages: a new activity, edits, shifts; publishing, copies, cancelling and discarding."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, Shift, SignUpState, Theme
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice
from volunteer_app.people.models import Account, Role

from ..factories import (
    Cast,
    make_account,
    make_activity,
    make_other_leader,
    make_person,
    make_shift,
    make_sign_up,
    make_team,
    make_theme,
    make_venue,
)

SignIn = Callable[[FlaskClient, Account], None]

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def typed(chosen: Theme, **values: Any) -> dict[str, Any]:
    usual = {"theme": chosen.id, "day": "2020-12-02", "starts": "19:00", "ends": "20:30", "place_text": "院内小广场"}
    return usual | values


def seen(page: str) -> str:
    """What the form remembers of the row."""
    return unescape(re.search(r'name="seen" type="hidden" value="([^"]*)"', page)[1])


def as_shown(page: str, **values: Any) -> dict[str, Any]:
    """What a browser sends where only *values* are typed anew."""
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\r?\n?([^<]*)<', page))
    for name, body in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        fields[name] = (re.search(r'<option selected value="([^"]*)"', body) or ["", ""])[1]
    for box in re.findall(r'<input[^>]*type="checkbox"[^>]*>', page):
        name = re.search(r'name="(\w+)"', box)[1]
        if "checked" not in box:
            fields.pop(name, None)
    return {**{name: unescape(value) for name, value in fields.items()}, "seen": seen(page)} | values


def only() -> Activity:
    return db.session.scalars(select(Activity)).one()


def test_whose_activity_it_is(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    assert client.get("/activities/new").location == "/login?next=/activities/new"
    sign_in(client, cast.volunteer)
    assert client.get("/activities/new").status_code == 403
    sign_in(client, cast.leader)
    assert f'action="/activities/new?team={cast.team.slug}"' in client.get("/activities/new").text
    sign_in(client, cast.officer)
    page = client.get("/activities/new").text
    assert f'<option value="{cast.team.slug}">云台里志愿服务队</option>' in page
    assert f'<option value="{cast.compound.slug}">云台里5号院</option>' in page
    assert client.get(f"/activities/new?place={cast.compound.slug}").status_code == 200
    assert client.get("/activities/new?team=nothing").status_code == 404
    sign_in(client, cast.outsider)
    for address in (f"team={cast.team.slug}", f"place={cast.compound.slug}"):
        assert client.get(f"/activities/new?{address}").status_code == 403
        assert client.post(f"/activities/new?{address}").status_code == 403
    assert client.post("/activities/new").status_code == 404


def test_the_weekly_slot_is_proposed(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.team.weekday, cast.team.slot_starts, cast.team.slot_ends = 2, time(19), time(20, 30)
    cast.team.place_text = "凉亭"
    cast.team.venue_id = make_venue(cast.compound, "凉亭").id
    sign_in(client, cast.leader)
    page = client.get(f"/activities/new?team={cast.team.slug}").text
    for words in ('value="2020-11-25"', 'value="19:00"', 'value="20:30"', 'value="凉亭"', "<option selected value="):
        assert words in page, words
    assert re.search(r'<input checked[^>]* name="counts"', page)
    assert 'name="new_theme"' not in page
    sign_in(client, cast.secretary)
    assert 'name="new_theme"' in client.get(f"/activities/new?team={cast.team.slug}").text


def test_a_draft(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    theme = make_theme(cast.subdistrict, "冬季用火安全")
    sent = typed(theme, ends="01:00", places="20", about="一。\r\n二。", closes="2020-12-02 17:00", counts="y")
    address = f"/activities/new?team={cast.team.slug}"
    answer = client.post(address, data=sent)
    activity = only()
    assert (answer.status_code, answer.location) == (303, f"/activities/{activity.id}")
    assert (activity.state, activity.about, activity.shifts[0].places) == (ActivityState.DRAFT, "一。\n二。", 20)
    assert (activity.starts_at, activity.ends_at) == (at("2020-12-02T19:00"), at("2020-12-03T01:00"))
    assert (activity.sign_up_closes_at, activity.counts_as_service) == (at("2020-12-02T17:00"), True)
    # A second tap is the same one.
    assert client.post(address, data=sent).location == answer.location
    assert only()


def test_published_at_once_by_a_place_with_a_new_theme(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.secretary)
    address = f"/activities/new?place={cast.community.slug}"
    sent = typed(make_theme(cast.subdistrict), theme="", new_theme="消防演练", publish="1")
    assert client.post(address, data=sent).status_code == 303
    activity = only()
    assert (activity.team, activity.place, activity.theme.name) == (None, cast.community, "消防演练")
    assert (activity.state, activity.shifts[0].places) == (ActivityState.PUBLISHED, None)
    assert client.post(address, data=sent).status_code == 303
    assert only()
    old = make_theme(cast.subdistrict, "旧主题")
    old.retired_on = clock.today()
    answer = client.post(address, data=sent | {"new_theme": "旧主题", "day": "2020-12-03"})
    assert (answer.status_code, 'id="new_theme-e"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"theme": ""}, ["theme"]),
        ({"theme": "999999"}, ["theme"]),
        ({"day": ""}, ["day"]),
        ({"day": "2020-13-01"}, ["day"]),
        ({"day": "0001-01-01"}, ["day"]),
        ({"starts": "7pm", "ends": ""}, ["starts", "ends"]),
        ({"ends": "19:00"}, ["ends"]),
        ({"places": "0"}, ["places"]),
        ({"places": "many"}, ["places"]),
        ({"closes": "soon"}, ["closes"]),
        ({"closes": "2020-12-02T20:00", "opens": "9999-12-31T23:59"}, ["opens"]),
        ({"closes": "2020-12-02T20:00", "withdraw_until": "2020-12-03 08:00"}, ["closes", "withdraw_until"]),
        ({"venue": "999999"}, ["venue"]),
        ({"about": "长" * 1001}, ["about"]),
        ({"day": "2020-11-01", "publish": "1"}, ["day"]),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, wrong: dict[str, str], fields: list[str]
) -> None:
    sign_in(sqlite_client, cast.leader)
    sent = typed(make_theme(cast.subdistrict), bring="旧插座") | wrong
    answer = sqlite_client.post(f"/activities/new?team={cast.team.slug}", data=sent)
    assert answer.status_code == 422
    assert re.findall(r'class="error" id="(\w+)-e"', answer.text) == fields
    assert 'value="旧插座"' in answer.text
    assert db.session.scalar(select(func.count(Activity.id))) == 0


def test_a_busy_team_stands_at_the_day(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_activity(cast.team, "年度总结", starts_at=at("2020-12-02T20:00"))
    sign_in(client, cast.leader)
    answer = client.post(f"/activities/new?team={cast.team.slug}", data=typed(make_theme(cast.subdistrict)))
    assert answer.status_code == 422
    assert "年度总结" in re.search(r'id="day-e">([^<]*)', answer.text)[1]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_come(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, method: str) -> None:
    activity = make_activity(cast.team, places=3)
    make_shift(activity, title="收摊")
    number, shift = activity.id, activity.shifts[0].id
    pages = ["edit", "shifts/new", "cancellation", "removal"] + (
        ["copy"] if method == "get" else ["copies", "publication"]
    )
    addresses = [f"/activities/{number}/{page}" for page in pages] + [f"/activities/shifts/{shift}/edit"]
    other = make_other_leader(cast)
    organizer = make_account("杨帆", Role.ORGANIZER, place=cast.compound)
    for account, status in ((None, 303), (cast.volunteer, 403), (other, 403), (cast.outsider, 403)):
        if account:
            sign_in(sqlite_client, account)
        for address in addresses:
            assert getattr(sqlite_client, method)(address).status_code == status, address
    if method == "get":
        for account in (cast.leader, organizer, cast.secretary, cast.officer, cast.administrator):
            sign_in(sqlite_client, account)
            assert [sqlite_client.get(address).status_code for address in addresses] == [200] * len(addresses)
    for address in addresses:
        assert getattr(sqlite_client, method)(re.sub(r"\d+", "999999", address)).status_code == 404


def test_editing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-12-02T19:00"), places=2, about="一。\n二。")
    make_sign_up(activity)
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/edit"
    page = client.get(address).text
    assert "1 人已报名" in page
    answer = client.post(address, data=as_shown(page, place_text="大门口", ends="21:00"))
    assert (answer.status_code, answer.location) == (303, f"/activities/{activity.id}")
    assert (activity.place_text, activity.ends_at, activity.about) == ("大门口", at("2020-12-02T21:00"), "一。\n二。")
    assert (activity.revision, activity.shifts[0].places) == (1, 2)
    assert db.session.scalar(select(func.count(Notice.id))) == 1
    assert client.post(address, data=as_shown(client.get(address).text)).status_code == 303
    assert activity.revision == 1


def test_two_editing_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, place_text="院内小广场")
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/edit"
    mine = client.get(address).text
    client.post(address, data=as_shown(mine, place_text="大门口"))
    answer = client.post(address, data=as_shown(mine, bring="水杯", place_text="凉亭"))
    assert answer.status_code == 409
    assert ("大门口" in answer.text, 'value="凉亭"' in answer.text, 'value="水杯"' in answer.text) == (True,) * 3
    assert (activity.place_text, activity.bring) == ("大门口", "")
    assert client.post(address, data=as_shown(answer.text)).status_code == 303
    assert (activity.place_text, activity.bring) == ("凉亭", "水杯")


def test_fewer_places_show_whom_it_concerns(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, places=3)
    people = [make_person(name) for name in ("甲一", "乙二", "丙三")]
    ids = [make_sign_up(activity, it, asked_at=clock.now() + n * DAY).id for n, it in enumerate(people)]
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/edit"
    answer = client.post(address, data=as_shown(client.get(address).text, places="1", bring="水杯"))
    assert answer.status_code == 422
    assert re.findall(r'name="to_waiting" value="(\d+)"( checked)?', answer.text) == [
        (str(ids[0]), ""),
        (str(ids[1]), " checked"),
        (str(ids[2]), " checked"),
    ]
    assert activity.bring == ""
    sent = as_shown(answer.text, to_waiting=[str(it) for it in ids[:2]])
    assert client.post(address, data=sent).status_code == 303
    states = dict(db.session.execute(select(Activity.bring, func.count()).group_by(Activity.bring)).all())
    assert states == {"水杯": 1}
    assert [it.places for it in activity.shifts] == [1]
    assert client.post(address, data=as_shown(client.get(address).text, places="")).status_code == 422


def test_a_cancelled_activity_is_not_edited(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, state=ActivityState.CANCELLED, cancel_reason="场地检修")
    sign_in(client, cast.leader)
    for page in ("edit", "shifts/new"):
        assert client.get(f"/activities/{activity.id}/{page}").status_code == 409
        assert client.post(f"/activities/{activity.id}/{page}").status_code in (409, 422)


def test_shifts(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-12-02T19:00"), places=20)
    sign_in(client, cast.leader)
    edit = f"/activities/{activity.id}/edit"
    sent = {"title": "收摊", "day": "2020-12-02", "starts": "20:00", "ends": "20:30", "places": "3", "needs": ""}
    address = f"/activities/{activity.id}/shifts/new"
    assert "收摊" not in client.get(address).text.replace("布置、摆摊、收摊", "")
    for wrong in ({"title": ""}, {"ends": "21:00"}):
        assert client.post(address, data=sent | wrong).status_code == 422
    assert client.post(address, data=sent).location == f"{edit}#shifts"
    shift = db.session.scalars(select(Shift).where(Shift.title == "收摊")).one()
    page = client.get(edit).text
    assert (f"/activities/shifts/{shift.id}/edit" in page, 'name="places"' in page) == (True, False)
    assert client.post(edit, data=as_shown(page, bring="手套")).status_code == 303
    assert [it.places for it in activity.shifts] == [20, 3]

    own = f"/activities/shifts/{shift.id}/edit"
    page = client.get(own).text
    assert client.post(own, data=as_shown(page, needs="有力气")).status_code == 303
    assert client.post(own, data=as_shown(page, needs="细心")).status_code == 409
    assert client.post(own, data=as_shown(client.get(own).text, starts="18:00")).status_code == 422
    first = make_sign_up(activity, make_person("甲一"), shift_id=shift.id)
    make_sign_up(activity, make_person("乙二"), shift_id=shift.id, asked_at=clock.now() + DAY)
    answer = client.post(own, data=as_shown(client.get(own).text, places="1"))
    assert (answer.status_code, "乙二" in answer.text) == (422, True)
    assert client.post(own, data=as_shown(answer.text, to_waiting=str(first.id))).status_code == 303
    assert (shift.needs, shift.places, first.state) == ("有力气", 1, SignUpState.WAITING)
    assert client.post(f"/activities/shifts/{shift.id}/removal").status_code == 409
    assert client.post(f"/activities/shifts/{activity.shifts[0].id}/removal").status_code == 303
    assert [it.title for it in activity.shifts] == ["收摊"]


def test_publishing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    draft = make_activity(cast.team, state=ActivityState.DRAFT)
    sign_in(client, cast.leader)
    assert client.post(f"/activities/{draft.id}/publication").location == f"/activities/{draft.id}"
    assert draft.state is ActivityState.PUBLISHED
    assert client.post(f"/activities/{draft.id}/publication").status_code == 409


def test_publishing_several(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    drafts = [
        make_activity(cast.team, f"第{n}课", state=ActivityState.DRAFT, starts_at=clock.now() + n * DAY)
        for n in range(3)
    ]
    foreign = make_activity(make_team(cast.elsewhere), state=ActivityState.DRAFT)
    sign_in(client, cast.leader)
    page = client.get("/activities/?state=draft&when=all").text
    ids = [str(it.id) for it in drafts]
    assert sorted(re.findall(r'name="activity" value="(\d+)"', page)) == sorted(ids)
    assert client.post("/activities/publications", data={"activity": [*ids, str(foreign.id)]}).status_code == 403
    assert client.post("/activities/publications", data={"activity": [*ids, "999999"]}).status_code == 404
    nonsense = client.post("/activities/publications", data={"activity": [*ids, "9" * 30]}, follow_redirects=True)
    assert (nonsense.status_code, "勾选" in nonsense.text) == (200, True)
    answer = client.post("/activities/publications", data={"activity": ids}, follow_redirects=True)
    assert "已发布 2 场活动" in answer.text
    assert "第0课" in answer.text
    assert [it.state.value for it in drafts] == ["draft", "published", "published"]
    assert foreign.state is ActivityState.DRAFT
    assert "勾选" in client.post("/activities/publications", follow_redirects=True).text


def test_copying(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-11-26T19:00"))
    make_activity(cast.team, "年度总结", starts_at=at("2020-12-10T19:00"))
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/copy"
    assert 'value="2020-12-03"' in client.get(address).text
    page = client.get(f"{address}?day=2020-12-03&until=2020-12-20").text
    assert re.findall(r'name="days" value="([^"]*)" (\w+)', page) == [
        ("2020-12-03", "checked"),
        ("2020-12-10", "disabled"),
        ("2020-12-17", "checked"),
    ]
    assert "年度总结" in page
    for wrong in ("day=x", "day=2020-12-03&until=2020-12-01", "day=2020-12-03&until=2199-01-01", "day=0001-01-01"):
        assert client.get(f"{address}?{wrong}").status_code == 422, wrong
    sent = {"days": ["2020-12-03", "2020-12-17"]}
    answer = client.post(f"/activities/{activity.id}/copies", data=sent)
    assert answer.location == f"/activities/?state=draft&team={cast.team.slug}"
    assert "已生成 2 份草稿" in client.get(answer.location).text
    assert "已经有了" in client.post(f"/activities/{activity.id}/copies", data=sent, follow_redirects=True).text
    assert db.session.scalar(select(func.count(Activity.id))) == 4
    for wrong in ({}, {"days": "x"}, {"days": "9999-12-31"}):
        assert client.post(f"/activities/{activity.id}/copies", data=wrong).location == address


def test_cancelling(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team)
    make_sign_up(activity)
    make_sign_up(activity, state=SignUpState.WAITING)
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/cancellation"
    assert "2 人已报名" in client.get(address).text
    for wrong in ({}, {"own": " "}, {"usual": "编的"}, {"own": "长" * 101}, {"usual": "天气不好", "own": "长" * 98}):
        answer = client.post(address, data=wrong)
        assert (answer.status_code, 'class="error"' in answer.text) == (422, True), wrong
    assert activity.state is ActivityState.PUBLISHED
    answer = client.post(address, data={"usual": "天气不好", "own": "改到下周"})
    assert (answer.status_code, answer.location) == (303, address)
    assert (activity.state, activity.cancel_reason) == (ActivityState.CANCELLED, "天气不好：改到下周")
    assert db.session.scalar(select(func.count(Notice.id))) == 2
    assert "待电话告知" in client.get(address).text
    assert client.post(address, data={"own": "再一次"}).status_code == 409


def test_discarding(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    draft, public = make_activity(cast.team, state=ActivityState.DRAFT), make_activity(make_team(cast.compound))
    sign_in(client, cast.officer)
    address = f"/activities/{draft.id}/removal"
    assert client.get(address).status_code == 200
    assert client.post(address).location == "/activities/?state=draft"
    assert client.get(address).status_code == 404
    assert client.post(f"/activities/{public.id}/removal").status_code == 409
    assert only() is public


@pytest.mark.parametrize("address", ["/activities/", "/activities/new"])
def test_an_empty_office(sqlite_client: FlaskClient, sign_in: SignIn, address: str) -> None:
    sign_in(sqlite_client, make_account("周敏", Role.ADMINISTRATOR))
    assert sqlite_client.get(address).status_code == 200


@pytest.mark.parametrize("value", ["", "0", "²", "9" * 30, "9999-12-31", "0001-01-01", "2020-W54", "x" * 900])
def test_nonsense_in_the_address_of_copies(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, value: str) -> None:
    activity = make_activity(cast.team)
    sign_in(sqlite_client, cast.leader)
    address = f"/activities/{activity.id}/copy"
    assert sqlite_client.get(f"{address}?day={value}").status_code == 422
    assert sqlite_client.get(f"{address}?day=2020-12-03&until={value}").status_code == (422 if value else 200)

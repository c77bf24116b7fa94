"""Feeds by http, and the pages from which people subscribe."""

import gzip
import re
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date

from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, ThemeField
from volunteer_app.activities.planning import changes
from volunteer_app.calendars import tokens
from volunteer_app.database import db
from volunteer_app.teams.models import TeamKind

from .. import factories
from ..calendars import reading
from ..factories import Cast

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/7.0.18"


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """A published activity of the team, of which calendars know."""
    theme = factories.make_theme(cast.subdistrict, "量血压", ThemeField.HEALTH)
    made = factories.make_activity(cast.team, theme, places=20, state=ActivityState.DRAFT)
    changes.publish(made, by=None)
    return made


def team_feed(cast: Cast) -> str:
    return f"/calendars/teams/{cast.team.slug}.ics"


def test_the_answer_with_a_feed(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    response = client.get(team_feed(cast), headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Last-Modified"] == http_date(clock.now())
    assert re.fullmatch('"[0-9a-f]{32}"', response.headers["ETag"])
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert {"Set-Cookie", "Content-Disposition", "Content-Encoding"} & set(response.headers.keys()) == set()
    assert reading.event(response.data)["uid"] == activity.uid


def test_places_venues_and_teams(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    for place in (cast.subdistrict.parent, cast.subdistrict, cast.community, cast.compound):
        response = client.get(f"/calendars/places/{place.slug}.ics")
        assert reading.event(response.data)["uid"] == activity.uid
    assert reading.events(client.get(f"/calendars/places/{cast.elsewhere.slug}.ics").data) == []


def test_head_says_the_same_without_a_body(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    get, head = client.get(team_feed(cast)), client.head(team_feed(cast))
    assert head.status_code == 200
    assert head.data == b""
    same = ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Cache-Control", "Vary")
    assert {name: head.headers[name] for name in same} == {name: get.headers[name] for name in same}


def test_other_methods(client: FlaskClient, cast: Cast) -> None:
    assert client.post(team_feed(cast)).status_code == 405


def test_the_same_rows_give_the_same_bytes(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    first = client.get(team_feed(cast))
    with clock.frozen(clock.now() + timedelta(hours=2)):
        second = client.get(team_feed(cast))
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]


def test_304_by_tag(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    etag = client.get(team_feed(cast)).headers["ETag"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}', f'W/"other",W/{etag}, "more"', "*"):
        for method in (client.get, client.head):
            response = method(team_feed(cast), headers={"If-None-Match": sent})
            assert (response.status_code, response.data) == (304, b"")
            assert response.headers["ETag"] == etag
            assert response.headers["Cache-Control"] == "public, no-cache"
            assert "Content-Type" not in response.headers


def test_304_by_date(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    date = client.get(team_feed(cast)).headers["Last-Modified"]
    later = http_date(clock.now() + timedelta(days=1))
    for sent in (date, later):
        response = client.get(team_feed(cast), headers={"If-Modified-Since": sent})
        assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "yesterday",
        "Wed, 25 Nov 2020",
        "Thu, 32 Nov 2020 08:30:00 GMT",
        "Wed, 25 Nov 99999999999999999999 08:30:00 GMT",
        "1606264200",
        "Wed, 25 Nov 2020 00:29:59 GMT",
    ],
)
def test_a_bad_or_older_date_is_200(client: FlaskClient, cast: Cast, activity: Activity, sent: str) -> None:
    assert client.get(team_feed(cast), headers={"If-Modified-Since": sent}).status_code == 200


def test_the_tag_wins_over_the_date(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    answer = client.get(team_feed(cast))
    date, etag = answer.headers["Last-Modified"], answer.headers["ETag"]
    both = {"If-None-Match": '"other"', "If-Modified-Since": date}
    assert client.get(team_feed(cast), headers=both).status_code == 200
    both = {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
    assert client.get(team_feed(cast), headers=both).status_code == 304


def test_a_change_ends_both(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    answer = client.get(team_feed(cast))
    changes.change(activity, {"place_text": "大门口"}, by=None)
    for sent in (
        {"If-None-Match": answer.headers["ETag"]},
        {"If-Modified-Since": answer.headers["Last-Modified"]},
    ):
        changed = client.get(team_feed(cast), headers=sent)
        assert changed.status_code == 200
        assert int(reading.event(changed.data)["sequence"]) == 2


def test_gzip_only_when_asked_for(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    plain = client.get(team_feed(cast))
    packed = client.get(team_feed(cast), headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for sent in ("identity", "gzip;q=0", "deflate", ""):
        response = client.get(team_feed(cast), headers={"Accept-Encoding": sent})
        assert "Content-Encoding" not in response.headers
        assert response.data == plain.data
        assert "Accept-Encoding" in response.headers["Vary"]
    for etag in (plain.headers["ETag"], packed.headers["ETag"]):
        for encoding in ("gzip", "identity"):
            sent = {"If-None-Match": etag, "Accept-Encoding": encoding}
            assert client.get(team_feed(cast), headers=sent).status_code == 304


def test_a_304_costs_one_query_and_a_kept_body_no_more(
    client: FlaskClient, cast: Cast, activity: Activity, count_queries
) -> None:
    path = f"/calendars/places/{cast.subdistrict.slug}.ics"
    etag = client.get(path).headers["ETag"]
    for headers in ({"If-None-Match": etag}, {}):
        with count_queries() as queries:
            client.get(path, headers=headers)
        assert len(queries) == 1


def test_the_host_header_stands_nowhere(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    first = client.get(team_feed(cast))
    second = client.get(team_feed(cast), headers={"Host": "evil.example.net", "X-Forwarded-Host": "evil.example.net"})
    assert second.data == first.data
    assert b"evil" not in second.data


def test_filters(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    path = f"/calendars/places/{cast.subdistrict.slug}.ics"
    tags = set()
    for query, there in (
        ("", True),
        ("?theme=health", True),
        ("?theme=safety", False),
        ("?kind=volunteer_team", True),
        ("?kind=cultural_group", False),
        ("?theme=health&kind=volunteer_team", True),
    ):
        response = client.get(path + query)
        assert [str(event["uid"]) for event in reading.events(response.data)] == ([activity.uid] if there else [])
        tags.add(response.headers["ETag"])
    assert len(tags) == 6


@pytest.mark.parametrize(
    "path",
    [
        "/calendars/places/aaaaaaaa.ics",
        "/calendars/teams/aaaaaaaa.ics",
        "/calendars/teams/%00%00%00%00%00%00%00%00.ics",
        "/calendars/places/%E9%98%9F.ics",
        "/calendars/private/aaaaaaaa.ics",
        "/calendars/private/%00.ics",
        "/calendars/places/aaaaaaaa",
        "/calendars/teams/%00",
        "/activities/1000000.ics",
        "/activities/99999999999999999999.ics",
        "/activities/abc.ics",
    ],
)
def test_what_is_not_there_is_a_page_that_helps(client: FlaskClient, cast: Cast, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "<h1>" in response.text


@pytest.mark.parametrize("query", ["theme=nothing", "kind=nothing", "theme=%00"])
def test_an_unknown_filter_too(client: FlaskClient, cast: Cast, query: str) -> None:
    response = client.get(f"{team_feed(cast)}?{query}")
    assert response.status_code == 404
    assert "<h1>" in response.text


def test_one_activity_to_download(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    response = client.get(f"/activities/{activity.id}.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    kind, plain, readable = response.headers["Content-Disposition"].split("; ")
    assert (kind, plain) == ("attachment", f'filename="activity-{activity.id}.ics"')
    assert unquote(readable.removeprefix("filename*=UTF-8''")) == "2020-11-26 量血压.ics"
    assert readable.isascii()
    assert reading.event(response.data)["uid"] == activity.uid
    again = client.get(f"/activities/{activity.id}.ics", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_uid_is_the_same_everywhere(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    factories.make_sign_up(activity, cast.volunteer.person)
    secret = tokens.make(cast.volunteer.person, by=None)
    paths = (team_feed(cast), f"/activities/{activity.id}.ics", f"/calendars/private/{secret}.ics")
    assert {str(reading.event(client.get(path).data)["uid"]) for path in paths} == {activity.uid}


def test_a_name_that_no_disk_takes(client: FlaskClient, cast: Cast) -> None:
    made = factories.make_activity(cast.team, '安全/"课"\\一:二')
    name = unquote(client.get(f"/activities/{made.id}.ics").headers["Content-Disposition"])
    assert name.endswith("filename*=UTF-8''2020-11-26 安全 课 一 二.ics")


def test_a_draft_is_no_download(client: FlaskClient, cast: Cast) -> None:
    draft = factories.make_activity(cast.team, state=ActivityState.DRAFT)
    assert client.get(f"/activities/{draft.id}.ics").status_code == 404


def test_a_private_feed(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    factories.make_sign_up(activity, cast.volunteer.person)
    path = f"/calendars/private/{tokens.make(cast.volunteer.person, by=None)}.ics"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        response = client.get(path)
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert len(reading.event(response.data).walk("VALARM")) == 2
        for sent in (
            {"If-None-Match": response.headers["ETag"]},
            {"If-Modified-Since": response.headers["Last-Modified"]},
        ):
            assert client.get(path, headers=sent).status_code == 304


def test_replaced_and_revoked_are_gone(client: FlaskClient, cast: Cast) -> None:
    first = f"/calendars/private/{tokens.make(cast.volunteer.person, by=None)}.ics"
    assert client.get(first).status_code == 200
    second = f"/calendars/private/{tokens.replace(cast.volunteer.person, by=None)}.ics"
    assert [client.get(path).status_code for path in (first, second)] == [410, 200]
    tokens.revoke(cast.volunteer.person, by=None)
    assert [client.get(path).status_code for path in (first, second)] == [410, 410]
    assert "<h1>" in client.get(second).text


def test_the_page_of_the_office(client: FlaskClient, cast: Cast) -> None:
    hall = factories.make_venue(cast.compound, "活动室")
    text = client.get("/calendars/").text
    feed = f"127.0.0.1:8000/calendars/places/{cast.subdistrict.slug}.ics"
    assert f'href="webcal://{feed}"' in text
    assert f'value="http://{feed}"' in text
    assert f'cid={quote(f"webcal://{feed}", safe="")}"' in text
    assert '<svg class="qr"' in text
    assert f'href="/places/{cast.subdistrict.slug}/week"' in text
    for place in (cast.community, cast.compound, hall):
        assert f'href="/calendars/places/{place.slug}"' in text
    assert f'href="/calendars/teams/{cast.team.slug}"' in text
    assert 'method="post"' not in text


def test_filters_stay_in_the_addresses(client: FlaskClient, cast: Cast) -> None:
    text = client.get("/calendars/?theme=safety&kind=volunteer_team").text
    query = "?theme=safety&amp;kind=volunteer_team"
    assert f'href="webcal://127.0.0.1:8000/calendars/places/{cast.subdistrict.slug}.ics{query}"' in text
    assert f'href="/calendars/teams/{cast.team.slug}{query}"' in text
    longest = "?theme=environment&kind=self_management_committee"
    assert len(f"https://a-long-name.of-a-subdistrict.example.cn/calendars/places/aaaaaaaa.ics{longest}") < 256


def test_searching(client: FlaskClient, cast: Cast) -> None:
    other = factories.make_team(cast.compound, "柳浪合唱团", TeamKind.CULTURAL_GROUP)
    text = client.get("/calendars/?q=合唱").text
    assert other.slug in text
    assert cast.team.slug not in text
    nothing = client.get("/calendars/?q=没有的名字").text
    assert other.slug not in nothing
    assert 'class="empty"' in nothing


def test_without_an_office(client: FlaskClient) -> None:
    response = client.get("/calendars/")
    assert response.status_code == 200
    assert 'class="empty"' in response.text


def test_a_team_and_a_place_have_pages(client: FlaskClient, cast: Cast, activity: Activity) -> None:
    for path, sheet in (
        (f"/calendars/teams/{cast.team.slug}", cast.compound),
        (f"/calendars/places/{cast.community.slug}", cast.community),
    ):
        text = client.get(f"{path}?theme=health").text
        assert f'href="webcal://127.0.0.1:8000{path}.ics?theme=health"' in text
        assert f'href="/places/{sheet.slug}/week"' in text
        assert "量血压" in text
        assert "量血压" not in client.get(f"{path}?theme=safety").text


def test_in_wechat_there_is_a_sentence_and_the_address(client: FlaskClient, cast: Cast) -> None:
    text = client.get(f"/calendars/teams/{cast.team.slug}", headers={"User-Agent": WECHAT}).text
    assert f'value="http://127.0.0.1:8000/calendars/teams/{cast.team.slug}.ics"' in text
    for part in ("webcal:", '<svg class="qr"', "google", "data-copy"):
        assert part not in text


def test_a_private_address_is_made_and_shown_once(client: FlaskClient, cast: Cast, sign_in) -> None:
    sign_in(client, cast.volunteer)
    assert 'action="/calendars/private"' in client.get("/calendars/").text
    response = client.post("/calendars/private")
    assert (response.status_code, response.location) == (303, "/calendars/#private")
    shown = re.findall(
        r'value="http://127.0.0.1:8000(/calendars/private/[\w-]{43}\.ics)"', client.get("/calendars/").text
    )
    assert len(shown) == 1
    assert client.get(shown[0]).status_code == 200
    again = client.get("/calendars/").text
    assert "/calendars/private/" in again
    assert ".ics" in again
    assert shown[0] not in again
    assert client.post("/calendars/private").status_code == 409


def test_replacing_and_switching_off(client: FlaskClient, cast: Cast, sign_in) -> None:
    sign_in(client, cast.volunteer)
    assert client.post("/calendars/private/replacement").status_code == 409
    client.post("/calendars/private")
    first = re.findall(r"/calendars/private/[\w-]{43}\.ics", client.get("/calendars/").text)[0]
    assert client.post("/calendars/private/replacement").status_code == 303
    second = re.findall(r"/calendars/private/[\w-]{43}\.ics", client.get("/calendars/").text)[0]
    assert [client.get(path).status_code for path in (first, second)] == [410, 200]
    assert client.post("/calendars/private/revocation").status_code == 303
    assert client.get(second).status_code == 410
    assert tokens.living(cast.volunteer.person) is None


def test_only_for_whoever_is_signed_in(client: FlaskClient, cast: Cast) -> None:
    for path in ("/calendars/private", "/calendars/private/replacement", "/calendars/private/revocation"):
        response = client.post(path)
        assert response.status_code == 303
        assert response.location.startswith("/login")


def test_forms_need_their_token(app: Flask, client: FlaskClient, cast: Cast, sign_in) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(client, cast.volunteer)
    assert client.post("/calendars/private").status_code == 400
    assert tokens.living(cast.volunteer.person) is None
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/calendars/").text)[0]
    assert client.post("/calendars/private", data={"csrf_token": token}).status_code == 303


def test_a_list_of_three_takes_as_many_queries_as_one(
    client: FlaskClient, cast: Cast, activity: Activity, count_queries
) -> None:
    numbers = []
    page = f"/calendars/places/{cast.community.slug}"
    client.get("/calendars/")
    for first_day in (2, 4):
        db.session.commit()
        with count_queries() as queries:
            client.get(page)
            client.get("/calendars/")
        numbers.append(len(queries))
        for days in (first_day, first_day + 1):
            factories.make_activity(cast.team, starts_at=clock.now() + timedelta(days=days))
            factories.make_team(factories.make_compound(cast.community))
    assert numbers[0] == numbers[1]

"""The public pages of contests: the list of rounds, a round's page, and what each role can do next."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.factories import (
    DECIDING,
    ENTERING,
    LAST_MOMENT,
    NOTICE,
    STANDING,
    make_entry,
    make_judge,
    make_round,
    make_sheet,
    make_vote,
)
from tests.factories import Cast, make_building, make_person
from volunteer_app import clock
from volunteer_app.contests.models import Channel, EntryState, VoteUnit
from volunteer_app.database import db
from volunteer_app.web.contests import timeline

SignIn = Callable[..., None]
ROLES = (None, "volunteer", "leader", "secretary", "outsider", "officer", "administrator")
OFFICE = ("officer", "administrator")

pytestmark = pytest.mark.now(ENTERING)


def as_role(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None) -> None:
    if who:
        sign_in(client, getattr(cast, who))


@pytest.mark.parametrize("who", ROLES)
def test_a_draft_is_the_offices_alone(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None) -> None:
    draft = make_round(cast.subdistrict, published_at=None)
    as_role(sqlite_client, cast, sign_in, who)
    assert sqlite_client.get(f"/contests/{draft.slug}").status_code == (200 if who in OFFICE else 404)
    listed = sqlite_client.get(f"/contests/?office={cast.subdistrict.slug}")
    assert (draft.name in listed.text) == (who in OFFICE)


@pytest.mark.parametrize("who", ROLES)
def test_everyone_sees_a_published_round(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None
) -> None:
    round = make_round(cast.subdistrict)
    as_role(sqlite_client, cast, sign_in, who)
    assert sqlite_client.get(f"/contests/{round.slug}").status_code == 200
    assert ("/contests/new" in sqlite_client.get(f"/contests/?office={cast.subdistrict.slug}").text) == (who in OFFICE)


def test_no_such_round(sqlite_client: FlaskClient, cast: Cast) -> None:
    assert sqlite_client.get("/contests/aaaaaaaa").status_code == 404


def test_the_list(client: FlaskClient, cast: Cast) -> None:
    now = make_round(cast.subdistrict, "第九期楼栋评比赛")
    years = {"entries_until": date(2019, 3, 9), "judging_until": date(2019, 3, 20), "voting_until": date(2019, 3, 20)}
    old = make_round(cast.subdistrict, "第二期晒最美", entries_from=date(2019, 3, 1), **years)
    gone = make_round(cast.subdistrict, "第八期晒最美", cancelled_at=clock.now(), cancel_reason="报名太少")
    make_round(cast.elsewhere, "别处的评比")
    make_entry(now)
    make_entry(now, state=EntryState.WAITING)
    page = client.get("/contests/").text
    assert page.index(now.name) < page.index(gone.name) < page.index(old.name)
    assert "别处的评比" not in page
    assert page.count("1 项参评") + page.count("1 entry") == 1
    assert 'id="year-2019"' in page
    found = client.get("/contests/?q=晒最美").text
    assert (now.name in found, old.name in found) == (False, True)
    of_2019 = client.get("/contests/?year=2019").text
    assert (now.name in of_2019, gone.name in of_2019, old.name in of_2019) == (False, False, True)
    assert now.name in client.get("/contests/?year=abc").text


def test_an_empty_list(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    assert "empty" in sqlite_client.get("/contests/").text
    make_round(cast.subdistrict)
    assert "/contests/" in sqlite_client.get("/contests/?q=nothing").text
    sign_in(sqlite_client, cast.outsider)
    assert "/contests/new" in sqlite_client.get("/contests/").text


def test_pages_of_the_list(sqlite_client: FlaskClient, cast: Cast) -> None:
    days = {f"{window}_{end}": None for window in ("judging", "voting") for end in ("from", "until")}
    for month in range(1, 13):
        for day in range(1, 6):
            when = {"entries_from": date(2018, month, day), "entries_until": date(2018, month, day)}
            make_round(cast.subdistrict, f"第{month}月{day}日评比", **days, **when)
    first, second = (sqlite_client.get(f"/contests/?page={n}").text for n in (1, 2))
    assert ("第12月5日评比" in first, "第1月1日评比" in first) == (True, False)
    assert ("第12月5日评比" in second, "第1月1日评比" in second) == (False, True)


def test_what_a_rounds_page_says(client: FlaskClient, cast: Cast) -> None:
    round = make_round(cast.subdistrict, about="看环境、看邻里。\n\n人人可看。", paper=True)
    building = make_building(cast.compound, "3号楼")
    entry = make_entry(round, "云台里3号楼", place=building, person=make_person("罗玉芬"))
    make_entry(round, "没审的", state=EntryState.WAITING)
    page = client.get(f"/contests/{round.slug}").text
    for said in (round.name, "看环境、看邻里。", "环境卫生", "邻里和睦", "70", "30", "云台里5号院", "3号楼", "罗*芬"):
        assert said in page
    assert f"/contests/entries/{entry.slug}" in page
    assert f"/calendars/contests/{round.slug}" in page
    assert ("罗玉芬" in page, "没审的" in page) == (False, False)


def test_a_cancelled_round(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, cancelled_at=clock.now(), cancel_reason="报名的楼栋太少")
    page = sqlite_client.get(f"/contests/{round.slug}").text
    assert ("报名的楼栋太少" in page, "/enter" in page) == (True, False)
    sign_in(sqlite_client, cast.officer)
    page = sqlite_client.get(f"/contests/{round.slug}").text
    assert (f"/contests/{round.slug}/edit" in page, f"/contests/{round.slug}/copy" in page) == (False, True)


STEPS = ("enter", "vote", "judging", "result", "review", "ballots", "edit", "criteria", "panel", "cancellation", "copy")


def offered(client: FlaskClient, slug: str) -> set[str]:
    page = client.get(f"/contests/{slug}").text
    return {step for step in STEPS if f'href="/contests/{slug}/{step}"' in page}


@pytest.mark.parametrize(
    ("who", "steps"),
    [
        (None, {"enter"}),
        ("volunteer", {"enter", "judging"}),
        ("secretary", {"enter", "review", "ballots"}),
        ("outsider", {"enter"}),
        ("officer", {"enter", "review", "ballots", "edit", "panel", "cancellation", "copy"}),
    ],
)
def test_steps_while_entries_are_taken(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, steps: set[str]
) -> None:
    round = make_round(cast.subdistrict, paper=True)
    make_judge(round, person=cast.volunteer.person)
    make_judge(round, person=cast.leader.person, withdrawn_at=clock.now())
    as_role(sqlite_client, cast, sign_in, who)
    assert offered(sqlite_client, round.slug) == steps


@pytest.mark.now(DECIDING)
@pytest.mark.parametrize(("who", "steps"), [(None, {"vote"}), ("volunteer", {"vote", "judging"}), ("leader", {"vote"})])
def test_steps_while_it_is_decided(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, steps: set[str]
) -> None:
    round = make_round(cast.subdistrict)
    make_judge(round, person=cast.volunteer.person)
    make_judge(round, person=cast.leader.person, withdrawn_at=clock.now())
    as_role(sqlite_client, cast, sign_in, who)
    assert offered(sqlite_client, round.slug) == steps


@pytest.mark.now(DECIDING)
def test_the_staff_take_votes_down(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, channel=Channel.STAFF)
    assert offered(sqlite_client, round.slug) == set()
    sign_in(sqlite_client, cast.secretary)
    assert f"/contests/{round.slug}/vote/told" in sqlite_client.get(f"/contests/{round.slug}").text


@pytest.mark.now(DECIDING)
def test_cards_are_the_offices(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD, channel=Channel.CODE)
    cards = f"/contests/{round.slug}/cards"
    assert cards not in sqlite_client.get(f"/contests/{round.slug}").text
    sign_in(sqlite_client, cast.officer)
    assert cards in sqlite_client.get(f"/contests/{round.slug}").text


@pytest.mark.parametrize("who", [None, "volunteer", "officer"])
@pytest.mark.parametrize(
    ("moment", "shown"), [(LAST_MOMENT, False), (NOTICE, True), (STANDING, True)], ids=["last", "notice", "standing"]
)
def test_the_result_is_offered_from_the_close_on(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, moment: str, shown: bool
) -> None:
    round = make_round(cast.subdistrict)
    as_role(sqlite_client, cast, sign_in, who)
    db.session.commit()
    with clock.frozen(datetime.fromisoformat(moment)):
        assert ("result" in offered(sqlite_client, round.slug)) == shown


@pytest.mark.now(LAST_MOMENT)
@pytest.mark.parametrize("who", ROLES)
def test_no_score_and_no_number_of_votes(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None
) -> None:
    round = make_round(cast.subdistrict)
    entry = make_entry(round, "云台里3号楼")
    as_role(sqlite_client, cast, sign_in, who)
    addresses = (f"/contests/{round.slug}", f"/contests/?office={cast.subdistrict.slug}")
    before = [sqlite_client.get(address).text for address in addresses]
    make_sheet(make_judge(round), entry, {"环境卫生": 59, "邻里和睦": 37})
    for _ in range(13):
        make_vote(entry)
    assert [sqlite_client.get(address).text for address in addresses] == before


def test_the_timeline(sqlite_app: Flask) -> None:
    round, draft = make_round(), make_round(published_at=None)
    with sqlite_app.test_request_context():
        parts = timeline(round, today=date(2020, 11, 12))
        of_draft = timeline(draft, today=date(2020, 11, 12))
    assert [(part.since.day, part.until and part.until.day, part.present, part.past) for part in parts] == [
        (1, 10, False, True),
        (11, 20, True, False),
        (11, 20, True, False),
        (21, 25, False, False),
        (26, None, False, False),
    ]
    assert not any(part.present or part.past for part in of_draft)


def test_a_fixed_number_of_queries(sqlite_client: FlaskClient, cast: Cast, count_queries: Any) -> None:
    round = make_round(cast.subdistrict)

    def counted(address: str) -> int:
        db.session.commit()
        with count_queries() as queries:
            assert sqlite_client.get(address).status_code == 200
        return len(queries)

    def grow() -> None:
        make_round(cast.subdistrict)
        make_round(cast.subdistrict, cancelled_at=clock.now())
        make_entry(round, place=make_building(cast.compound), person=make_person("郑海"))

    grow()
    addresses = ("/contests/", f"/contests/{round.slug}")
    for address in addresses:
        counted(address)  # whether this is a demo is known from now on
    first = [counted(address) for address in addresses]
    for _ in range(2):
        grow()
    assert [counted(address) for address in addresses] == first


def test_contests_are_found(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for address in ("/", "/more"):
        assert 'href="/contests/"' in sqlite_client.get(address).text
    assert f"/contests/?office={cast.subdistrict.slug}" in sqlite_client.get(f"/places/{cast.subdistrict.slug}").text
    sign_in(sqlite_client, cast.secretary)
    assert sqlite_client.get("/more").text.count('href="/contests/"') == 3

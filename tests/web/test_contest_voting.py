"""Voting on a phone: by account and by a household's code; votes that the staff take down."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Semaphore

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.contests.factories import DECIDING, NOTICE, make_entry, make_round, make_vote
from tests.factories import Cast, make_account, make_building, make_person
from tests.web.voting import SignIn, address, ballot, printed
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.cli.serve import THREADS
from volunteer_app.contests.models import Channel, Entry, Round, VoteUnit
from volunteer_app.contests.voting import cards, paper, votes
from volunteer_app.contests.voting.models import PaperBallot, Vote
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role
from volunteer_app.web.limits import GUESSES_AN_HOUR
from volunteer_app.web.voting import sealed

pytestmark = pytest.mark.now(DECIDING)
CLIENTS = 200
TWICE = 40
"""How many of them send their ballot twice: half of these the same form, half another one."""


@pytest.fixture
def guest(client: FlaskClient) -> FlaskClient:
    """A browser that reads English."""
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict)


@pytest.fixture
def entries(round: Round) -> list[Entry]:
    return [make_entry(round, f"云台里{number}号楼") for number in (1, 2, 3)]


@pytest.fixture
def card_round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, channel=Channel.CODE, vote_unit=VoteUnit.HOUSEHOLD)


def given() -> list[tuple[int, int | None, str | None]]:
    return [(it.entry_id, it.person_id, it.door) for it in db.session.query(Vote).order_by(Vote.id)]


# By account


def test_a_guest_signs_in_and_comes_back(guest: FlaskClient, entries: list[Entry]) -> None:
    round = entries[0].round
    page = guest.get(address(round))
    assert "Sign in to vote" in page.text
    assert f'href="/login?next=/contests/{round.slug}/vote"' in page.text
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
    for where in (address(round), address(round, "/given")):
        answer = guest.post(where, data=ballot(entries[0]))
        assert (answer.status_code, answer.location) == (303, f"/login?next=/contests/{round.slug}/vote")
    assert given() == []


def test_choosing_looking_once_more_giving(
    guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn
) -> None:
    round = entries[0].round
    sign_in(guest, cast.volunteer)
    page = guest.get(address(round)).text
    assert "A vote that was given stands: it can't be changed." in page
    shown = [int(it) for it in re.findall(r'name="entry" value="(\d+)"', page)]
    expected = votes.rotated(entries, round, str(cast.volunteer.person_id))
    assert shown == [it.id for it in expected]
    form = ballot(entries[1])
    looked = guest.post(address(round), data=form)
    assert looked.status_code == 200
    assert "云台里2号楼" in looked.text
    assert f'value="{form["key"]}"' in looked.text
    assert given() == []
    answer = guest.post(address(round, "/given"), data=form)
    assert (answer.status_code, answer.location) == (303, address(round, "/receipt"))
    assert given() == [(entries[1].id, cast.volunteer.person_id, None)]
    for _ in range(2):
        receipt = guest.get(answer.location).text
        assert "Your vote is counted" in receipt
        assert "云台里2号楼" not in receipt
    again = guest.get(address(round))
    assert (again.status_code, again.location) == (303, address(round, "/receipt"))


def test_the_same_form_twice_is_one_vote_and_another_form_is_refused(
    guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn
) -> None:
    round = entries[0].round
    sign_in(guest, cast.volunteer)
    form = ballot(entries[0])
    assert [guest.post(address(round, "/given"), data=form).status_code for _ in range(2)] == [303, 303]
    other = guest.post(address(round, "/given"), data=ballot(entries[1]))
    assert other.status_code == 409
    assert "You have voted in this round already." in other.text
    assert "云台里" not in other.text
    assert given() == [(entries[0].id, cast.volunteer.person_id, None)]


def test_nothing_chosen_and_what_takes_no_part(
    guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn
) -> None:
    round = entries[0].round
    sign_in(guest, cast.volunteer)
    foreign = make_entry(make_round(cast.subdistrict))
    for data in ({}, {"entry": "x"}, ballot(foreign), {"entry": "99999999999999999999"}):
        for where in (address(round), address(round, "/given")):
            answer = guest.post(where, data=data)
            assert answer.status_code == 422
            assert 'id="wrong"' in answer.text
    assert given() == []


def test_a_household_by_account_says_its_door(guest: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD)
    entry, building = make_entry(round), make_building(cast.compound, "7号楼")
    sign_in(guest, cast.volunteer)
    page = guest.get(address(round)).text
    assert f'<option value="{building.id}">云台里5号院7号楼</option>' in page
    wrong = guest.post(address(round), data=ballot(entry, building=str(building.id), door="!"))
    assert wrong.status_code == 422
    assert "Write the door as it stands on it, such as 2-301." in wrong.text
    assert 'value="!"' in wrong.text
    assert guest.post(address(round), data=ballot(entry, building="1", door="1-101")).status_code == 422
    form = ballot(entry, building=str(building.id), door="2单元301室")
    assert "2-301" in guest.post(address(round), data=form).text
    assert guest.post(address(round, "/given"), data=form).status_code == 303
    assert given() == [(entry.id, cast.volunteer.person_id, "2-301")]
    sign_in(guest, cast.leader)
    answer = guest.post(address(round, "/given"), data=ballot(entry, building=str(building.id), door="2-301"))
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"voting_from": clock.date(2020, 11, 13)}, "Voting hasn&#39;t begun yet."),
        ({"voting_until": clock.date(2020, 11, 11)}, "Voting is over."),
        ({"voting_from": None, "voting_until": None}, "There is no voting in this round."),
        ({"cancelled_at": clock.midnight(clock.date(2020, 11, 12))}, "This round was cancelled."),
        ({"channel": Channel.STAFF}, "the staff of your community, who know you, take your vote down"),
    ],
)
def test_when_there_is_nothing_to_vote(
    guest: FlaskClient, cast: Cast, sign_in: SignIn, values: dict[str, object], said: str
) -> None:
    round = make_round(cast.subdistrict, **values)
    entry = make_entry(round)
    sign_in(guest, cast.volunteer)
    answers = [guest.get(address(round))]
    answers += [guest.post(address(round, rest), data=ballot(entry, code="A" * 10)) for rest in ("", "/given", "/card")]
    assert [said in it.text for it in answers] == [True] * 4
    assert given() == []


def test_a_draft_is_not_there(guest: FlaskClient, cast: Cast) -> None:
    round = make_round(cast.subdistrict, published_at=None)
    assert guest.get(address(round)).status_code == 404
    assert guest.get("/contests/nosuchro/vote").status_code == 404


def test_a_receipt_is_for_whoever_has_voted(
    guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn
) -> None:
    round = entries[0].round
    assert guest.get(address(round, "/receipt")).status_code == 303
    make_vote(entries[0], cast.volunteer.person)
    sign_in(guest, cast.leader)
    assert guest.get(address(round, "/receipt")).status_code == 303


def test_the_ballot_asks_the_same_however_many_entries_there_are(
    guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn, count_queries: Callable[[], object]
) -> None:
    sign_in(guest, cast.volunteer)
    round, numbers = entries[0].round, []
    where = address(round)
    # Some things are asked once in the life of the application.
    guest.get(where)
    for step in range(2):
        db.session.commit()
        with count_queries() as queries:
            guest.get(where)
        numbers.append(len(queries))
        for number in range(3):
            make_entry(round, f"槐安里{step}-{number}号楼")
    assert numbers[0] == numbers[1]


# By the code of a household's card


def test_a_code_opens_the_ballot_of_its_household_and_votes_once(
    app: Flask, guest: FlaskClient, cast: Cast, card_round: Round
) -> None:
    entry, building = make_entry(card_round), make_building(cast.compound, "7号楼")
    (card,) = printed(app, card_round, building, "2-301")
    page = guest.get(address(card_round), query_string={"code": card.code})
    assert f'value="{card.code}"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    opened = guest.post(address(card_round, "/card"), data={"code": cards.in_groups(card.code).lower()})
    assert opened.status_code == 200
    assert "7号楼, door 2-301" in opened.text
    form = ballot(entry, code=card.code)
    assert guest.post(address(card_round), data=form).status_code == 200
    assert guest.post(address(card_round, "/given"), data=form).status_code == 303
    assert "Your vote is counted" in guest.get(address(card_round, "/receipt")).text
    assert given() == [(entry.id, None, "2-301")]
    assert guest.post(address(card_round, "/given"), data=form).status_code == 303
    for rest, data in (("/card", {"code": card.code}), ("/given", ballot(entry, code=card.code))):
        answer = guest.post(address(card_round, rest), data=data)
        assert answer.status_code == 409
    assert given() == [(entry.id, None, "2-301")]
    (noted,) = db.session.query(AuditEntry).filter_by(subject="vote")
    assert noted.account_id is None


def test_unknown_changed_and_replaced_codes_get_the_same_answer(
    app: Flask, guest: FlaskClient, cast: Cast, card_round: Round, count_queries: Callable[[], object]
) -> None:
    entry, building = make_entry(card_round), make_building(cast.compound)
    (card,) = printed(app, card_round, building, "2-301")
    with app.test_request_context():
        (new,) = cards.replace(card_round, building, ["2-301"], sealed=sealed, by=cast.officer.id)
    changed = new.code[:-1] + ("2" if new.code[-1] != "2" else "3")
    pages, numbers = set(), set()
    for code in (card.code, changed, "Z" * 10):
        for rest in ("/card", "/given"):
            with count_queries() as queries:
                answer = guest.post(address(card_round, rest), data=ballot(entry, code=code))
            assert answer.status_code == 422
            pages.add((rest, answer.text.replace(code, "")))
            numbers.add((rest, len(queries)))
    assert len(pages) == 2
    assert len(numbers) == 2
    assert given() == []
    assert guest.post(address(card_round, "/given"), data=ballot(entry, code=new.code)).status_code == 303


def test_guessing_ends_soon_and_who_has_a_card_is_not_counted(
    app: Flask, guest: FlaskClient, cast: Cast, card_round: Round
) -> None:
    make_entry(card_round)
    other = make_round(cast.subdistrict, channel=Channel.CODE)
    building = make_building(cast.compound)
    (card,) = printed(app, card_round, building, "2-301")
    (elsewhere,) = printed(app, other, building, "2-301")
    where = address(card_round, "/card")
    for _ in range(GUESSES_AN_HOUR + 5):
        assert guest.post(where, data={"code": card.code}).status_code == 200
    codes = [f"ABCDEFG{number:03d}" for number in range(GUESSES_AN_HOUR)]
    assert {guest.post(where, data={"code": code}).status_code for code in codes} == {422}
    blocked = guest.post(where, data={"code": card.code})
    assert blocked.status_code == 429
    assert "Too many codes were tried here." in blocked.text
    assert guest.post(address(card_round, "/given"), data={"code": card.code}).status_code == 429
    assert guest.post(address(other, "/card"), data={"code": elsewhere.code}).status_code == 200
    away = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert guest.post(where, data={"code": card.code}, **away).status_code == 200


# Taken down by the staff


def test_who_takes_votes_down(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, channel=Channel.STAFF)
    liaison = make_account("罗玉芬", Role.LIAISON, place=cast.compound)
    expected = {
        cast.officer: 200,
        cast.administrator: 200,
        cast.secretary: 200,
        liaison: 200,
        cast.volunteer: 403,
        cast.leader: 403,
        cast.outsider: 403,
    }
    for account, status in expected.items():
        client = app.test_client()
        sign_in(client, account)
        assert client.get(address(round, "/told")).status_code == status
        assert client.post(address(round, "/told")).status_code == (422 if status == 200 else 403)
    assert app.test_client().get(address(round, "/told")).status_code == 303


def test_the_staff_take_down_a_vote(guest: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, channel=Channel.STAFF)
    entry, person = make_entry(round), cast.volunteer.person
    sign_in(guest, cast.secretary)
    form = {"name": person.name, "phone": person.phone, "entry": str(entry.id)}
    unknown = guest.post(address(round, "/told"), data=form | {"name": "王小明"})
    assert unknown.status_code == 409
    assert "Nobody of this name and number is known here." in unknown.text
    assert 'value="王小明"' in unknown.text
    answer = guest.post(address(round, "/told"), data=form)
    assert (answer.status_code, answer.location) == (303, address(round, "/told"))
    assert "The vote of 孙桂兰 is taken down." in guest.get(answer.location).text
    again = guest.post(address(round, "/told"), data=form)
    assert again.status_code == 409
    assert "A vote of this voter is there already." in again.text
    assert given() == [(entry.id, person.id, None)]


def test_the_trail_on_its_page(guest: FlaskClient, cast: Cast, entries: list[Entry], sign_in: SignIn) -> None:
    round = entries[0].round
    sign_in(guest, cast.volunteer)
    guest.post(address(round, "/given"), data=ballot(entries[0]))
    for account in (cast.officer, cast.administrator):
        sign_in(guest, account)
        assert (
            "gave or took down a vote"
            not in guest.get("/audit/?kind=vote")
            .text.partition("<main")[2]
            .replace("<option", "")
            .partition("</form>")[2]
        )
    with clock.frozen(clock.datetime.fromisoformat(NOTICE)):
        sign_in(guest, cast.officer)
        assert "gave or took down a vote" in guest.get("/audit/?kind=vote").text.partition("</form>")[2]


# Many at once


def at_once(acts: Sequence[Callable[[], int]]) -> list[int]:
    """What all of them answer who start together; as many are worked on at a time as the server has threads."""
    start, working = Barrier(len(acts)), Semaphore(THREADS)

    def run(act: Callable[[], int]) -> int:
        start.wait()
        with working:
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def voters(app: Flask, count: int, sign_in: SignIn) -> list[tuple[FlaskClient, Account]]:
    accounts = [make_account(f"居民{number}") for number in range(count)]
    clients = [app.test_client() for _ in accounts]
    for client, account in zip(clients, accounts, strict=True):
        sign_in(client, account)
    return list(zip(clients, accounts, strict=True))


def test_two_hundred_at_once_and_each_counts_once(
    app: Flask, cast: Cast, entries: list[Entry], sign_in: SignIn
) -> None:
    where, ids = address(entries[0].round, "/given"), [it.id for it in entries]
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], posts_per_minute=10_000)
    forms: list[tuple[FlaskClient, dict[str, str]]] = []
    expected = {}
    for number, (client, account) in enumerate(voters(app, CLIENTS, sign_in)):
        form = ballot(entries[number % 3])
        forms.append((client, form))
        expected[account.person_id] = {ids[number % 3]}
        if number < TWICE // 2:
            forms.append((client, form))
        elif number < TWICE:
            forms.append((client, ballot(entries[(number + 1) % 3])))
            expected[account.person_id].add(ids[(number + 1) % 3])
    db.session.commit()
    db.session.remove()

    def sending(client: FlaskClient, form: dict[str, str]) -> Callable[[], int]:
        # A client of a thread of its own, with the same cookie: a browser's second tab.
        other = app.test_client()
        other._cookies = client._cookies.copy()
        return lambda: other.post(where, data=form).status_code

    answers = Counter(at_once([sending(*it) for it in forms]))
    assert answers == {303: CLIENTS + TWICE // 2, 409: TWICE // 2}
    rows = db.session.execute(select(Vote.person_id, Vote.entry_id)).all()
    assert len(rows) == CLIENTS
    assert {row.person_id for row in rows} == set(expected)
    assert all(row.entry_id in expected[row.person_id] for row in rows)
    assert db.session.scalar(select(func.count()).where(AuditEntry.subject == "vote")) == CLIENTS


def test_one_card_on_many_phones_at_once(app: Flask, cast: Cast, card_round: Round) -> None:
    entry = make_entry(card_round)
    (card,) = printed(app, card_round, make_building(cast.compound), "2-301")
    where, forms = address(card_round, "/given"), [ballot(entry, code=card.code) for _ in range(20)]
    db.session.commit()
    db.session.remove()
    answers = at_once([lambda form=form: app.test_client().post(where, data=form).status_code for form in forms])
    assert Counter(answers) == {303: 1, 409: 19}
    assert len(given()) == 1


def test_paper_and_account_of_one_person_at_once(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, paper=True)
    first, second = make_entry(round), make_entry(round)
    voter = cast.volunteer
    paper.read_first(round, voter.person, first, by=cast.secretary)
    clients = {account.id: app.test_client() for account in (voter, cast.officer)}
    sign_in(clients[voter.id], voter)
    sign_in(clients[cast.officer.id], cast.officer)
    typed = {"name": voter.person.name, "phone": voter.person.phone, "entry": str(first.id)}
    acts = [
        (clients[voter.id], address(round, "/given"), ballot(second)),
        (clients[cast.officer.id], f"/contests/{round.slug}/ballots/second", typed),
    ]
    db.session.commit()
    db.session.remove()
    answers = at_once([lambda act=act: act[0].post(act[1], data=act[2]).status_code for act in acts])
    (vote,) = db.session.query(Vote)
    (read,) = db.session.query(PaperBallot)
    assert answers[1] == 303
    if answers[0] == 303:
        assert (vote.channel, read.vote_id) == (Channel.ACCOUNT, None)
    else:
        assert (answers[0], vote.channel, read.vote_id) == (409, Channel.PAPER, vote.id)


def test_a_new_person_is_not_made_by_looking(guest: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, paper=True)
    entry, person = make_entry(round), make_person("罗玉芬")
    sign_in(guest, cast.officer)
    form = {"name": "邓玉兰", "phone": person.phone, "entry": str(entry.id)}
    assert guest.post(f"/contests/{round.slug}/ballots/second", data=form).status_code == 409
    assert db.session.query(PaperBallot).count() == 0

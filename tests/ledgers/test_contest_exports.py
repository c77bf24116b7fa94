"""09-contests out: what is over, with who voted for what; an officer takes it home, and the trail notes it."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.contests.factories import make_entry, make_judge, make_round, make_sheet, make_vote
from tests.factories import make_account, make_building, make_community, make_compound, make_subdistrict
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, Entry, EntryState, Round
from volunteer_app.database import db
from volunteer_app.ledgers import exporting
from volunteer_app.ledgers.handling import Period
from volunteer_app.people.models import Account, Role
from volunteer_app.places import queries
from volunteer_app.places.models import Place
from volunteer_app.tables.reading import read

from .books import bring, look, outcomes, say, source
from .contest_books import CAST, ENTERED, GIVEN, NAME, ONE, PLACES, whole

SignIn = Callable[[FlaskClient, Account], None]


def office() -> Place:
    return queries.subdistricts()[0]


def taken(period: Period | None = None) -> tuple[dict[str, list[list[object]]], list[str]]:
    """The rows of each sheet without their header, and what the ledger can't say."""
    db.session.commit()
    exported = exporting.export("09", office(), period or Period(), file_format="csv")
    db.session.rollback()
    rows = {name[12:-4]: read(name, content)[0].rows[1:] for name, content in exported.files.items()}
    return rows, [say(unsaid) for unsaid in exported.unsaid]


def numbers(period: Period | None = None) -> dict[str, int]:
    return {name: len(rows) for name, rows in taken(period)[0].items()}


@pytest.mark.parametrize("file_format", exporting.FORMATS)
def test_out_and_into_an_empty_database(app: Flask, file_format: str) -> None:
    bring(*PLACES, whole())
    exported = exporting.export("09-contests", office(), Period(), file_format=file_format)
    places = exporting.export("01-places", office(), Period(), file_format=file_format)
    db.session.rollback()
    assert exported.unsaid == []
    made = [source(name, content) for name, content in exported.files.items()]
    sheets = [("期次", 1), ("评分标准", 2), ("参评", 2), ("评委打分", 3), ("群众投票", 3)]
    assert outcomes(look(*made)) == [(name, 0, 0, number, 0, 0) for name, number in sheets]
    first = taken()
    with db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
    bring(*(source(name, content) for name, content in places.files.items()), *made)
    assert taken() == first


def test_what_is_written(sqlite_app: Flask) -> None:
    bring(*PLACES, whole())
    rows, unsaid = taken()
    assert unsaid == []
    assert rows["期次"] == [["1", NAME, "楼栋评比赛", "2020-10-01", "2020-10-10", "2020-10-20", "70", "30"]]
    assert rows["评分标准"] == [["环境卫生", "60"], ["邻里和睦", "40"]]
    assert rows["参评"] == ENTERED
    assert rows["评委打分"] == GIVEN
    assert rows["群众投票"] == [CAST[0], CAST[1], CAST[2]]


@pytest.fixture
def rounds(app: Flask) -> list[Round]:
    """A closed round, one whose votes come in, and a draft, each with an entry, a sheet and a vote."""
    community = make_community(make_subdistrict())
    building = make_building(make_compound(community, "云台里"), "1号楼")
    closed = {"entries_from": date(2020, 9, 1), "entries_until": date(2020, 9, 10), "notice_days": 5}
    for kind in ("judging", "voting"):
        closed |= {f"{kind}_from": date(2020, 9, 11), f"{kind}_until": date(2020, 9, 20)}
    going = {f"{kind}_until": date(2020, 11, 30) for kind in ("judging", "voting")}
    made = [
        make_round(office(), "已结束", **closed),
        make_round(office(), "进行中", **going),
        make_round(office(), "草稿", published_at=None),
    ]
    for round in made:
        entry = make_entry(round, ONE, place=building)
        make_sheet(make_judge(round, "评委甲"), entry)
        make_vote(entry)
    db.session.commit()
    return made


def test_only_what_is_over_has_points_and_votes(rounds: list[Round]) -> None:
    rows, unsaid = taken()
    assert [row[1] for row in rows["期次"]] == ["已结束", "进行中"]
    assert {name: [row[0] for row in rows[name]] for name in ("参评", "评委打分", "群众投票")} == {
        "参评": ["已结束", "进行中"],
        "评委打分": ["已结束"],
        "群众投票": ["已结束"],
    }
    assert unsaid == [
        "not written: rounds that are drafts or cancelled (1)",
        "not written: points of rounds that aren't over (rounds: 1)",
        "not written: votes of rounds that aren't over (rounds: 1)",
    ], "how many there are is nobody's business"
    assert numbers(Period(date(2020, 9, 20), date(2020, 9, 20)))["期次"] == 1
    assert numbers(Period(date(2020, 9, 21), None))["期次"] == 1
    assert numbers(Period(date(2020, 9, 21), date(2020, 9, 30)))["期次"] == 0


def test_what_the_columns_cannot_say(rounds: list[Round]) -> None:
    round = rounds[0]
    entry = db.session.scalars(select(Entry).where(Entry.round_id == round.id)).one()
    make_vote(entry, annulled_at=clock.now(), annul_reason="住在别处")
    make_vote(entry, channel=Channel.CODE, building_id=entry.place_id, door="2-301")
    make_vote(entry).person.phone = None
    make_sheet(make_judge(round, "评委乙"), entry, {"环境卫生": 5})
    make_sheet(make_judge(round, "评委丙", withdrawn_at=clock.now()), entry)
    make_sheet(make_judge(round, "评委丁"), entry, recused_reason="亲属")
    make_sheet(make_judge(round, "评委戊"), entry, veto_reason="火灾")
    make_entry(round, "退回的", place=entry.place, state=EntryState.RETURNED)
    make_entry(round, "街道的", place=office())
    round.judging_until = date(2020, 9, 19)
    round.criteria[0].points = 61
    rounds[1].cancelled_at = clock.now()
    rows, unsaid = taken()
    assert {name: len(it) for name, it in rows.items()} == {
        "期次": 1,
        "评分标准": 2,
        "参评": 1,
        "评委打分": 2,
        "群众投票": 1,
    }
    assert unsaid == [
        "not written: rounds that are drafts or cancelled (2)",
        "not written: days of judging or voting that aren't those after the entries (1)",
        "not written: entries that aren't published (1)",
        "not written: entries of no community (1)",
        "not written: sheets that don't count (3)",
        "not written: vetoes of judges (1)",
        "not written: votes of households, whose cards name nobody (1)",
        "not written: votes that were annulled (1)",
        "not written: votes of people without a phone number (1)",
    ]


def test_one_book_has_one_list_of_criteria(rounds: list[Round]) -> None:
    other = make_round(office(), "另一种", entries_from=date(2020, 9, 2))
    other.criteria[0].name = "楼道整洁"
    rows, unsaid = taken()
    assert [row[1] for row in rows["期次"]] == ["已结束", "进行中"]
    assert "not written: rounds with other criteria than the rest; choose their days (1)" in unsaid
    with_others = Period(other.voting_until, other.voting_until)
    assert taken(with_others)[0]["评分标准"] == [["楼道整洁", "60"], ["邻里和睦", "40"]]


def test_the_trail_notes_each_export(app: Flask) -> None:
    bring(*PLACES, whole())
    officer = make_account("钱晓岚")
    db.session.commit()
    exporting.export("09", office(), Period(), file_format="xlsx", by=officer.id)
    db.session.commit()
    exporting.export("01", office(), Period(), file_format="xlsx", by=officer.id)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (entry.account_id, entry.place_id, entry.changes) == (officer.id, office().id, {"ledger": "09-contests"})


def test_an_officer_takes_it_home(client: FlaskClient, sign_in: SignIn) -> None:
    bring(*PLACES, whole())
    here = office()
    elsewhere = make_subdistrict("柳浪街道")
    roles = {
        None: 303,
        Role.SECRETARY: 403,
        Role.OFFICER: 200,
    }
    address = f"/ledgers/contest-books?office={here.slug}"
    for role, status in roles.items():
        if role:
            place = here if role is Role.OFFICER else next(iter(_communities(here)))
            sign_in(client, make_account(f"某{role.value}", role, place=place))
        assert client.post(address, data={"file_format": "xlsx"}).status_code == status
        assert client.get(f"/ledgers/09-contests.xlsx?office={here.slug}").status_code in (302, 303, 403, 404)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (entry.place_id, entry.changes) == (here.id, {"ledger": "09-contests"})
    assert entry.account_id is not None
    page = client.get("/ledgers/").text
    assert "09-contests" in page
    assert f'action="/ledgers/contest-books?office={here.slug}"' in page
    sign_in(client, make_account("吴海", Role.OFFICER, place=elsewhere))
    assert client.post(address, data={"file_format": "csv"}).status_code == 403
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).all()) == 1


def _communities(here: Place) -> list[Place]:
    return [it for it in db.session.scalars(select(Place).where(Place.parent_id == here.id)) if it.kind == "community"]

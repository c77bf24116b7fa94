"""Before the close nobody reads a score or a number of votes: no page, feed, answer or export depends on them.

Each role opens everything; then other judges' points and everyone's votes are changed behind the product's back, and
everything is opened again: what is answered must be the same to the last byte. After the close the same walk must see
the difference, or it would prove nothing.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from tests.contests.factories import LAST_MOMENT, NOTICE, make_entry, make_judge, make_round, make_sheet, make_vote
from tests.factories import Cast, make_account, make_building, make_person
from tests.web.everything import make_everything
from tests.web.test_nobody_is_named import text_of
from volunteer_app.contests.models import Entry, Round, Score
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.reports.definitions import Figure

ROLES = ("guest", "volunteer", "leader", "secretary", "officer", "administrator", "outsider", "judge")
PERIOD = "from=2020-01-01&to=2020-12-31"
CHANGING = re.compile(r'(name="(?:csrf_token|nonce|_key|key)"[^>]* value=")[^"]*')
"""What each answer has anew: tokens of forms."""
MADE_AT = re.compile(r"<dcterms:\w+.*?</dcterms:\w+>")
"""When a workbook was made."""


@pytest.fixture
def contest(cast: Cast) -> Round:
    """A round that is being decided: three entries, each with sheets of two judges, and votes."""
    contest = make_round(cast.subdistrict)
    judges = [make_judge(contest, "评委甲"), make_judge(contest, "评委乙")]
    for number in range(3):
        entry = make_entry(contest, place=make_building(cast.compound))
        for judge in judges:
            make_sheet(judge, entry, {"环境卫生": 31 + number, "邻里和睦": 17})
        for _ in range(number + 1):
            make_vote(entry)
    return contest


def addresses(app: Flask, cast: Cast, contest: Round, entry: Entry) -> Iterator[str]:
    """Every address by GET, about this round where it's about one."""
    everything = make_everything(cast)
    values = {"slug": contest.slug, "entry_slug": entry.slug, "ledger": "09-contests"}
    db.session.commit()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        ours = rule.endpoint.startswith(("contest", "household_cards")) or "contests" in str(rule)
        known = values if ours else {"ledger": values["ledger"]}
        yield re.sub(
            r"<(?:[^<>]*:)?(\w+)>",
            lambda gap, rule=rule, known=known: known.get(gap[1]) or everything.value(rule, gap[1]),
            str(rule),
        )
    yield from (
        f"/places/{it}" for it in (entry.place.slug, cast.compound.slug, cast.community.slug, cast.subdistrict.slug)
    )
    yield from (f"/calendars/places/{it}.ics" for it in (entry.place.slug, cast.subdistrict.slug))
    yield from (f"/reports/{page}?{PERIOD}" for page in ("", "contests", "export.xlsx", "export.csv", "figures.json"))
    for figure in Figure:
        yield f"/reports/rows?figure={figure.value}&{PERIOD}&office={cast.subdistrict.slug}"


def seen(client: FlaskClient, asked: list[str]) -> dict[str, str]:
    """What is answered, without the tokens that change each time."""
    answers = {}
    for address in asked:
        answer = client.get(address)
        text = MADE_AT.sub("", CHANGING.sub(r"\1", text_of(answer.data)))
        answers[address] = f"{answer.status_code} {text}"
    return answers


def shuffle() -> None:
    """Give other points and other votes, as no verb of the product does."""
    db.session.execute(update(Score).values(points=Score.points - 7))
    first = db.session.query(Vote).order_by(Vote.id).first()
    db.session.execute(update(Vote).values(entry_id=first.entry_id))
    db.session.execute(delete(Vote).where(Vote.id == first.id))
    db.session.commit()


def account_of(role: str, cast: Cast, contest: Round) -> Account | None:
    """Whoever plays *role*; the judge has given no points yet."""
    if role == "judge":
        account = make_account("卢志远")
        make_judge(contest, "评委丙", account.person)
        return account
    return None if role == "guest" else getattr(cast, role)


@pytest.mark.now(LAST_MOMENT)
@pytest.mark.parametrize("role", ROLES)
def test_nothing_depends_on_scores_or_votes_before_the_close(
    sqlite_app: Flask,
    sqlite_client: FlaskClient,
    cast: Cast,
    contest: Round,
    sign_in: Callable[[FlaskClient, Account], None],
    role: str,
) -> None:
    entry = db.session.query(Entry).order_by(Entry.id).first()
    account = account_of(role, cast, contest)
    asked = list(addresses(sqlite_app, cast, contest, entry))
    if account:
        sign_in(sqlite_client, account)
    before = seen(sqlite_client, asked)
    shuffle()
    after = seen(sqlite_client, asked)
    assert [address for address in asked if before[address] != after[address]] == []
    assert sum(answer.startswith("200 ") for answer in before.values()) > 60


@pytest.mark.now(LAST_MOMENT)
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_no_export_of_the_ledger_tells_them_before_the_close(
    sqlite_client: FlaskClient,
    cast: Cast,
    contest: Round,
    sign_in: Callable[[FlaskClient, Account], None],
    file_format: str,
) -> None:
    sign_in(sqlite_client, cast.officer)

    def book() -> str:
        answer = sqlite_client.post("/ledgers/contest-books", data={"file_format": file_format})
        assert answer.status_code == 200
        return MADE_AT.sub("", text_of(answer.data))

    before = book()
    shuffle()
    assert book() == before


@pytest.mark.now(NOTICE)
def test_the_same_walk_sees_them_after_the_close(
    sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast, contest: Round
) -> None:
    entry = db.session.query(Entry).order_by(Entry.id).first()
    make_person()
    asked = list(addresses(sqlite_app, cast, contest, entry))
    before = seen(sqlite_client, asked)
    shuffle()
    after = seen(sqlite_client, asked)
    assert f"/contests/{contest.slug}/result" in [address for address in asked if before[address] != after[address]]

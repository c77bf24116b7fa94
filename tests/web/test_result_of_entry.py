"""The page of an entry's sheets: what each judge gave it, after the close, and by labels alone."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from tests.contests.factories import LAST_MOMENT, NOTICE, make_entry, make_judge, make_round, make_sheet
from tests.factories import Cast
from volunteer_app.contests.models import Entry, EntryState, Round
from volunteer_app.database import db


@pytest.fixture
def entry(cast: Cast) -> Entry:
    """Two sheets that count and one of a judge who turned out to have entered it."""
    round = make_round(cast.subdistrict, "第六期楼栋评比赛")
    entry = make_entry(round, "一号楼", person=cast.volunteer.person)
    for label, clean in (("评委甲", 41), ("评委乙", 43)):
        make_sheet(make_judge(round, label), entry, {"环境卫生": clean, "邻里和睦": 17})
    make_sheet(make_judge(round, "评委丙", person=cast.volunteer.person), entry)
    db.session.commit()
    return entry


def address(entry: Entry) -> str:
    return f"/contests/{entry.round.slug}/result/{entry.slug}"


def rows(page: str) -> list[list[str]]:
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    plain = re.sub(r'<span class="cell-name">.*?</span>', "", body)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in plain.split("</tr>")[:-1]]
    return [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in row] for row in found]


@pytest.mark.now(NOTICE)
def test_each_judge_s_points(client: FlaskClient, entry: Entry) -> None:
    page = client.get(address(entry)).text
    first, second, third = rows(page)
    assert (first, second) == (["评委甲", "41", "17", "58"], ["评委乙", "43", "17", "60"])
    assert (third[0].split()[0], third[1:]) == ("评委丙", ["60", "40", "100"])
    assert 'class="quiet small"' in page
    assert entry.person.name not in page
    assert address(entry) in client.get(f"/contests/{entry.round.slug}/result").text


@pytest.mark.now(LAST_MOMENT)
def test_not_before_the_close(client: FlaskClient, cast: Cast, entry: Entry, sign_in: Callable[..., None]) -> None:
    for account in (None, cast.secretary, cast.administrator):
        if account:
            sign_in(client, account)
        page = client.get(address(entry))
        assert page.status_code == 409
        assert "评委甲" not in page.text


@pytest.mark.now(NOTICE)
def test_what_has_no_result_has_no_page(sqlite_client: FlaskClient, cast: Cast, entry: Entry) -> None:
    withdrawn = make_entry(entry.round, "二号楼", state=EntryState.WITHDRAWN)
    draft = make_entry(make_round(cast.subdistrict, published_at=None))
    assert sqlite_client.get(address(withdrawn)).status_code == 404
    assert sqlite_client.get(address(draft)).status_code == 404
    assert sqlite_client.get(f"/contests/{entry.round.slug}/result/nothing2").status_code == 404


@pytest.mark.now(NOTICE)
def test_the_page_of_totals_reads_no_points(
    client: FlaskClient, entry: Entry, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    round: Round = entry.round
    result = f"/contests/{round.slug}/result"
    client.get(result)
    with count_queries() as found:
        page = client.get(result).text
    assert not [it for it in found if "score.points" in it and "sum(score.points)" not in it]
    # 41 and 17, 43 and 17: the mean is 59.
    assert "59.00" in page
    assert "评委甲" not in page

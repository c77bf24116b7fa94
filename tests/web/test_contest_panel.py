"""The office's page of a panel: who may, adding, taking off, leaving, and that it tells no points."""

import re
from datetime import datetime

import pytest

from tests.contests.factories import DECIDING, NOTICE, make_entry, make_judge, make_round
from tests.contests.factories import make_sheet as sheet_of
from volunteer_app import clock
from volunteer_app.contests.models import Judge
from volunteer_app.database import db

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def round(cast):
    return make_round(cast.subdistrict, "第3期楼栋评比赛")


@pytest.fixture
def at(round):
    return f"/contests/{round.slug}/panel"


def form(**values: str) -> dict[str, str]:
    return {"name": "卢志远", "phone": "199 5000 9999", "label": ""} | values


def labels(round) -> list[str]:
    query = db.session.query(Judge).filter_by(round_id=round.id).order_by(Judge.id)
    return [judge.label for judge in query]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("volunteer", 403),
        ("leader", 403),
        ("secretary", 403),
        ("outsider", 403),
        ("officer", 200),
        ("administrator", 200),
    ],
)
def test_the_office_alone(sqlite_client, cast, sign_in, round, at, who, status):
    # Also whoever judges doesn't see who else does.
    judge = make_judge(round, person=cast.volunteer.person)
    sign_in(sqlite_client, getattr(cast, who))
    assert sqlite_client.get(at).status_code == status
    done = 303 if status == 200 else 403
    assert sqlite_client.post(at, data=form()).status_code == done
    assert sqlite_client.post(f"{at}/{judge.id}/leaving").status_code == done
    assert sqlite_client.post(f"{at}/{judge.id}/removal").status_code == done
    assert labels(round) == (["评委甲"] if status == 200 else [judge.label])


def test_a_guest_signs_in_first(sqlite_client, round, at):
    assert sqlite_client.get(at).location.startswith("/login?next=")
    assert sqlite_client.get("/contests/nothing2/panel").status_code == 303


def test_what_is_not_there(sqlite_client, cast, sign_in, round, at):
    other = make_judge(make_round(cast.subdistrict))
    sign_in(sqlite_client, cast.officer)
    assert sqlite_client.get("/contests/nothing2/panel").status_code == 404
    assert sqlite_client.post(f"{at}/{other.id}/leaving").status_code == 404
    assert sqlite_client.post(f"{at}/{other.id}/removal").status_code == 303
    assert db.session.get(Judge, other.id).withdrawn_at is None


def test_adding_taking_off_leaving_and_coming_back(client, cast, sign_in, round, at):
    sign_in(client, cast.officer)
    assert client.post(at, data=form()).location == at
    client.post(at, data=form(name="邓红", label="居民代表"))
    assert labels(round) == ["评委甲", "居民代表"]
    first, second = (judge.id for judge in db.session.query(Judge).order_by(Judge.id))
    for _ in range(2):
        assert client.post(f"{at}/{second}/removal").status_code == 303
    sheet_of(db.session.get_one(Judge, first), make_entry(round))
    assert client.post(f"{at}/{first}/removal").status_code == 409
    client.post(f"{at}/{first}/leaving")
    assert db.session.get_one(Judge, first).withdrawn_at == clock.now()
    client.post(at, data=form())
    assert db.session.get_one(Judge, first).withdrawn_at is None
    assert labels(round) == ["评委甲"]


@pytest.mark.parametrize(
    ("values", "field", "status"),
    [
        ({"name": " "}, "name", 422),
        ({"phone": "12"}, "phone", 422),
        ({"phone": ""}, "phone", 422),
        ({"label": "评委甲"}, "label", 422),
        ({"label": "长" * 41}, "label", 422),
        ({"name": "段平", "phone": "19950008888"}, "name", 409),
    ],
)
def test_what_is_wrong_stands_at_its_field(sqlite_client, cast, sign_in, round, at, values, field, status):
    sign_in(sqlite_client, cast.officer)
    sqlite_client.post(at, data=form(name="段平", phone="19950008888"))
    answer = sqlite_client.post(at, data=form(**values))
    assert answer.status_code == status
    assert re.findall(r'class="error" id="(\w+)-e"', answer.text) == [field]
    assert f'value="{form(**values)["name"].strip()}"' in answer.text
    assert labels(round) == ["评委甲"]


def test_progress_and_never_points(client, cast, sign_in, round, at):
    entries = [make_entry(round, f"云台里{number}号楼") for number in (1, 2)]
    first, second = make_judge(round, "评委甲"), make_judge(round, "评委乙")
    sheet_of(first, entries[0], {"环境卫生": 59, "邻里和睦": 37})
    sheet_of(first, entries[1], {"环境卫生": 58}, note="楼道很干净", veto_reason="11月9日失火")
    sheet_of(second, entries[1], {}, recused_reason="住在这里")
    sign_in(client, cast.officer)
    page = client.get(at).text
    main = page[page.index("<main") :]
    rows = [
        [re.sub(r"<[^>]*>", " ", cell).split() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", main, re.DOTALL)[1:]
    ]
    numbers = [[word for cell in row for word in cell if word.isdecimal() and len(word) == 1] for row in rows]
    # Of two judges, then of two entries: how many are done of how many, and for how many one steps aside.
    assert [row for row in numbers if row] == [["1", "2"], ["0", "1", "1"], ["1", "2"], ["0", "1"]]
    # Neither points nor notes, vetoes or reasons.
    text = re.sub(r"<[^>]*>", " ", main)
    assert not re.search(r"\b(59|37|58|96)\b|楼道很干净|失火|住在这里", text)


def test_after_the_close_it_is_only_read(sqlite_client, cast, sign_in, round, at):
    judge = make_judge(round, "评委甲")
    with clock.frozen(datetime.fromisoformat(NOTICE)):
        sign_in(sqlite_client, cast.officer)
        page = sqlite_client.get(at).text
        assert "评委甲" in page
        assert "<form method" not in page[page.index("<main") :]
        assert sqlite_client.post(at, data=form()).status_code == 409
        assert sqlite_client.post(f"{at}/{judge.id}/leaving").status_code == 409
        assert sqlite_client.post(f"{at}/{judge.id}/removal").status_code == 409
    assert labels(round) == ["评委甲"]


def test_a_fixed_number_of_queries(client, cast, sign_in, round, at, count_queries):
    sign_in(client, cast.officer)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            sheet_of(make_judge(round), make_entry(round))
        client.get(at)
        with count_queries() as queries:
            client.get(at)
        counts.append(len(queries))
    assert counts[0] == counts[1]

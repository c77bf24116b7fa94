"""Awards: who wins what, only once the result stands; and the sheet of paper."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pypdfium2
import pytest
import zxingcpp

from tests.factories import make_building, make_compound, make_person
from volunteer_app import clock
from volunteer_app.contests.models import Entry, Objection, Round
from volunteer_app.contests.outcome import awards, paper, standings
from volunteer_app.contests.outcome.awards import Award, Prize
from volunteer_app.database import db
from volunteer_app.places.models import Place

from ..factories import NOTICE, STANDING, make_entry, make_judge, make_round, make_sheet

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(STANDING)]
ADDRESS = "https://volunteers.example/contests/abcdefgh/result"


def judged(round: Round, *points: int, place: Place | None = None) -> list[Entry]:
    judge = make_judge(round)
    found = []
    for number, total in enumerate(points, 1):
        entry = make_entry(round, f"{number}号楼", place=place)
        make_sheet(judge, entry, {"环境卫生": min(total, 60), "邻里和睦": max(total - 60, 0)})
        found.append(entry)
    return found


def said(found: list[Award]) -> list[tuple[str, str, Prize]]:
    return [(it.round.name, it.entry.name, it.prize) for it in found]


def test_prizes_by_rank() -> None:
    assert [awards.prize(rank) for rank in range(1, 6)] == [*Prize, Prize.MERIT]


def test_the_winners_of_a_round_once_it_stands() -> None:
    round = make_round(name="第六期", winners=4)
    judged(round, 70, 95, 80, 75, 90)
    standing = standings.of(round)
    assert said(awards.of_standing(standing)) == [
        ("第六期", "2号楼", Prize.FIRST),
        ("第六期", "5号楼", Prize.SECOND),
        ("第六期", "3号楼", Prize.THIRD),
        ("第六期", "4号楼", Prize.MERIT),
    ]
    assert awards.of_standing(standing)[0].day == date(2020, 11, 26)
    with clock.frozen(datetime.fromisoformat(NOTICE)):
        assert awards.of_standing(standings.of(round)) == []


def test_an_open_objection_keeps_everybody_waiting() -> None:
    round = make_round()
    (entry,) = judged(round, 70)
    assert len(awards.of_place(entry.place)) == 1
    db.session.add(Objection(round_id=round.id, name="孟芳", phone="13800001111", text="不对", made_at=clock.now()))
    db.session.flush()
    assert awards.of_place(entry.place) == []


def test_what_was_won_in_a_place() -> None:
    """Also in the compound around it, and nowhere else; the latest round stands first."""
    compound = make_compound()
    building, other = make_building(compound), make_building()
    earlier = make_round(name="第一期", judging_until=date(2020, 11, 12), voting_until=date(2020, 11, 12), winners=1)
    later = make_round(earlier.subdistrict, name="第二期", winners=1)
    judged(earlier, 60, 50, place=building)
    judged(later, 80, 90, place=building)
    judged(make_round(name="别处"), 70, place=other)
    expected = [("第二期", "2号楼", Prize.FIRST), ("第一期", "1号楼", Prize.FIRST)]
    assert said(awards.of_place(building)) == expected
    assert said(awards.of_place(compound)) == expected
    assert said(awards.of_place(make_building(compound))) == []
    first = awards.of_place(building)[0].entry
    assert said(awards.of_entries([first.id])) == expected[:1]
    assert awards.of_entries([]) == []
    assert said(awards.of_entrant(first.person_id)) == expected[:1]
    assert awards.of_entrant(make_person().id) == []


def test_queries_do_not_grow_with_the_rounds(count_queries: Callable[[], AbstractContextManager[list[str]]]) -> None:
    building, counts = make_building(), []
    with count_queries() as found:
        assert awards.of_place(building) == []
    assert len(found) == 1
    for rounds in (1, 3):
        for _ in range(rounds):
            judged(make_round(winners=1), 70, 80, 90, place=building)
        db.session.flush()
        db.session.expire_all()
        db.session.refresh(building)
        with count_queries() as found:
            won = awards.of_place(building)
            assert {it.round.subdistrict.kind for it in won}
        counts.append((len(won), len(found)))
    assert [number for number, _ in counts] == [1, 4]
    assert counts[0][1] == counts[1][1]


def written(**values: object) -> tuple[bytes, Entry]:
    round = make_round(name="第六期楼栋评比赛", **values)
    (entry,) = judged(round, 90)
    (award,) = awards.of_place(entry.place)
    return paper.award_pdf(award, address=ADDRESS), entry


def test_the_certificate_of_award() -> None:
    pdf, entry = written()
    document = pypdfium2.PdfDocument(pdf)
    (page,) = document
    text = page.get_textpage().get_text_range().replace("\r\n", "")
    for expected in (
        "荣誉证书",
        entry.name,
        entry.round.subdistrict.name,
        "第六期楼栋评比赛",
        "一等奖",
        "2020年11月26日",
        ADDRESS,
    ):
        assert expected in text, text
    assert "评委评分与群众投票" in text
    assert entry.person.name not in text
    image = page.render(scale=2).to_pil()
    assert zxingcpp.read_barcode(image).text == ADDRESS
    (award,) = awards.of_place(entry.place)
    assert paper.award_pdf(award, address=ADDRESS) == pdf


def test_long_names_make_no_second_page() -> None:
    round = make_round(name="社区文明楼栋评比赛" * 6 + "第十二期赛事", winners=1)
    entry = make_entry(round, "云台里小区幸福楼栋" * 6 + "第三单元楼道", place=make_building())
    make_sheet(make_judge(round), entry)
    assert (len(round.name), len(entry.name)) == (60, 60)
    (award,) = awards.of_place(entry.place)
    document = pypdfium2.PdfDocument(paper.award_pdf(award, address=ADDRESS))
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range().replace("\r\n", "")
    assert entry.name in text
    assert zxingcpp.read_barcode(document[0].render(scale=2).to_pil()).text == ADDRESS


@pytest.mark.parametrize(
    ("judges", "said", "unsaid"), [(100, "经评委评分，", "群众投票"), (0, "经群众投票，", "评委评分")]
)
def test_it_says_who_decided(judges: int, said: str, unsaid: str) -> None:
    pdf, _ = written(judges_weight=judges, voters_weight=100 - judges)
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().replace("\r\n", "")
    assert said in text
    assert unsaid not in text

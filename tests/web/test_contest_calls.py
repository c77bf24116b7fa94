"""The call list of the contests over http: what is said, ticked off, taken back, and by whom."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.contests.factories import ENTERING, make_entry, make_judge, make_round
from tests.factories import Cast, make_building, make_person
from volunteer_app.contests.models import EntryState, Round
from volunteer_app.contests.rounds import keeping, photos, review
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.models import Account

pytestmark = pytest.mark.now(ENTERING)

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def round(cast: Cast) -> Round:
    made = make_round(cast.subdistrict, "楼栋评比赛")
    entry = make_entry(
        made, "3号楼", place=make_building(cast.compound), person=make_person("罗玉芬"), state=EntryState.WAITING
    )
    review.return_(entry, "照片看不清。", review.mark(entry, photos.of(entry)), by=cast.officer)
    return made


def test_called_told_and_taken_back(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    notice = db.session.query(Notice).one()
    client.set_cookie("lang", "en")
    sign_in(client, cast.secretary)
    assert "1 call about contests" in client.get("/desk/").text
    page = client.get("/contests/calls/").text
    assert "“3号楼” in “楼栋评比赛” was sent back: 照片看不清. Please put it right and send it in again." in page
    for _ in range(2):
        assert client.post(f"/contests/calls/{notice.id}/told").location == "/contests/calls/"
    page = client.get("/contests/calls/").text
    assert "Nobody has to be called." in page
    assert "罗玉芬" in page
    assert "call about contests" not in client.get("/desk/").text
    assert client.post(f"/contests/calls/{notice.id}/told/removal").status_code == 303
    assert "was sent back" in client.get("/contests/calls/").text


def test_a_cancelled_round(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    make_judge(round, person=make_person("卢志远"))
    keeping.cancel(round, "疫情防控", by=cast.officer.id)
    sign_in(client, cast.officer)
    page = client.get("/contests/calls/").text
    assert page.count("“楼栋评比赛”取消了，原因：疫情防控。") == 2
    # What was sent back before needn't be put right any more.
    assert "被退回" not in page


def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    notice = db.session.query(Notice).one()
    moved = Notice(kind=NoticeKind.SHORT, person_id=cast.volunteer.person_id, place_id=cast.subdistrict.id)
    moved.values, moved.made_at = {}, notice.made_at
    db.session.add(moved)
    db.session.flush()
    for account, listed, told in (
        (cast.leader, 403, 403),
        (cast.volunteer, 403, 403),
        (cast.outsider, 200, 404),
        (cast.officer, 200, 303),
    ):
        sign_in(client, account)
        answers = client.get("/contests/calls/"), client.post(f"/contests/calls/{notice.id}/told")
        assert [it.status_code for it in answers] == [listed, told]
        assert ("罗玉芬" in answers[0].text) is (account is cast.officer)
    # A notice about something else has its own list.
    assert client.post(f"/contests/calls/{moved.id}/told").status_code == 404

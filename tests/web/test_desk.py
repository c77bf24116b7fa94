"""The leader's desk, and the call list."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.models import RequestState, Role
from volunteer_app.teams.models import MembershipRequest

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def notice(sqlite_app, cast):
    """Somebody of the cast's team's next activity has to be told that they moved up."""
    activity = make.make_activity(cast.team, "冬季用火用电安全课", starts_at=clock.now() + DAY, places=9)
    sign_up = make.make_sign_up(activity, make.make_person("陈伟平", "13800000001"))
    outbox.tell(NoticeKind.PROMOTED, person_id=sign_up.person_id, activity_id=activity.id, sign_up_id=sign_up.id)
    db.session.flush()
    return db.session.query(Notice).one()


def test_only_whoever_has_a_role_has_a_desk(sqlite_client, cast, sign_in):
    assert sqlite_client.get("/desk/").status_code == 303
    organizer = make.make_account(role=Role.ORGANIZER, place=cast.compound)
    for account, status in ((cast.volunteer, 403), (cast.leader, 200), (organizer, 200), (cast.outsider, 200)):
        sign_in(sqlite_client, account)
        assert sqlite_client.get("/desk/").status_code == status
        assert sqlite_client.get("/desk/calls").status_code == status


def test_the_desk_shows_its_own_alone(sqlite_client, cast, sign_in, notice):
    make.make_activity(cast.team, "在今天", starts_at=clock.now() + HOUR)
    make.make_activity(cast.team, "没结束", starts_at=clock.now() - DAY)
    make.make_activity(cast.team, "还没发布", starts_at=clock.now() + 2 * DAY, state=ActivityState.DRAFT)
    db.session.add(
        MembershipRequest(
            team_id=cast.team.id,
            person_id=make.make_person().id,
            state=RequestState.WAITING,
            asked_at=clock.now(),
        )
    )
    words = ("冬季用火用电安全课", "在今天", "没结束", "还没发布", f"/teams/{cast.team.slug}/roster")

    sign_in(sqlite_client, cast.leader)
    page = sqlite_client.get("/desk/").text
    assert [word for word in words if word not in page] == []
    for account in (cast.outsider, make.make_other_leader(cast)):
        sign_in(sqlite_client, account)
        page = sqlite_client.get("/desk/").text
        assert [word for word in words if word in page] == []


def test_what_comes_is_paged(sqlite_client, cast, sign_in):
    for days in range(1, 23):
        make.make_activity(cast.team, "同一主题", starts_at=clock.now() + days * DAY)
    sign_in(sqlite_client, cast.leader)

    assert sqlite_client.get("/desk/").text.count("同一主题") == 2 * 20
    assert sqlite_client.get("/desk/?page=2").text.count("同一主题") == 2 * 2


def test_the_desk_takes_as_many_queries_for_many(sqlite_client, cast, sign_in, count_queries):
    sign_in(sqlite_client, cast.leader)
    sqlite_client.get("/desk/")
    numbers = []
    for n in range(1, 4):
        for starts_at in (clock.now() + n * HOUR, clock.now() - n * DAY, clock.now() + n * DAY):
            make.make_sign_up(make.make_activity(cast.team, starts_at=starts_at, places=3))
        with count_queries() as queries:
            sqlite_client.get("/desk/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[2]


def test_a_call_says_what_to_say_and_is_ticked_off(sqlite_client, cast, sign_in, notice):
    sign_in(sqlite_client, cast.leader)
    page = sqlite_client.get("/desk/calls").text
    assert 'href="tel:13800000001"' in page
    assert page.count("冬季用火用电安全课") == 2

    for _ in range(2):
        assert sqlite_client.post(f"/desk/calls/{notice.id}/told").status_code == 303
    assert (notice.told_at, notice.told_by_id) == (clock.now(), cast.leader.id)
    page = sqlite_client.get("/desk/calls").text
    assert "tel:13800000001" not in page
    assert "赵建国" in page.partition('id="told"')[2]

    assert sqlite_client.post(f"/desk/calls/{notice.id}/told/removal").status_code == 303
    assert notice.told_at is None


def test_nobody_ticks_off_what_is_not_theirs(sqlite_client, cast, sign_in, notice):
    for account in (cast.outsider, cast.volunteer, make.make_other_leader(cast)):
        sign_in(sqlite_client, account)
        assert "13800000001" not in sqlite_client.get("/desk/calls").text
        assert sqlite_client.post(f"/desk/calls/{notice.id}/told").status_code == 403
    assert notice.told_at is None
    sign_in(sqlite_client, cast.leader)
    assert sqlite_client.post("/desk/calls/99999/told").status_code == 404

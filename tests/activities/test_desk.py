"""What stands on the leader's desk."""

from datetime import timedelta

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities import desk
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.people.models import RequestState
from volunteer_app.people.roles import scope
from volunteer_app.teams.models import MembershipRequest

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ids(rows):
    return [row.id for row in rows]


def test_each_activity_stands_where_its_time_puts_it(app, cast):
    now = clock.now()
    running = make.make_activity(cast.team, starts_at=now - HOUR / 2)
    tonight = make.make_activity(cast.team, starts_at=now + 8 * HOUR)
    tomorrow = make.make_activity(cast.team, starts_at=now + DAY)
    draft = make.make_activity(cast.team, starts_at=now + 2 * DAY, state=ActivityState.DRAFT)
    make.make_activity(cast.team, starts_at=now + 3 * DAY, state=ActivityState.CANCELLED)
    over = make.make_activity(cast.team, starts_at=now - DAY, headcount=2, places=9)
    older = make.make_activity(cast.team, starts_at=now - 2 * DAY, state=ActivityState.HELD)
    make.make_activity(cast.team, starts_at=now - 3 * DAY, state=ActivityState.HELD, closed_at=now)
    make.make_activity(cast.team, starts_at=now - 4 * DAY, state=ActivityState.CANCELLED)
    make.make_attendance(over, make.make_sign_up(over).person)
    mine = scope(cast.leader)

    assert ids(desk.today(mine, limit=9)) == [running.id, tonight.id]
    assert ids(desk.coming(mine, limit=9)) == [tomorrow.id]
    assert desk.how_many_coming(mine) == 1
    assert ids(desk.drafts(mine, limit=9)) == [draft.id]
    unclosed = desk.unclosed(mine, limit=9)
    assert ids(unclosed) == [over.id, older.id]
    assert (unclosed[0].attended, unclosed[0].taken) == (3, 1)
    assert desk.how_many_unclosed(mine) == 2
    assert ids(desk.unclosed(mine, limit=1)) == [over.id]


def test_the_desk_shows_its_scope_alone(app, cast):
    make.make_activity(cast.team, starts_at=clock.now() - DAY)
    make.make_activity(cast.team, starts_at=clock.now() + HOUR)
    person = make.make_person()
    db.session.add(
        MembershipRequest(team_id=cast.team.id, person_id=person.id, state=RequestState.WAITING, asked_at=clock.now())
    )
    db.session.flush()

    for account, number in (
        (cast.leader, 1),
        (cast.secretary, 1),
        (cast.officer, 1),
        (make.make_other_leader(cast), 0),
        (cast.outsider, 0),
    ):
        mine = scope(account)
        assert len(desk.today(mine, limit=9)) == number
        assert len(desk.unclosed(mine, limit=9)) == number
        assert [(it.slug, it.requests) for it in desk.asking(mine)] == [(cast.team.slug, 1)] * number


def test_a_longer_desk_takes_no_more_queries(sqlite_app, cast, count_queries):
    mine = scope(cast.leader)
    numbers = []
    for days in (1, 2, 3):
        make.make_activity(cast.team, starts_at=clock.now() - days * DAY)
        with count_queries() as queries:
            desk.unclosed(mine, limit=9)
        numbers.append(len(queries))
    assert numbers[0] == numbers[2]

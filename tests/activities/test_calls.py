"""The call list: in scope, in order, ticked off once."""

from datetime import timedelta

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities import calls
from volunteer_app.activities.models import ActivityState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people.roles import scope


def make_notice(activity, person=None, kind=NoticeKind.PROMOTED):
    notice = outbox.tell(kind, person_id=(person or make.make_person()).id, activity_id=activity.id)
    db.session.flush()
    return notice


def told_of(account):
    return [call.notice for call in calls.open_calls(scope(account), limit=50)]


def test_each_sees_the_calls_of_their_scope(app, cast):
    later = make_notice(make.make_activity(cast.team, starts_at=clock.now() + timedelta(days=2)))
    sooner = make_notice(make.make_activity(cast.team, starts_at=clock.now() + timedelta(days=1)))
    other = make.make_other_leader(cast)

    for account in (cast.leader, cast.secretary, cast.officer, cast.administrator):
        assert told_of(account) == [sooner, later]
        assert calls.how_many(scope(account)) == 2
    for account in (other, cast.outsider, cast.volunteer):
        assert told_of(account) == []
        assert calls.how_many(scope(account)) == 0


def test_nobody_is_called_about_what_is_over_or_without_a_name(app, cast):
    past = make.make_activity(cast.team, starts_at=clock.now() - timedelta(days=1), state=ActivityState.CANCELLED)
    make_notice(past, kind=NoticeKind.CANCELLED)
    make_notice(make.make_activity(cast.team), make.make_person(anonymised_at=clock.now()))

    assert told_of(cast.officer) == []


def test_a_tick_keeps_who_told_first_and_can_be_taken_back(app, cast):
    activity = make.make_activity(cast.team)
    notice = make_notice(activity)

    calls.tick(notice, scope(cast.leader), by=cast.leader.id)
    calls.tick(notice, scope(cast.officer), by=cast.officer.id)

    assert (notice.told_at, notice.told_by_id) == (clock.now(), cast.leader.id)
    assert told_of(cast.leader) == []
    (call,) = calls.told(scope(cast.leader), since=clock.now() - timedelta(days=1), limit=9)
    assert (call.notice, call.told_by) == (notice, "赵建国")
    assert calls.told(scope(cast.outsider), since=clock.now() - timedelta(days=1), limit=9) == []

    calls.untick(notice, scope(cast.officer), by=cast.officer.id)
    assert told_of(cast.leader) == [notice]
    actions = [entry.action for entry in db.session.query(AuditEntry).filter_by(subject="notice")]
    assert actions == ["tell", "take back telling"]


def test_the_list_takes_one_query_however_long_it_is(sqlite_app, cast, count_queries):
    mine = scope(cast.leader)
    numbers = []
    for days in (1, 2, 3):
        make_notice(make.make_activity(cast.team, starts_at=clock.now() + timedelta(days=days)))
        db.session.expunge_all()
        with count_queries() as queries:
            found = [(it.activity.theme.name, it.activity.venue) for it in calls.open_calls(mine, limit=50)]
        numbers.append((len(found), len(queries)))
    assert numbers == [(1, 1), (2, 1), (3, 1)]

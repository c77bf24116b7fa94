"""Mine: a device's sign-ups for a guest, all that concerns them for a member."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, SignUp, SignUpState
from volunteer_app.activities.signing import receipts
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people import family
from volunteer_app.people.models import Account
from volunteer_app.teams import roster
from volunteer_app.web import device

from ..contests.factories import DECIDING, make_judge, make_round
from ..factories import Cast, make_activity, make_attendance, make_person, make_sign_up, make_team

SignIn = Callable[[FlaskClient, Account], None]


def token_of(sign_up: SignUp) -> str:
    return device.token(f"{sign_up.id:032}")


def on_device(app: Flask, client: FlaskClient, *sign_ups: SignUp) -> None:
    """Let this browser hold the receipts of these sign-ups."""
    for sign_up in sign_ups:
        receipts.make(sign_up, token=token_of(sign_up), nonce=f"{sign_up.id:032}", device="here")
    tokens = [token_of(sign_up) for sign_up in sign_ups]
    client.set_cookie("device", URLSafeSerializer(app.config["SECRET_KEY"], salt="device").dumps(["here", *tokens]))


def test_a_guest_without_sign_ups_finds_the_way(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/mine").text
    assert "还没有报名" in page or "Nothing yet" in page
    assert 'class="button main" href="/"' in page
    assert 'href="/login?next=/mine"' in page
    assert 'href="/registration"' in page


def test_a_guest_sees_this_device_and_nothing_else(
    app: Flask, client: FlaskClient, cast: Cast, count_queries: Callable
) -> None:
    coming = make_activity(cast.team, "包饺子", places=1)
    mine = make_sign_up(coming, make_person("王小明"))
    waiting = make_sign_up(
        make_activity(cast.team, "写春联", places=1, starts_at=clock.now() + timedelta(days=2)),
        mine.person,
        SignUpState.WAITING,
    )
    past = make_sign_up(
        make_activity(cast.team, "扫雪", starts_at=clock.now() - timedelta(days=1), places=2), mine.person
    )
    make_sign_up(make_activity(cast.team, "别人的", places=1, starts_at=clock.now() + timedelta(days=3)))
    on_device(app, client, past, waiting, mine)
    with count_queries() as queries:
        page = client.get("/mine").text
    found = [page.index(text) for text in ("包饺子", "写春联", "扫雪")]
    assert found == sorted(found), "coming first, the nearest before, then past"
    assert f"/receipts/{token_of(mine)}" in page
    assert "别人的" not in page
    assert "王小明" not in page
    assert len(queries) <= 6


def test_a_member_sees_their_own_and_the_family(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    child = family.add(cast.volunteer, name="孙小虎", under_14=True).person
    activity = make_activity(cast.team, "包饺子", places=2)
    mine, theirs = (make_sign_up(activity, person) for person in (cast.volunteer.person, child))
    make_sign_up(make_activity(cast.team, "别人的", places=1, starts_at=clock.now() + timedelta(days=3)))
    outbox.tell(NoticeKind.PROMOTED, person_id=child.id, activity_id=activity.id, sign_up_id=theirs.id)
    choir = make_team(cast.compound, "云台里合唱队")
    roster.ask(choir, cast.volunteer.person, by=cast.volunteer.id)
    sign_in(client, cast.volunteer)
    page = client.get("/mine").text
    assert page.index(f"/sign-ups/{mine.id}") < page.index(f"/sign-ups/{theirs.id}")
    assert "孙小虎" in page
    assert "别人的" not in page
    assert f"/teams/{cast.team.slug}" in page
    assert f"/teams/{choir.slug}" in page
    for address in ("/mine/family", "/mine/data", "/account", "/calendars/#private"):
        assert f'href="{address}"' in page, address


def test_hours_of_this_year_and_in_all(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for days, minutes in ((1, 90), (400, 45)):
        held = make_activity(
            cast.team, starts_at=clock.now() - timedelta(days=days), minutes=minutes, state=ActivityState.HELD
        )
        make_attendance(held, cast.volunteer.person)
    sign_in(client, cast.volunteer)
    page = client.get("/mine").text
    assert '<dd class="num">1.5</dd>' in page
    assert '<dd class="num">2.3</dd>' in page
    assert '<dd class="num">2</dd>' in page


def test_receipts_of_this_device_under_ones_own_account(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    """A receipt made under one's own name and number is one's own sign-up; a neighbour's stays a receipt."""
    activity = make_activity(cast.team, places=3)
    own, other = make_sign_up(activity, cast.volunteer.person), make_sign_up(activity, make_person("何来"))
    on_device(app, client, own, other)
    sign_in(client, cast.volunteer)
    page = client.get("/mine").text
    assert f"/sign-ups/{own.id}" in page
    assert f"/receipts/{token_of(own)}" not in page
    assert f"/receipts/{token_of(other)}" in page
    assert "何*" in page
    assert "何来" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_queries_for_one_row_as_for_three(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Callable, rows: int
) -> None:
    for days in range(1, rows + 1):
        coming = make_activity(cast.team, places=2, starts_at=clock.now() + timedelta(days=days))
        make_sign_up(coming, cast.volunteer.person)
        outbox.tell(NoticeKind.MOVED, person_id=cast.volunteer.person_id, activity_id=coming.id)
        held = make_activity(cast.team, starts_at=clock.now() - timedelta(days=days), state=ActivityState.HELD)
        make_attendance(held, cast.volunteer.person)
        roster.ask(make_team(cast.compound), cast.volunteer.person, by=cast.volunteer.id)
        family.add(cast.volunteer, name="孙" + "甲乙丙"[days - 1], under_14=False)
    sign_in(client, cast.volunteer)
    with count_queries() as queries:
        assert client.get("/mine").status_code == 200
    assert len(queries) <= 15, queries
    db.session.rollback()


@pytest.mark.now(DECIDING)
def test_a_judge_finds_the_rounds_to_judge(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    contest = make_round(cast.subdistrict)
    address = f'href="/contests/{contest.slug}/judging"'
    sign_in(client, cast.volunteer)
    assert address not in client.get("/mine").text
    make_judge(contest, person=cast.volunteer.person)
    assert address in client.get("/mine").text

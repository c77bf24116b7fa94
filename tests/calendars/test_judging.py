"""When somebody judges, in their own feed."""

from datetime import date, timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.calendars import private, tokens
from volunteer_app.contests.judging import panel
from volunteer_app.people.models import Account

from ..contests.factories import DECIDING, make_judge, make_round
from ..factories import make_account
from . import reading

BASE_URL = "https://calendars.example.org"

pytestmark = pytest.mark.now(DECIDING)


def own(account: Account) -> private.Own:
    token = tokens.living(account.person) or tokens.look_up(tokens.make(account.person, by=None))
    assert token
    return private.of(token, base_url=BASE_URL)


def test_the_days_of_a_round_that_one_judges(app: Flask) -> None:
    account = make_account("卢志远")
    judged = make_round(name="第3期楼栋评比赛")
    make_judge(judged, "评委甲", person=account.person)
    for round, values in (
        (make_round(published_at=None), {}),
        (make_round(judging_from=None, judging_until=None), {}),
        (make_round(), {"withdrawn_at": clock.now()}),
    ):
        make_judge(round, person=account.person, **values)
    make_judge(make_round())
    found = reading.event(own(account).body.plain)
    assert (str(found["uid"]), str(found["summary"])) == (f"{judged.uid}-judging", "评委打分 · 第3期楼栋评比赛")
    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2020, 11, 11), date(2020, 11, 21))
    assert str(found["url"]) == f"{BASE_URL}/contests/{judged.slug}/judging"
    assert (str(found["status"]), str(found["transp"]), found.walk("VALARM")) == ("CONFIRMED", "TRANSPARENT", [])
    # Nobody's name, and not which judge one is.
    assert "卢志远" not in own(account).body.plain.decode()
    assert "评委甲" not in own(account).body.plain.decode()


def test_a_cancelled_round_stays_for_a_while(app: Flask) -> None:
    account = make_account("卢志远")
    make_judge(make_round(cancelled_at=clock.now()), person=account.person)
    found = reading.event(own(account).body.plain)
    assert str(found["status"]) == "CANCELLED"
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert reading.events(own(account).body.plain) == []


def test_who_joins_the_panel_sees_a_younger_feed(app: Flask) -> None:
    account, round = make_account("卢志远"), make_round()
    before = own(account)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        panel.add(round, name="卢志远", phone=account.phone, by=None)
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        after = own(account)
    assert after.last_modified > before.last_modified
    assert after.etag != before.etag

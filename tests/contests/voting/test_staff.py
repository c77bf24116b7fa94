"""Votes that the staff take down of people whom they know."""

import pytest

from tests.contests.factories import DECIDING, make_entry, make_round
from tests.factories import Cast, make_membership, make_person, make_team
from volunteer_app.contests.models import Channel
from volunteer_app.contests.voting import staff, votes
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(DECIDING)]


def test_somebody_known_once(cast: Cast) -> None:
    round = make_round(cast.subdistrict, channel=Channel.STAFF)
    entry, known = make_entry(round), cast.volunteer.person
    person = staff.known(round, name=" 孙 桂兰", phone=f"+86 {known.phone}", by=cast.secretary)
    assert person == known
    staff.take_down(round, entry, person, None, by=cast.secretary)
    with pytest.raises(Refused) as caught:
        staff.take_down(round, entry, person, None, by=cast.officer)
    assert caught.value.message.text == votes.VOTED_TOLD
    assert [(it.channel, it.by_id) for it in db.session.query(Vote)] == [(Channel.STAFF, cast.secretary.id)]


def test_nobody_outside_the_scope(cast: Cast) -> None:
    round = make_round(cast.subdistrict, channel=Channel.STAFF)
    elsewhere = make_person("邓玉兰")
    make_membership(make_team(), elsewhere)
    stranger = make_person("罗玉芬")
    for person, account in (
        (stranger, cast.officer),
        (elsewhere, cast.secretary),
        (elsewhere, cast.administrator),
        (cast.volunteer.person, cast.outsider),
        (cast.volunteer.person, cast.leader),
    ):
        with pytest.raises(Refused):
            staff.known(round, name=person.name, phone=person.phone, by=account)
    with pytest.raises(Refused):
        staff.known(round, name="王小明", phone=cast.volunteer.person.phone, by=cast.officer)
    with pytest.raises(BadInput):
        staff.known(round, name="王小明", phone="12", by=cast.officer)

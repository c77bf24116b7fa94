"""Role models: who nominates, who decides, consent given and withdrawn, the records, and what erasing leaves."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.contests.factories import make_entry, make_judge, make_round, make_sheet
from tests.factories import Cast, make_activity, make_attendance, make_membership, make_other_leader, make_person
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.contests.models import Objection
from volunteer_app.contests.role_models import access, erasing, nominating, publishing, queries
from volunteer_app.contests.role_models.models import RoleModel, RoleModelState
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Person
from volunteer_app.people.roles import STAFF, scope
from volunteer_app.photos.taking import take
from volunteer_app.service.models import Distinction, DistinctionKind

pytestmark = pytest.mark.usefixtures("app")


def nominated(cast: Cast, person: Person | None = None, key: str = "k", **values: object) -> RoleModel:
    given = {"title": "最美志愿者", "story": "十年如一日清扫楼道。", "by": cast.leader.id} | values
    model = nominating.nominate(place=cast.compound, team=cast.team, person=person, key=key, **given)
    assert model is not None
    return model


def agreed(person: Person) -> None:
    consents.give(person, Purpose.ROLE_MODEL)


def test_a_nomination_is_made_once(cast: Cast) -> None:
    model = nominated(cast, cast.volunteer.person)
    assert (model.state, model.subdistrict_id, model.nominated_on) == ("nominated", cast.subdistrict.id, clock.today())
    again = nominating.nominate(
        place=cast.compound, team=cast.team, person=None, title="x", story="y", key="k", by=cast.leader.id
    )
    assert again is None
    assert trail_of(model) == [("add", {"title": [None, "最美志愿者"]})]
    with pytest.raises(BadInput):
        nominated(cast, key="k2", story=" ")


def test_who_nominates(cast: Cast) -> None:
    may = {"leader", "volunteer", "secretary", "officer", "administrator"}
    for who in (*may, "outsider"):
        assert access.can_nominate_in(getattr(cast, who), cast.team) == (who in may), who
    assert not access.can_nominate_in(make_other_leader(cast), cast.team)
    assert access.can_nominate(cast.secretary, cast.volunteer.person)
    assert not access.can_nominate(cast.outsider, cast.volunteer.person)
    assert not access.can_nominate(cast.leader, cast.volunteer.person)


def test_a_member_by_name(cast: Cast) -> None:
    assert nominating.member_of(cast.team, "孙 桂兰") == cast.volunteer.person
    with pytest.raises(BadInput, match="Nobody"):
        nominating.member_of(cast.team, "周敏")
    make_membership(cast.team, make_person("孙桂兰"))
    with pytest.raises(BadInput, match="Several"):
        nominating.member_of(cast.team, "孙桂兰")


def test_nobody_reviews_their_own(cast: Cast) -> None:
    model = nominated(cast, cast.secretary.person, by=cast.officer.id)
    agreed(cast.secretary.person)
    for account in (cast.officer, cast.secretary, cast.leader, cast.volunteer, cast.outsider):
        assert not access.can_review(account, model)
        with pytest.raises(Refused, match="Somebody else decides"):
            publishing.publish(model, by=account)
        with pytest.raises(Refused, match="Somebody else decides"):
            publishing.decline(model, "重复", by=account)
    publishing.publish(model, by=cast.administrator)
    assert model.state is RoleModelState.PUBLISHED


def test_consent_comes_first_and_ends_it_at_once(cast: Cast) -> None:
    person = cast.volunteer.person
    model = nominated(cast, person)
    with pytest.raises(Refused, match="hasn't agreed"):
        publishing.publish(model, by=cast.secretary)
    publishing.note_consent(model, by=cast.secretary)
    for _ in range(2):
        publishing.publish(model, by=cast.secretary)
    assert [action for action, _ in trail_of(model)] == ["add", "publish"]
    assert list(queries.of_team(cast.team.id)) == list(queries.of_place(cast.compound)) == [model]
    assert queries.years(cast.subdistrict) == [2020]
    assert list(db.session.scalars(queries.published(cast.subdistrict, 2020))) == [model]
    assert list(db.session.scalars(queries.published(cast.subdistrict, 2019))) == []
    consents.withdraw(person, Purpose.ROLE_MODEL, by=None)
    assert list(queries.of_team(cast.team.id)) == list(queries.of_place(cast.compound)) == []
    assert not queries.is_shown(model)
    assert queries.years(cast.subdistrict) == []


def test_a_team_needs_nobodys_consent(cast: Cast) -> None:
    model = nominated(cast)
    with pytest.raises(Refused, match="about a team"):
        publishing.note_consent(model, by=cast.secretary)
    publishing.publish(model, by=cast.secretary)
    assert queries.is_shown(model)
    assert queries.shown_name(model) == "云台里志愿服务队"


def test_declined_and_withdrawn(cast: Cast) -> None:
    model = nominated(cast)
    with pytest.raises(BadInput):
        publishing.decline(model, " ", by=cast.secretary)
    for _ in range(2):
        publishing.decline(model, "今年已有同类典型", by=cast.secretary)
    assert (model.state, model.reason) == ("declined", "今年已有同类典型")
    with pytest.raises(Refused):
        publishing.withdraw(model, "", by=cast.leader)
    with pytest.raises(Refused):
        publishing.publish(model, by=cast.secretary)
    other = nominated(cast, key="k2")
    publishing.publish(other, by=cast.secretary)
    assert access.can_withdraw(cast.leader, other)
    assert not access.can_withdraw(cast.volunteer, other)
    for _ in range(2):
        publishing.withdraw(other, "", by=cast.leader)
    assert not queries.is_shown(other)
    assert [action for action, _ in trail_of(other)] == ["add", "publish", "withdraw"]


def test_what_waits_in_a_scope(cast: Cast) -> None:
    model = nominated(cast)
    for account, expected in ((cast.secretary, [model]), (cast.officer, [model]), (cast.outsider, [])):
        assert list(queries.waiting(scope(account, STAFF), cast.subdistrict)) == expected


@pytest.mark.parametrize(("born", "name"), [("2003-01", "孙*兰"), ("2002-11", "孙桂兰"), (None, "孙桂兰")])
def test_minors_are_not_named(cast: Cast, born: str | None, name: str) -> None:
    cast.volunteer.person.birth_month = born
    assert queries.shown_name(nominated(cast, cast.volunteer.person)) == name


@pytest.mark.now("2020-11-26T00:00+08:00")
def test_records_that_support_it(cast: Cast) -> None:
    person = cast.volunteer.person
    past = make_activity(cast.team, starts_at=clock.now() - timedelta(days=2))
    make_attendance(past, person)
    make_activity(cast.team, starts_at=clock.now() - timedelta(days=3))
    award = Distinction(
        subdistrict_id=cast.subdistrict.id,
        person_id=person.id,
        kind=DistinctionKind.AWARD,
        title="年度志愿者",
        day=clock.today(),
    )
    db.session.add(award)
    round = make_round(cast.subdistrict)
    entry = make_entry(round, person=person, place=cast.compound)
    make_sheet(make_judge(round), entry)
    db.session.flush()
    model = nominated(cast, person)
    keys = [it.key for it in nominating.offered(model)]
    assert keys == [f"activity-{past.id}", f"distinction-{award.id}", f"entry-{entry.id}"]
    nominating.support(model, [*keys, "activity-999999", "x"], by=cast.leader.id)
    nominating.support(model, keys[1:], by=cast.leader.id)
    assert [(it.distinction, it.entry) for it in queries.supports(model)] == [(award, None), (None, entry)]
    agreed(person)
    publishing.publish(model, by=cast.secretary)
    with pytest.raises(Refused, match="decided already"):
        nominating.support(model, keys, by=cast.leader.id)


def picture(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return target.getvalue()


def test_the_photo_and_what_erasing_leaves(cast: Cast, tmp_path: Path) -> None:
    person = cast.volunteer.person
    model = nominated(cast, person)
    red, blue = (take(picture(colour), nonce="n") for colour in ("red", "blue"))
    with pytest.raises(BadInput):
        nominating.set_photo(model, red, tmp_path, alt=" ", by=cast.leader.id)
    assert nominating.set_photo(model, red, tmp_path, alt="在扫雪", by=cast.leader.id) == ""
    assert nominating.set_photo(model, red, tmp_path, alt="在扫雪", by=cast.leader.id) == ""
    assert model.photo is not None
    first = model.photo.name
    assert nominating.set_photo(model, blue, tmp_path, alt="在理发", by=cast.leader.id) == first
    second = model.photo.name
    round = make_round(cast.subdistrict)
    objection = Objection(round_id=round.id, name=person.name, phone=person.phone, text="票数不对", made_at=clock.now())
    db.session.add(objection)
    db.session.flush()
    assert erasing.forget(person) == [second]
    db.session.expire_all()
    assert (model.story, model.alt, model.photo_id, model.state) == ("", "", None, RoleModelState.WITHDRAWN)
    assert (objection.name, objection.phone) == ("已匿名", "")
    assert erasing.forget(cast.leader.person) == []


def test_agreeing_anew_brings_nothing_back(cast: Cast) -> None:
    person = cast.volunteer.person
    shown, waiting = nominated(cast, person), nominated(cast, person, key="k2")
    agreed(person)
    publishing.publish(shown, by=cast.secretary)
    publishing.withdraw_of(person, by=cast.volunteer.id)
    consents.withdraw(person, Purpose.ROLE_MODEL, by=None)
    agreed(person)
    assert [(it.state, queries.is_shown(it)) for it in (shown, waiting)] == [("withdrawn", False)] * 2
    assert [action for action, _ in trail_of(shown)] == ["add", "publish", "withdraw"]

"""Requests for an account: answered alike, decided once."""

import pytest

from tests.factories import make_person
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import codes, requests
from volunteer_app.people.models import AccountRequest, RequestState


def asked(cast, name="孙兰英", phone="199 1111 0000"):
    made = requests.ask(cast.subdistrict, name=name, phone=phone, note=" 舞蹈队的 ")
    db.session.commit()
    return made


def test_asking_reads_nothing_of_people(app, cast, count_queries):
    statements = []
    for name, phone in (("孙兰英", "19911110000"), (cast.volunteer.person.name, cast.volunteer.phone)):
        db.session.commit()
        with count_queries() as queries:
            request = requests.ask(cast.subdistrict, name=name, phone=phone)
            db.session.flush()
        statements.append(list(queries))
        assert (request.state, request.phone) == (RequestState.WAITING, phone)
    assert statements[0] == statements[1]
    assert not any("FROM person" in text or "FROM account " in text for text in statements[0])


def test_what_was_typed_is_cleaned(app, cast):
    made = asked(cast, name=" 孙 兰英 ")
    assert (made.name, made.phone, made.note) == ("孙兰英", "19911110000", "舞蹈队的")
    for name, phone in (("  ", "19911110000"), ("孙兰英", "123")):
        with pytest.raises(BadInput):
            requests.ask(cast.subdistrict, name=name, phone=phone)


def test_granting_makes_a_code_that_opens(app, cast):
    request, twice, other = asked(cast), asked(cast), asked(cast, name="别人")
    person = make_person("孙兰英", "19911110000")
    digits = requests.grant(request, person, by=cast.officer)
    db.session.commit()
    assert [it.state for it in (request, twice, other)] == [
        RequestState.GRANTED,
        RequestState.GRANTED,
        RequestState.WAITING,
    ]
    assert (request.decided_by_id, request.decided_at is not None) == (cast.officer.id, True)
    account = codes.redeem("19911110000", digits, "an entirely new one", loopback=False)
    assert account.person == person
    assert requests.was_granted(account, cast.subdistrict)
    assert not requests.was_granted(account, cast.elsewhere)
    entries = db.session.query(AuditEntry).filter_by(subject="account_request", action="grant").all()
    assert [entry.place_id for entry in entries] == [cast.subdistrict.id]


def test_a_person_without_a_number_gets_the_one_that_asked(app, cast):
    request = asked(cast)
    person = make_person("孙奶奶")
    person.phone = None
    db.session.flush()
    requests.grant(request, person, by=cast.officer)
    assert person.phone == "19911110000"


def test_not_where_that_would_be_two_people_in_one(app, cast):
    request = asked(cast)
    make_person("孙兰英", "19911110000")
    person = make_person("孙兰英")
    person.phone = None
    db.session.commit()
    with pytest.raises(Refused):
        requests.grant(request, person, by=cast.officer)


def test_decided_once(app, cast):
    request = asked(cast)
    requests.decline(request, by=cast.officer)
    assert request.state is RequestState.DECLINED
    with pytest.raises(Refused):
        requests.decline(request, by=cast.officer)
    with pytest.raises(Refused):
        requests.grant(request, make_person(), by=cast.officer)


def test_an_offices_list(app, cast):
    first, second = asked(cast), asked(cast, name="别人")
    requests.ask(cast.elsewhere, name="外人", phone="19911112222")

    def listed(waiting):
        return list(db.session.scalars(requests.of(cast.subdistrict, waiting=waiting)))

    assert listed(waiting=True) == [first, second]
    requests.decline(first, by=cast.officer)
    assert (listed(waiting=True), listed(waiting=False)) == ([second], [first])
    assert db.session.query(AccountRequest).count() == 3

"""What each role sees in a list: its own scope, nothing beside it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import (
    Cast,
    make_activity,
    make_community,
    make_compound,
    make_membership,
    make_other_leader,
    make_person,
    make_sign_up,
    make_team,
)
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people.models import Account

HERE, BESIDE, NEAR, FAR = "甲队员", "乙队员", "丙队员", "丁队员"
"""In the cast's team; in another team of the same compound; in another community; in another sub-district."""
SEEN = {
    "leader": {HERE},
    "other_leader": {BESIDE},
    "secretary": {HERE, BESIDE},
    "officer": {HERE, BESIDE, NEAR},
    "outsider": {FAR},
    "administrator": {HERE, BESIDE, NEAR, FAR},
}


@pytest.fixture
def accounts(cast: Cast) -> dict[str, Account]:
    """Four teams, each with a member who has signed up and must be told, and with a draft."""
    other = make_other_leader(cast)
    teams = {
        HERE: cast.team,
        BESIDE: other.grants[0].team_id,
        NEAR: make_team(make_compound(make_community(cast.subdistrict))),
        FAR: make_team(make_compound(make_community(cast.elsewhere))),
    }
    for name, team in teams.items():
        team = db.session.get_one(type(cast.team), team) if isinstance(team, int) else team
        person = make_person(name)
        make_membership(team, person)
        coming = make_activity(team, f"{name}的活动", places=5)
        sign_up = make_sign_up(coming, person)
        make_activity(team, f"{name}的草稿", starts_at=clock.now() + timedelta(days=3), state=ActivityState.DRAFT)
        outbox.tell(NoticeKind.PROMOTED, person_id=person.id, activity_id=coming.id, sign_up_id=sign_up.id)
    db.session.commit()
    return {role: other if role == "other_leader" else getattr(cast, role) for role in SEEN}


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("address", ["/people/", "/desk/calls", "/desk/", "/activities/?when=all&state=draft"])
def test_each_role_sees_its_own(
    sqlite_client: FlaskClient,
    cast: Cast,
    accounts: dict[str, Account],
    sign_in: Callable[..., None],
    address: str,
    role: str,
) -> None:
    sign_in(sqlite_client, accounts[role])
    query = "&" if "?" in address else "?"
    seen = set()
    # An administrator has every office's lists, one at a time.
    for office in (cast.subdistrict, cast.elsewhere) if role == "administrator" else (None,):
        page = sqlite_client.get(f"{address}{query}office={office.slug}" if office else address).text
        seen |= {name for name in (HERE, BESIDE, NEAR, FAR) if name in page}
    assert seen == SEEN[role]


def test_a_volunteer_and_a_guest_see_nobody(
    sqlite_client: FlaskClient, cast: Cast, accounts: dict[str, Account], sign_in: Callable[..., None]
) -> None:
    for account in (None, cast.volunteer):
        if account:
            sign_in(sqlite_client, account)
        for address in ("/people/", "/desk/calls", "/desk/", "/activities/?state=draft", "/mine", "/"):
            page = sqlite_client.get(address, follow_redirects=True).text
            assert not [name for name in (HERE, BESIDE, NEAR, FAR) if name in page.replace(f"{name}的活动", "")], (
                address
            )
            assert "的草稿" not in page

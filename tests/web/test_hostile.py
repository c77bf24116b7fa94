"""Every route against whoever means ill or merely types nonsense: no answer is ever an error of ours."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.factories import (
    Cast,
    make_activity,
    make_attendance,
    make_membership,
    make_person,
    make_sign_up,
)
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.people.models import Account, Person, Role, RoleGrant
from volunteer_app.reports.definitions import Figure
from volunteer_app.web.report_tables import Grouping

NUL = "%00"
STRANGE = (
    NUL,
    "9" * 30,
    "-1",
    "0",
    "²",
    "٣",
    "%F0%9F%92%A9",
    "%FF%FE",
    "%E2%80%AE%CC%81",
    "'%22%3E%3Cscript%3E",
    "%25%5F%5C",
    "..%2F..%2Fetc",
    "%0D%0AX-Evil:%201",
    "{{7*7}}",
    "9999-W53",
    "0001-W01",
    "9999-12-31",
    "0001-01-01",
    "2020-W54",
    "-W",
    "x" * 9_000,
)
PARAMETERS = (
    "week q page sort from to kind theme community office state management figure team field place directly next "
    "lang type look endpoint slug values _external _scheme _anchor _method"
).split()
ROLES = ("guest", "volunteer", "leader", "officer", "outsider", "administrator", "former")


def of_role(cast: Cast, role: str) -> Account | None:
    """The account that plays *role*; somebody whose role ended yesterday is the former one."""
    if role == "guest":
        return None
    if role != "former":
        return getattr(cast, role)
    account = cast.officer
    account.grants[0].since = clock.today() - timedelta(days=9)
    account.grants[0].until = clock.today() - timedelta(days=1)
    return account


def rules(app: Flask, method: str = "GET") -> list[Rule]:
    return [it for it in sorted(app.url_map.iter_rules(), key=str) if method in (it.methods or ())]


def filled(rule: Rule, cast: Cast | None, value: str | None = None) -> str:
    """The address of *rule* with rows of the cast, or with *value* in each gap."""

    def sample(match: re.Match[str]) -> str:
        name = match[1].rpartition(":")[2]
        if value is not None or cast is None:
            return value or "1"
        if name == "slug":
            return cast.team.slug if "teams" in str(rule) else cast.compound.slug
        return {"grouping": "teams", "ledger": "02-teams", "file_format": "csv", "token": "A" * 32}.get(name, "1")

    return re.sub(r"<([^>]+)>", sample, str(rule))


@pytest.mark.parametrize("role", ["guest", "officer", "administrator"])
def test_nonsense_in_an_address_is_no_error(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: Callable[..., None], role: str
) -> None:
    make_attendance(make_activity(cast.team, state=ActivityState.HELD, starts_at=clock.now() - timedelta(days=1)))
    account = of_role(cast, role)
    if account:
        sign_in(client, account)
    failed = []
    for rule in rules(app):
        addresses = [filled(rule, cast, value) for value in STRANGE if "<" in str(rule)]
        own = filled(rule, cast)
        addresses += [f"{own}?{name}={value}" for name, value in product(PARAMETERS, STRANGE)]
        if rule.endpoint == "reports.rows":
            addresses += [f"{own}?figure=people&{name}={value}" for name, value in product(PARAMETERS, STRANGE)]
            addresses += [
                f"{own}?figure=held&from=2020-01-01&to=2020-12-31&{n}={v}" for n, v in product(PARAMETERS, STRANGE)
            ]
        for address in addresses:
            if client.get(address).status_code >= 500:
                failed.append(address[:200])
    assert failed == []

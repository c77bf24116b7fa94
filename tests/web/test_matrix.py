"""Who may come where: every endpoint and method against every role, as one table in matrix.txt.

in      the view let the account in: a page, a redirect of its own, or a form that it refused
login   a guest is asked to sign in
no      403
gone    404: to this account there is no such thing
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Cast, make_other_leader
from tests.web.everything import make_everything
from volunteer_app.people.models import Account
from volunteer_app.web.limits import limiter

TABLE = Path(__file__).with_name("matrix.txt")
ROLES = ("guest", "volunteer", "leader", "other", "secretary", "outsider", "officer", "administrator")
"""*other* leads another team of the same compound; the outsider is an officer of another sub-district."""


def test_every_endpoint_and_every_role(
    sqlite_app: Flask,
    cast: Cast,
    sign_in: Callable[[FlaskClient, Account], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)
    made = make_everything(cast)
    accounts = {role: getattr(cast, role, None) for role in ROLES} | {"other": make_other_leader(cast)}
    lines = []
    for rule in sorted(sqlite_app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, str(rule))):
        for method in sorted(rule.methods & {"GET", "POST"}):
            if rule.endpoint == "static":
                continue
            answers = []
            for role in ROLES:
                client = sqlite_app.test_client()
                if accounts[role]:
                    sign_in(client, accounts[role])
                answers.append(answered(client.open(made.address(rule), method=method, data={"role": "liaison"})))
            lines.append(f"{method:4} {rule.endpoint:28} " + " ".join(f"{answer:5}" for answer in answers).rstrip())
    heading = f"{'':4} {'':28} " + " ".join(f"{role[:5]:5}" for role in ROLES)
    assert "\n".join([heading, *lines]) + "\n" == TABLE.read_text("utf-8")


def answered(answer: TestResponse) -> str:
    """The answer in one word; an error of ours has none."""
    status = answer.status_code
    if status == 303 and answer.location.startswith("/login"):
        return "login"
    if status >= 500:
        return str(status)
    return {403: "no", 404: "gone", 410: "gone"}.get(status, "in")

"""Signing up over http, for tests: the form of a guest, and what it came to."""

import secrets

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from volunteer_app.activities.models import Activity


def guest_form(name: str = "王秀兰", phone: str = "13912345678", **values: str) -> dict[str, str]:
    """A filled form with a nonce of its own."""
    return {"nonce": secrets.token_hex(16), "name": name, "phone": phone, "consent": "y"} | values


def sign_up(client: FlaskClient, activity: Activity, **values: str) -> TestResponse:
    """Send a guest's form for the activity's first shift."""
    return client.post(f"/activities/shifts/{activity.shifts[0].id}/sign-ups", data=guest_form(**values))


def signed_up(client: FlaskClient, activity: Activity, name: str = "王秀兰", phone: str = "13912345678") -> str:
    """Sign somebody up; the address of the receipt."""
    response = sign_up(client, activity, name=name, phone=phone)
    assert response.status_code == 303
    return response.location

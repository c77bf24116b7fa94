"""Many phones at once against the production server: never one place too many, and none empty while somebody waits."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import Cast, make_activity
from volunteer_app import clock
from volunteer_app.activities.models import Shift, SignUp, SignUpState
from volunteer_app.database import db

PROGRAM = Path(sys.executable).with_name("volunteer-app")
CLIENTS = 50
PLACES = 10
ROUNDS = 20
RETURNS = 6
"""Rounds in which places are given back and taken at the same time."""


class Phone:
    """A browser of its own: it opened the form of an activity once, and sends it to any shift."""

    def __init__(self, port: int, number: int, page: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        _, form = self.ask("GET", page)
        self.fields = dict(re.findall(r'<input[^>]* name="(csrf_token|nonce)"[^>]* value="([^"]+)"', form))
        self.fields |= {"name": f"居民{number}", "phone": f"132{number:08}", "consent": "y"}
        self.receipt = ""

    def sign_up(self, shift_id: int) -> int:
        """Send the form, and keep the way to the receipt."""
        status, self.receipt = self.ask("POST", f"/activities/shifts/{shift_id}/sign-ups", self.fields)
        return status

    def withdraw(self) -> int:
        """Give the place back, or the turn in the list."""
        return self.ask("POST", f"{self.receipt}/withdrawal", {"csrf_token": self.fields["csrf_token"]})[0]

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status, and the page or where it leads."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form or {}), headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers["Location"] or body


@pytest.fixture
def port(app: Flask, database_url: str, tmp_path: Path) -> Iterator[int]:
    """The production server in a process of its own, over the database of the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = int(free.getsockname()[1])
    environment = {
        "PATH": os.environ["PATH"],
        "VOLUNTEER_INSTANCE": str(tmp_path / "server"),
        "VOLUNTEER_DATABASE_URL": database_url,
        "VOLUNTEER_CLOCK": NOW,
        # All phones have one address here, and each is in every round.
        "VOLUNTEER_POSTS_PER_MINUTE": "100000",
        "VOLUNTEER_SIGN_UPS_PER_PHONE": "1000",
    }
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(found)], env=environment, stdout=subprocess.DEVNULL, text=True
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", found)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)  # until the server listens
        yield found
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def shifts(cast: Cast) -> list[int]:
    """The shifts of as many activities as there are rounds, one after the other, of ten places each."""
    starts = [clock.now() + timedelta(days=1, hours=2 * number) for number in range(ROUNDS)]
    activities = [make_activity(cast.team, starts_at=starts_at, places=PLACES) for starts_at in starts]
    found = [activity.shifts[0].id for activity in activities]
    db.session.commit()
    return found


@pytest.fixture
def phones(port: int, shifts: list[int]) -> Iterator[list[Phone]]:
    """Fifty phones with the form before them."""
    shift = db.session.get(Shift, shifts[0])
    page = f"/activities/{shift.activity_id}"
    db.session.rollback()
    found = [Phone(port, number, page) for number in range(CLIENTS)]
    yield found
    for phone in found:
        phone.connection.close()


def at_once(*actions: Callable[[], int]) -> Counter[int]:
    """Do all of it at the same moment, and count the answers."""
    start = Barrier(len(actions))

    def run(action: Callable[[], int]) -> int:
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return Counter(threads.map(run, actions))


def signing_up(phones: Iterable[Phone], shift_id: int) -> list[Callable[[], int]]:
    return [lambda phone=phone: phone.sign_up(shift_id) for phone in phones]


def states(shift_id: int) -> list[SignUpState]:
    """The states of those who haven't withdrawn, in the order in which they asked."""
    query = select(SignUp.state).where(SignUp.shift_id == shift_id, SignUp.state != SignUpState.WITHDRAWN)
    found = list(db.session.scalars(query.order_by(SignUp.asked_at, SignUp.id)))
    db.session.rollback()
    return found


def kept(living: int) -> list[SignUpState]:
    """What *living* people of one shift have: the first of them the places, and the others turns."""
    return [SignUpState.CONFIRMED] * min(living, PLACES) + [SignUpState.WAITING] * max(living - PLACES, 0)


def test_fifty_phones_race_for_ten_places(phones: list[Phone], shifts: list[int]) -> None:
    for shift_id in shifts:
        assert at_once(*signing_up(phones, shift_id)) == {303: CLIENTS}
        assert states(shift_id) == kept(CLIENTS)


def test_no_place_stays_empty_while_somebody_waits(phones: list[Phone], shifts: list[int]) -> None:
    """Fifteen are there; of these some go, while others come: more than there are places, or fewer."""
    for number, shift_id in enumerate(shifts[:RETURNS]):
        there, later = phones[:15], phones[15 : 15 + (30 if number % 2 else 4)]
        assert at_once(*signing_up(there, shift_id)) == {303: 15}
        going = there[number : number + 12]
        answers = at_once(*(phone.withdraw for phone in going), *signing_up(later, shift_id))
        assert answers == {303: len(going) + len(later)}
        found = states(shift_id)
        assert Counter(found) == Counter(kept(len(there) - len(going) + len(later)))

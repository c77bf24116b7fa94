"""Speed, as ratios to a constant answer of the product itself: ``make bench``.

The production server runs in a process of its own over an imported year of a sub-district, its clock standing still.
A batch of requests to a page is followed by a batch to the constant, again and again; a round's ratio is the
constant's time by the page's, and the median of five rounds is printed. The client's own cost is in both.
"""

import http.client
import itertools
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from tests.factories import PASSWORD, make_account, make_activity, make_theme
from volunteer_app import create_app
from volunteer_app.activities.planning import runs
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor
from volunteer_app.cli.serve import listen
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.people.models import Role
from volunteer_app.people.roles import Scope
from volunteer_app.places.queries import subdistricts
from volunteer_app.teams.models import Team
from volunteer_app.web.access import public

LEDGERS = Path(__file__).parent / "ledgers" / "data" / "anhe"
AFTER_ALL = "2020-11-05T09:00+08:00"
"""The day after the ledgers' last one: then they can be imported."""
BUSY_WEEK = "2020-11-01T09:00+08:00"
"""A Sunday: its week has 63 activities."""
MIDDLE = "2020-07-01T09:00+08:00"
"""From here a feed reaches over the whole year."""

ROUNDS = 5
BATCHES = 8
REQUESTS = 25
"""A batch's; a round has BATCHES of them for each arm."""
CONSTANT = "/_constant"
MEMBER, PLANNER = "19900009999", "19900009998"
"""The phones of whoever signs in, and of an organizer."""
PLANNED = "2020-12-02T09:00+08:00"
"""In the month that is made in one go."""

Answer = tuple[int, bytes, http.client.HTTPMessage]
"""Status, body and headers."""


@dataclass
class Report:
    """What was measured, line by line, and whether all of it was fast enough."""

    good: bool = True

    def ratio(self, name: str, found: float, wanted: float, note: str) -> None:
        self._line(name, f"{found:.2f}", f"≥ {wanted:.2f}", found >= wanted, note)

    def seconds(self, name: str, found: float, wanted: float, note: str = "") -> None:
        self._line(name, f"{found:.2f} s", f"< {wanted:g} s", found < wanted, note)

    def multiple(self, name: str, found: float, constant: float, wanted: int, note: str = "") -> None:
        """Judge seconds by those of a constant answer of the same minute: a slow machine is slow in both."""
        times = found / constant
        self._line(name, f"{times:.0f} ×", f"< {wanted} ×", times < wanted, f"{found:.2f} s; {note}".rstrip("; "))

    def _line(self, name: str, found: str, wanted: str, good: bool, note: str) -> None:
        self.good &= good
        print(f"{'ok  ' if good else 'SLOW'}  {name:34} {found:>9}  {wanted:9} {note}", flush=True)


@dataclass
class Client:
    """One connection that is kept alive, and opened again where the server closed it; cookies are kept too."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, headers: dict[str, str]) -> Answer:
        """Status, body and headers of a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """The same of the answer to a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(form), headers)

    def keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        """Send back from now on what an answer set."""
        for cookie in headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value

    def close(self) -> None:
        """Let the next request open a new connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers


def main() -> int:
    """Measure everything; 1 where something is slower than it should be."""
    ledgers = Path(sys.argv[1]) if len(sys.argv) > 1 else LEDGERS
    report = Report()
    with tempfile.TemporaryDirectory(prefix="volunteer-bench-") as folder:
        instance = Path(folder)
        measure_import(report, ledgers, instance)
        activity = make_room(instance)
        with serving(instance, BUSY_WEEK) as client:
            measure_pages(report, client)
            measure_signed_in(report, client)
            measure_sign_ups(report, client, activity)
            measure_counts(report, client)
        with serving(instance, MIDDLE) as client:
            measure_cold_feed(report, client)
        measure_a_month(report, instance)
        with serving(instance, PLANNED) as client:
            measure_planning_desk(report, client)
    return 0 if report.good else 1


def measure_import(report: Report, ledgers: Path, instance: Path) -> None:
    """Import the year: places, teams and plan, then the attendances by themselves."""
    files = {path.name[:2]: path for path in sorted(ledgers.iterdir())}
    seconds, _, _ = run_import(instance, files["01"], files["02"], files["06"])
    print(f"      places, teams and plan imported in {seconds:.1f} s")
    seconds, peak, said = run_import(instance, files["07"])
    rows = " ".join(said.split())[-80:]
    report.seconds("import of the attendances", seconds, 10, f"{peak / 1024:.0f} MB at its peak; {rows}")
    report.good &= peak < 400 * 1024


def run_import(instance: Path, *paths: Path) -> tuple[float, int, str]:
    """Seconds, peak memory in KiB and output of an import in a process of its own."""
    command = [Path(sys.executable).with_name("volunteer-app"), "import", *paths]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment(instance, AFTER_ALL), stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the import failed:\n{said}")
    return time.perf_counter() - start, usage.ru_maxrss, said


def measure_pages(report: Report, client: Client) -> None:
    """The ratios."""
    home = page(client, "/").decode()
    activity = re.search(r'href="(/activities/\d+)"', home)[1]
    team = re.search(r'href="/teams/([a-z2-7]{8})"', page(client, activity).decode())[1]
    feed = f"/calendars/teams/{team}.ics"
    etag = client.get(feed, {})[2]["ETag"]
    for name, path, headers, wanted in (
        ("home page, visitor", "/", {}, 0.25),
        ("activity page", activity, {}, 0.12),
        ("team feed, warm", feed, {}, 0.35),
        ("team feed, answered 304", feed, {"If-None-Match": etag}, 0.5),
    ):
        # waitress closes the connection after a 304: then both arms open a new one each time.
        after = client.close if "If-None-Match" in headers else lambda: None
        expected = 304 if "If-None-Match" in headers else 200
        found, rate = ratio(client, partial(client.get, path, headers), expected, after)
        report.ratio(name, found, wanted, f"constant: {rate:.0f} a second")


def make_room(instance: Path) -> str:
    """Make a member, and an activity with more places than anybody takes; return the address of its page."""
    app = create_app(Settings.read(environment(instance, BUSY_WEEK)))
    with app.app_context():
        make_account("白云", phone=MEMBER)
        activity = make_activity(db.session.scalars(select(Team).order_by(Team.id)).first(), places=1_000_000)
        db.session.commit()
        return f"/activities/{activity.id}"


def measure_signed_in(report: Report, client: Client) -> None:
    """The week as a member sees it: it's made anew each time."""
    member = signed_in(client, MEMBER)
    found, rate = ratio(client, partial(member.get, "/", {}), 200)
    report.ratio("home page, signed in", found, 0.06, f"constant: {rate:.0f} a second")


def signed_in(client: Client, phone: str) -> Client:
    """Another client of the same server, signed in."""
    member = Client(client.port)
    form = {"csrf_token": token(member, "/login"), "login": phone, "password": PASSWORD}
    status, _, headers = member.post("/login", form)
    member.keep_cookies(headers)
    if status != 303 or b"/login" in page(member, "/"):
        raise SystemExit(f"signing in answered {status}")
    return member


def measure_sign_ups(report: Report, client: Client, activity: str) -> None:
    """A guest's form, from a phone that signed somebody up before; each time another person."""
    guest = Client(client.port)
    csrf = token(guest, activity)
    shift = re.search(r'action="(/activities/shifts/\d+/sign-ups)', page(guest, activity).decode())[1]
    numbers = itertools.count()

    def send() -> Answer:
        number = next(numbers)
        form = {"csrf_token": csrf, "nonce": secrets.token_hex(16), "consent": "y"}
        return guest.post(shift, form | {"name": f"居民{number}", "phone": f"131{number:08}"})

    guest.keep_cookies(send()[2])
    found, rate = ratio(client, send, 303)
    report.ratio("sign-up POST", found, 0.07, f"constant: {rate:.0f} a second")


def token(client: Client, path: str) -> str:
    """The token of the form on a page, whose cookies the client keeps."""
    _, body, headers = client.get(path, {})
    client.keep_cookies(headers)
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', body.decode())[1]


def ratio(
    client: Client, send: Callable[[], Answer], expected: int, after: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """The median ratio of what *send* asks for to the constant, and how many constants a second were answered."""
    ratios, rates = [], []
    constant = partial(client.get, CONSTANT, {})
    for _ in range(ROUNDS):
        asked = answered = 0.0
        for _ in range(BATCHES):
            asked += batch(send, expected, after)
            answered += batch(constant, 200, after)
        ratios.append(answered / asked)
        rates.append(BATCHES * REQUESTS / answered)
    return statistics.median(ratios), statistics.median(rates)


def batch(send: Callable[[], Answer], expected: int, after: Callable[[], None]) -> float:
    """Seconds for some requests."""
    start = time.perf_counter()
    for _ in range(REQUESTS):
        status, _, _ = send()
        if status != expected:
            raise SystemExit(f"{send} was answered with {status}, not {expected}")
        after()
    return time.perf_counter() - start


def constant_seconds(client: Client) -> float:
    """What one constant answer takes at present: the median of some batches."""
    constant = partial(client.get, CONSTANT, {})
    return statistics.median(batch(constant, 200, lambda: None) for _ in range(BATCHES)) / REQUESTS


def measure_counts(report: Report, client: Client) -> None:
    """The counts page; each time over another period, so that nothing was counted before."""
    spent = []
    for day in range(1, ROUNDS + 1):
        start = time.perf_counter()
        page(client, f"/reports/?from=2020-01-0{day}&to=2020-11-04")
        spent.append(time.perf_counter() - start)
    report.multiple("counts over all attendances", statistics.median(spent), constant_seconds(client), 350)


def measure_cold_feed(report: Report, client: Client) -> None:
    """The sub-district's feed in a process that has never made it."""
    listed = page(client, "/calendars/").decode()
    path = re.search(r'(/calendars/places/[a-z2-7]{8})(\.ics)?"', listed)[1] + ".ics"
    constant = constant_seconds(client)
    start = time.perf_counter()
    body = page(client, path)
    spent = time.perf_counter() - start
    note = f"{body.count(b'BEGIN:VEVENT')} events, {len(body)} bytes"
    report.multiple("cold feed of the sub-district", spent, constant, 1800, note)


def measure_a_month(report: Report, instance: Path) -> None:
    """A month of all teams in one go, published; and that it's made once."""
    app = create_app(Settings.read(environment(instance, AFTER_ALL)))
    with app.app_context():
        office = subdistricts()[0]
        theme = make_theme(office)
        db.session.add(ThemeAnchor(subdistrict_id=office.id, theme_id=theme.id, kind=AnchorKind.SPARE))
        # Their second factor is no matter of speed.
        make_account("何静", Role.ORGANIZER, place=office, phone=PLANNER, demo=True)
        db.session.commit()
        december = date(2020, 12, 1), date(2020, 12, 31)
        start = time.perf_counter()
        run, _ = runs.make(office, *december, reach=Scope(everywhere=True), publish=True, by=None)
        db.session.commit()
        spent = time.perf_counter() - start
        again, _ = runs.make(office, *december, reach=Scope(everywhere=True), publish=True, by=None)
        if run is None or again is not None:
            raise SystemExit("the month was made never, or twice")
        teams = len({activity.team_id for activity in runs.activities(run)})
        report.seconds("a month made and published", spent, 3, f"{run.made} activities of {teams} teams")


def measure_planning_desk(report: Report, client: Client) -> None:
    """The planning desk's week of all teams."""
    planner, spent = signed_in(client, PLANNER), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        body = page(planner, "/planning/")
        spent.append(time.perf_counter() - start)
    report.seconds("planning desk", statistics.median(spent), 0.3, f"{len(body)} bytes")


def page(client: Client, path: str) -> bytes:
    """The body of a page that must be there."""
    status, body, _ = client.get(path, {})
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    return body


@contextmanager
def serving(instance: Path, clock: str) -> Iterator[Client]:
    """The product in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", f"from tests.bench import serve; serve({port})"], env=environment(instance, clock)
    )
    try:
        client = Client(port)
        for _ in range(100):
            try:
                page(client, CONSTANT)
                break
            except ConnectionRefusedError:
                client.close()
                time.sleep(0.1)  # until the server listens
        yield client
    finally:
        process.terminate()
        process.wait()


def serve(port: int) -> None:
    """Serve the product with one more route, which goes the way of all others and returns a constant."""
    app = create_app(Settings.read(os.environ))
    app.add_url_rule(CONSTANT, "constant", public(lambda: "constant"))
    listen(app, "127.0.0.1", port).run()


def environment(instance: Path, clock: str) -> dict[str, str]:
    """The settings of a process of the product."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "VOLUNTEER_INSTANCE": str(instance),
        "VOLUNTEER_CLOCK": clock,
        # One client sends what many would.
        "VOLUNTEER_POSTS_PER_MINUTE": "1000000",
        "VOLUNTEER_PEOPLE_PER_DEVICE": "1000000",
    }


if __name__ == "__main__":
    raise SystemExit(main())

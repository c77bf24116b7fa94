"""Speed, as ratios to a constant answer of the product itself: ``make bench``.

The production server runs in a process of its own over an imported year of a sub-district, its clock standing still.
A batch of requests to a page is followed by a batch to the constant, again and again; a round's ratio is the
constant's time by the page's, and the median of five rounds is printed. The client's own cost is in both.
"""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from volunteer_app import create_app
from volunteer_app.cli.serve import listen
from volunteer_app.config import Settings
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


@dataclass
class Report:
    """What was measured, line by line, and whether all of it was fast enough."""

    good: bool = True

    def ratio(self, name: str, found: float, wanted: float, note: str) -> None:
        self._line(name, f"{found:.2f}", f"≥ {wanted:.2f}", found >= wanted, note)

    def seconds(self, name: str, found: float, wanted: float, note: str = "") -> None:
        self._line(name, f"{found:.2f} s", f"< {wanted:g} s", found < wanted, note)

    def _line(self, name: str, found: str, wanted: str, good: bool, note: str) -> None:
        self.good &= good
        print(f"{'ok  ' if good else 'SLOW'}  {name:34} {found:>9}  {wanted:9} {note}", flush=True)


@dataclass
class Client:
    """One connection that is kept alive, and opened again where the server closed it."""

    port: int
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body and headers of a page."""
        try:
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def close(self) -> None:
        """Let the next request open a new connection."""
        self._connection.close()


def main() -> int:
    """Measure everything; 1 where something is slower than it should be."""
    ledgers = Path(sys.argv[1]) if len(sys.argv) > 1 else LEDGERS
    report = Report()
    with tempfile.TemporaryDirectory(prefix="volunteer-bench-") as folder:
        instance = Path(folder)
        measure_import(report, ledgers, instance)
        with serving(instance, BUSY_WEEK) as client:
            measure_pages(report, client)
            measure_counts(report, client)
        with serving(instance, MIDDLE) as client:
            measure_cold_feed(report, client)
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
        found, rate = ratio(client, path, headers)
        report.ratio(name, found, wanted, f"constant: {rate:.0f} a second")


def ratio(client: Client, path: str, headers: dict[str, str]) -> tuple[float, float]:
    """The median ratio of a page to the constant, and how many constants a second were answered."""
    expected = 304 if "If-None-Match" in headers else 200
    # waitress closes the connection after a 304: then both arms open a new one each time.
    after = client.close if expected == 304 else lambda: None
    ratios, rates = [], []
    for _ in range(ROUNDS):
        spent = {path: 0.0, CONSTANT: 0.0}
        for _ in range(BATCHES):
            spent[path] += batch(client, path, headers, expected, after)
            spent[CONSTANT] += batch(client, CONSTANT, {}, 200, after)
        ratios.append(spent[CONSTANT] / spent[path])
        rates.append(BATCHES * REQUESTS / spent[CONSTANT])
    return statistics.median(ratios), statistics.median(rates)


def batch(client: Client, path: str, headers: dict[str, str], expected: int, after: Callable[[], None]) -> float:
    """Seconds for some requests."""
    start = time.perf_counter()
    for _ in range(REQUESTS):
        status, _, _ = client.get(path, headers)
        if status != expected:
            raise SystemExit(f"{path} answered {status}, not {expected}")
        after()
    return time.perf_counter() - start


def measure_counts(report: Report, client: Client) -> None:
    """The counts page; each time over another period, so that nothing was counted before."""
    spent = []
    for day in range(1, ROUNDS + 1):
        start = time.perf_counter()
        page(client, f"/reports/?from=2020-01-0{day}&to=2020-11-04")
        spent.append(time.perf_counter() - start)
    report.seconds("counts over all attendances", statistics.median(spent), 0.3)


def measure_cold_feed(report: Report, client: Client) -> None:
    """The sub-district's feed in a process that has never made it."""
    listed = page(client, "/calendars/").decode()
    path = re.search(r'(/calendars/places/[a-z2-7]{8})(\.ics)?"', listed)[1] + ".ics"
    start = time.perf_counter()
    body = page(client, path)
    spent = time.perf_counter() - start
    report.seconds(
        "cold feed of the sub-district", spent, 2, f"{body.count(b'BEGIN:VEVENT')} events, {len(body)} bytes"
    )


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
    }


if __name__ == "__main__":
    raise SystemExit(main())

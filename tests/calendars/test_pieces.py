"""Kept bytes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from volunteer_app.calendars import events, pieces
from volunteer_app.calendars.pieces import piece
from volunteer_app.store import Store

from .test_events import BASE_URL, shown


def test_the_least_recently_used_go() -> None:
    store = Store[bytes](10, len)
    store.put("a", b"aaaa")
    store.put("b", b"bbbb")
    assert store.get("a") == b"aaaa"
    store.put("c", b"cccc")
    assert [store.get(key) for key in "abc"] == [b"aaaa", None, b"cccc"]


def test_the_same_key_again_takes_no_more_room() -> None:
    store = Store[bytes](10, len)
    store.put("b", b"bbbb")
    for _ in range(5):
        store.put("a", b"aaaa")
    assert store.get("b") == b"bbbb"


def test_what_is_larger_than_the_store_is_not_kept() -> None:
    store = Store[bytes](10, len)
    store.put("a", b"a" * 11)
    assert store.get("a") is None
    store.put("b", b"b" * 10)
    assert store.get("b") == b"b" * 10


def test_threads_share_it() -> None:
    store = Store[bytes](100, len)

    def use(number: int) -> None:
        for turn in range(500):
            store.put((number + turn) % 30, b"x" * 10)
            store.get(turn % 30)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))
    assert sum(store.get(key) is not None for key in range(30)) == 10


def test_an_event_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = shown(uid="kept" * 8)
    first = piece(row, base_url=BASE_URL)
    monkeypatch.setattr(events, "event", lambda *_args, **_options: pytest.fail("written again"))
    assert piece(row, base_url=BASE_URL) is first


def test_a_changed_row_or_host_is_another_event() -> None:
    row = shown(uid="else" * 8)
    first = piece(row, base_url=BASE_URL)
    assert b"SEQUENCE:4" in piece(row._replace(revision=4), base_url=BASE_URL)
    assert b"https://other.example.org/activities/12" in piece(row, base_url="https://other.example.org")
    assert piece(row, base_url=BASE_URL) == first
    assert pieces.MOST_EVENT_BYTES > 4300 * 600

"""Compressed pages."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "br, gzip"}


@pytest.mark.parametrize("address", ["/guide", "/teams/", "/nothing"])
def test_pages_are_packed_for_who_asks(sqlite_client: FlaskClient, address: str) -> None:
    packed = sqlite_client.get(address, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == sqlite_client.get(address).data


def test_a_page_with_a_token_is_not(sqlite_app: Flask, sqlite_client: FlaskClient) -> None:
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    page = sqlite_client.get("/login", headers=GZIP)
    assert "Content-Encoding" not in page.headers
    assert 'name="csrf_token"' in page.text


def test_no_is_taken_for_an_answer(sqlite_client: FlaskClient) -> None:
    assert "Content-Encoding" not in sqlite_client.get("/guide", headers={"Accept-Encoding": "gzip;q=0"}).headers

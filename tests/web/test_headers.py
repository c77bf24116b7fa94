"""Headers of every answer."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient


def test_a_strict_policy(sqlite_client: FlaskClient) -> None:
    headers = sqlite_client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("address", ["/", "/login", "/more", "/_styles", "/nothing"])
def test_no_inline_script_or_style(sqlite_client: FlaskClient, address: str) -> None:
    page = sqlite_client.get(address).text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_pages_with_forms_are_kept_by_nobody_else(sqlite_client: FlaskClient) -> None:
    assert sqlite_client.get("/login").headers["Cache-Control"] == "private, no-cache"


def test_static_files_may_be_kept_for_ever(sqlite_app: Flask, sqlite_client: FlaskClient) -> None:
    match = re.search(r'href="(/static/style\.css\?v=[0-9a-f]{10})"', sqlite_client.get("/").text)
    assert match
    headers = sqlite_client.get(match[1]).headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"

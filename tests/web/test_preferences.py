"""Language, large type, light and dark: chosen with one tap, remembered by the device."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        (None, "zh-Hans-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans-CN"),
        ("zh-TW", "zh-Hans-CN"),
        ("en-US,en;q=0.9", "en"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh-Hans-CN"),
    ],
)
def test_the_browser_s_language(sqlite_client: FlaskClient, wanted: str | None, lang: str) -> None:
    headers = {"Accept-Language": wanted} if wanted else {}
    assert f'<html lang="{lang}"' in sqlite_client.get("/", headers=headers).text


def test_the_device_s_choice_is_stronger(sqlite_client: FlaskClient) -> None:
    response = sqlite_client.get("/teams/?q=a+b&lang=en")
    assert (response.status_code, response.headers["Location"]) == (303, "/teams/?q=a+b")
    assert '<html lang="en"' in sqlite_client.get("/", headers={"Accept-Language": "zh-CN"}).text
    sqlite_client.get("/?lang=zh")
    assert '<html lang="zh-Hans-CN"' in sqlite_client.get("/", headers={"Accept-Language": "en"}).text


def test_large_type(sqlite_client: FlaskClient) -> None:
    assert 'data-type="large"' not in sqlite_client.get("/").text
    assert sqlite_client.get("/?type=large").headers["Location"] == "/"
    assert 'data-type="large"' in sqlite_client.get("/").text
    sqlite_client.get("/?type=normal")
    assert 'data-type="large"' not in sqlite_client.get("/").text


def test_dark(sqlite_client: FlaskClient) -> None:
    sqlite_client.get("/?look=dark")
    assert 'data-theme="dark"' in sqlite_client.get("/").text
    sqlite_client.get("/?look=auto")
    assert "data-theme" not in sqlite_client.get("/").text


def test_an_unknown_choice_changes_nothing(sqlite_client: FlaskClient) -> None:
    response = sqlite_client.get("/?lang=tlh&type=tiny")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers

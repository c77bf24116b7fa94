"""Two people editing one thing at once: the second sees what changed and loses nothing typed."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, FloatField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice

from volunteer_app.places.models import Management
from volunteer_app.web.forms.stale import Changed, EditForm, changes, packed


class Form(EditForm):
    name = StringField("Name")
    about = TextAreaField("About")
    area = FloatField("Area")
    management = SelectField(
        "Management", choices=[SelectChoice("", "Nobody knows"), SelectChoice("owners", "Its owners")]
    )
    renovated = BooleanField("Renovated")
    founded = DateField("Founded")
    starts = TimeField("Starts")


ROW: dict[str, Any] = {
    "name": "云台里",
    "about": "一\n二",
    "area": 1200.5,
    "management": Management.OWNERS,
    "renovated": True,
    "founded": date(2019, 5, 1),
    "starts": time(19, 30),
}
SENT = {
    "name": "云台里",
    "about": "一\r\n二",
    "area": "1200.50",
    "management": "owners",
    "renovated": "y",
    "founded": "2019-05-01",
    "starts": "19:30",
}


def sent(app: Flask, *, seen: str | None = None, **typed: str) -> Form:
    """The form as it comes back from a browser, after it was shown for ROW."""
    data = {**SENT, **typed, "seen": packed(ROW) if seen is None else seen}
    with app.test_request_context("/", method="POST", data=data):
        return Form(MultiDict(data))


def changed(app: Flask, form: Form, **now: Any) -> list[Changed]:
    with app.test_request_context("/"), force_locale("en"):
        return changes(form, {**ROW, **now})


def test_a_form_remembers_what_it_showed(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/"):
        form = Form.showing(ROW)
        assert (form.name.data, form.area.data, form.management.data) == ("云台里", 1200.5, "owners")
        assert form.seen.data == packed(ROW)


def test_nothing_changed_in_between(sqlite_app: Flask) -> None:
    assert changed(sqlite_app, sent(sqlite_app)) == []
    assert changed(sqlite_app, sent(sqlite_app, name="云台里5号院")) == []


def test_both_changed_one_field(sqlite_app: Flask) -> None:
    form = sent(sqlite_app, name="我的名字")
    assert changed(sqlite_app, form, name="她的名字") == [Changed("name", "Name", "云台里", "她的名字", "我的名字")]
    assert form.name.data == "我的名字"
    # Sent once more it goes through.
    again = sent(sqlite_app, seen=form.seen.data, name="我的名字")
    assert changed(sqlite_app, again, name="她的名字") == []


def test_a_field_left_alone_takes_the_new_value(sqlite_app: Flask) -> None:
    form = sent(sqlite_app, name="我的名字")
    now = {"area": 900, "management": None, "renovated": False, "founded": None, "starts": time(9)}
    found = changed(sqlite_app, form, **now)
    assert [(it.label, it.was, it.now, it.typed) for it in found] == [
        ("Area", "1,200.5", "900", None),
        ("Management", "Its owners", "Nobody knows", None),
        ("Renovated", "yes", "no", None),
        ("Founded", "1 May 2019", "empty", None),
        ("Starts", "19:30", "09:00", None),
    ]
    assert form.name.data == "我的名字"
    assert (form.area.data, form.renovated.data, form.starts.data) == (900, False, time(9))
    assert 'value="09:00"' in form.starts()


def test_a_second_tap_changes_nothing(sqlite_app: Flask) -> None:
    assert changed(sqlite_app, sent(sqlite_app, name="新名字"), name="新名字") == []


@pytest.mark.parametrize("seen", ["", "not JSON", "[1]", "null", '"text"'])
def test_without_what_was_seen_every_difference_counts(sqlite_app: Flask, seen: str) -> None:
    form = sent(sqlite_app, seen=seen, name="新名字")
    assert [it.field_id for it in changed(sqlite_app, form)] == ["name"]
    assert form.name.data == "新名字"
    assert form.seen.data == packed(ROW)


def test_a_long_text_is_said_in_short(sqlite_app: Flask) -> None:
    (it,) = changed(sqlite_app, sent(sqlite_app, about="短"), about="长" * 100)
    assert it.now == f"{'长' * 60}…"


@given(was=st.text(max_size=9), now=st.text(max_size=9), typed=st.text(max_size=9))
def test_nothing_typed_is_lost_and_the_second_send_goes_through(was: str, now: str, typed: str) -> None:
    was, now, typed = was.strip(), now.strip(), typed.strip()
    app = Flask(__name__)
    app.config["WTF_CSRF_ENABLED"] = False
    Babel(app)
    form = sent(app, seen=packed({**ROW, "name": was}), name=typed)
    kept = form.name.data
    found = changed(app, form, name=now)
    assert bool(found) == (now not in (was, typed))
    assert form.name.data == (now if found and typed == was else kept)
    if found:
        assert changed(app, sent(app, seen=form.seen.data, name=form.name.data or ""), name=now) == []

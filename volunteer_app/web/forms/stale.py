"""Two people editing one thing at once: the second sees what changed, and loses nothing typed.

A form that edits a row is an EditForm. It carries the row's values as they were when it was first shown; on its way
back they are compared with the row under its lock:

    form = TeamForm.showing(values)         GET: `values` by the names of fields, as their ``data`` holds them
    form = TeamForm()                       POST, after it's valid and the row is locked:
    if changed := changes(form, values):    somebody else was faster: the page again, with 409,
        …, changed=changed), 409                and {{ stale(changed) }} of macros/stale.html above the form

What was typed stays in its field; a field that was left alone takes the new value. The form then carries the present
values, so that sending it once more goes through. A second tap, which brings what is there already, changes nothing.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Self

from flask_babel import format_decimal, gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectFieldBase

from .. import dates

LONGEST_SAID = 60
"""Characters of a value in the sentence about it."""


class EditForm(FlaskForm):
    """A form that edits a row, and remembers how it was when the form was shown."""

    seen = HiddenField()

    @classmethod
    def showing(cls, values: Mapping[str, Any]) -> Self:
        """The form as it's first shown, filled with *values*."""
        form = cls(formdata=None, data=dict(values))
        form.seen.data = packed(values)
        return form


@dataclass(frozen=True, slots=True)
class Changed:
    """A field which somebody else changed since the form was shown; each value as people read it."""

    field_id: str
    label: str
    was: str
    now: str
    typed: str | None
    """None where the field was left alone: it shows the new value."""


def packed(values: Mapping[str, Any]) -> str:
    """*values* as the hidden field carries them."""
    return json.dumps({name: _plain(value) for name, value in values.items()}, ensure_ascii=False, sort_keys=True)


def changes(form: EditForm, current: Mapping[str, Any]) -> list[Changed]:
    """What somebody else changed since *form* was shown; it's then ready to be shown and sent again.

    Where the hidden field is missing or altered, every field that differs from the row counts as changed.

    Args:
        current: the row's present values by the names of fields, read under its lock; what the form doesn't ask for
            is left out.
    """
    seen = _seen(form.seen.data)
    found = []
    for name, value in current.items():
        if name not in form:
            continue
        field, was, now, typed = form[name], seen.get(name, ""), _plain(value), _plain(form[name].data)
        if now in (was, typed):
            continue
        untouched = typed == was
        found.append(
            Changed(
                field_id=field.id,
                label=str(field.label.text),
                was=_said(field, was),
                now=_said(field, now),
                typed=None if untouched else _said(field, typed),
            )
        )
        if untouched:
            field.raw_data = None
            field.process_data(value)
    if found:
        form.seen.data = packed(current)
    return found


def _seen(text: str | None) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _plain(value: Any) -> Any:
    """A value as JSON holds it, the same whether it comes from a row, a field or the hidden field."""
    match value:
        case None:
            return ""
        case Enum():
            return value.value
        case str():
            # A browser sends the end of a line as two characters.
            return value.strip().replace("\r\n", "\n")
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case bool() | int() | float():
            return value
        case Iterable():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _said(field: Any, value: Any) -> str:
    """A plain value as people read it: a choice by its words, a day as a day."""
    if isinstance(value, list):
        return gettext(", ").join(_said(field, item) for item in value) or gettext("empty")
    if isinstance(field, SelectFieldBase):
        labels = {str(_plain(choice.data)): str(choice.label.text) for choice in field}
        return labels.get(str(value)) or gettext("empty")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return str(format_decimal(value))
    text = str(value)
    if not text:
        return gettext("empty")
    if field.type in ("DateField", "DayField"):
        with suppress(ValueError):  # somebody else's text in the hidden field
            return dates.day(date.fromisoformat(text))
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"

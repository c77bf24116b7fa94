"""What a judge typed on a score sheet: a field for each criterion, and two lines of text."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext

from ...contests.judging.progress import Own
from ...contests.judging.sheets import LONGEST, Shown
from ...contests.models import Criterion
from .fields import number

SEEN = "seen"
"""What the fields held when the page was made: what is as it was then is left as it is by now."""
BEFORE = "_shown"
"""What one field that comes by itself has held, each value that the server may know."""
TEXTS = ("veto_reason", "note")


@dataclass(frozen=True)
class Typed:
    """What was typed, as far as it's other than what the page showed."""

    values: Mapping[str, str]
    """By the field's name, as typed."""
    points: dict[int, int | None]
    """By the criterion's id; None for a field that was emptied."""
    texts: dict[str, str]
    shown: Shown
    """What the page knew of the one field that came by itself."""
    errors: dict[str, str] = field(default_factory=dict)
    """By the field's name."""


def points_name(criterion_id: int) -> str:
    """What a criterion's field is called."""
    return f"points-{criterion_id}"


def shown(own: Own) -> dict[str, str]:
    """What the fields of a sheet show: those that are empty aren't named."""
    values = {points_name(key): str(points) for key, points in own.points.items()}
    texts = {name: getattr(own.sheet, name) for name in TEXTS} if own.sheet else {}
    return values | {name: text for name, text in texts.items() if text}


def seen(own: Own) -> str:
    """The same for the hidden field of the form."""
    return json.dumps(shown(own), ensure_ascii=False, separators=(",", ":"))


def typed(criteria: Iterable[Criterion]) -> Typed:
    """What the present request sent."""
    before = _before()
    values = {name: text.strip() for name, text in request.form.items()}
    changed = {name: text for name, text in values.items() if before is None or text != before.get(name, "")}
    known = request.form.getlist(BEFORE)
    texts = {name: changed[name] for name in TEXTS if name in changed}
    shown: dict[int | str, list[int | str | None]] = {}
    read = Typed(values, {}, texts, shown)
    for criterion in criteria:
        text = changed.get(points_name(criterion.id))
        if text is None:
            continue
        read.points[criterion.id] = number(text)
        if known:
            shown[criterion.id] = [number(it) for it in known]
        if text and number(text) is None:
            wrong = gettext("Enter a number from 0 to %(most)d.", most=criterion.points)
            read.errors[points_name(criterion.id)] = wrong
    for name, text in read.texts.items():
        if known:
            shown[name] = [it.strip() for it in known]
        if len(text) > LONGEST:
            read.errors[name] = gettext("Write at most %(most)d characters.", most=LONGEST)
    return read


def _before() -> dict[str, str] | None:
    """What the page showed; None where one field came by itself."""
    try:
        before = json.loads(request.form.get(SEEN, "null"))
    except (ValueError, RecursionError):
        return None
    return before if isinstance(before, dict) else None

"""Names of calendars."""

import pytest

from volunteer_app.activities.models import ThemeField
from volunteer_app.calendars import wording
from volunteer_app.teams.models import KIND_NAMES, TeamKind


@pytest.mark.parametrize(
    ("field", "kind", "name"),
    [
        (None, None, "青云街道 · 活动"),
        (ThemeField.SAFETY, None, "青云街道 · 安全活动"),
        (None, TeamKind.CULTURAL_GROUP, "青云街道 · 文体组织 · 活动"),
        (ThemeField.HEALTH, TeamKind.VOLUNTEER_TEAM, "青云街道 · 志愿服务队 · 健康活动"),
    ],
)
def test_a_calendar_says_what_it_holds(field: ThemeField | None, kind: TeamKind | None, name: str) -> None:
    assert wording.calendar_name("青云街道", field=field, kind=kind) == name


def test_every_field_and_kind_has_its_word() -> None:
    assert set(wording.FIELDS) == set(ThemeField)
    assert set(KIND_NAMES) == set(TeamKind)

"""Stars by hours."""

import pytest

from volunteer_app.config import Settings
from volunteer_app.errors import NotConfigured
from volunteer_app.service.stars import Star, star

HOURS = (100, 300, 600, 1000, 1500)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Star(0, 100, 6000)),
        (5999, Star(0, 100, 1)),
        (6000, Star(1, 300, 12000)),
        (59_999, Star(3, 1000, 1)),
        (90_000, Star(5, None, 0)),
        (900_000, Star(5, None, 0)),
    ],
)
def test_levels(minutes: int, expected: Star) -> None:
    assert star(minutes, HOURS) == expected


def test_the_setting(tmp_path) -> None:
    def read(value: str) -> tuple[int, ...]:
        return Settings.read({"VOLUNTEER_INSTANCE": str(tmp_path), "VOLUNTEER_STAR_HOURS": value}).star_hours

    assert read("") == HOURS
    assert read("50, 100") == (50, 100)
    for wrong in ("0,100", "100,100", "300,100", "a", "100,", "-1", "1.5", "١٠٠", "9999999"):
        with pytest.raises(NotConfigured):
            read(wrong)

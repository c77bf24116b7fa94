"""Phones and names in their one form."""

import pytest

from volunteer_app.errors import BadInput
from volunteer_app.people.phones import clean_name, clean_phone


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("19900000001", "19900000001"),
        ("+86 199 0000 0001", "19900000001"),
        ("0086-199-0000-0001", "19900000001"),
        ("１９９００００００００１".replace("０００００００００１", "００００００００１")[:11], "19900000000"),
        (" 199-0000-0001 ", "19900000001"),
        ("010-62345678", "01062345678"),
        ("0086 10 62345678", "01062345678"),
    ],
)
def test_phones(typed, clean):
    assert clean_phone(typed) == clean


@pytest.mark.parametrize("typed", ["", "1990000000", "199000000011", "+1 212 555 0100", "电话", "12345678901234"])
def test_what_is_no_phone(typed):
    with pytest.raises(BadInput):
        clean_phone(typed)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("王 小明", "王小明"),
        (" 王小明　", "王小明"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Anna  Smith", "Anna Smith"),
        ("Ａｎｎａ", "Anna"),
    ],
)
def test_names(typed, clean):
    assert clean_name(typed) == clean

"""Masks: what a public page may show of a person."""

import pytest

from volunteer_app.people.privacy import mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王*明"),
        ("欧阳娜", "欧阳*"),
        ("欧阳娜娜", "欧阳*娜"),
        ("欧阳", "欧*"),
        ("阿依古丽·买买提", "阿******提"),
        ("王", "王*"),
        ("Anna Smith", "A* S*"),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812345678", "138****5678"), ("01062345678", "*********78"), ("12", "12"), ("", "")]
)
def test_phones(phone, masked):
    assert mask_phone(phone) == masked

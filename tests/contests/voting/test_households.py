"""A door is written in one way, whatever was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contests.factories import make_round
from tests.factories import Cast, make_building, make_compound
from volunteer_app.contests.models import Channel, VoteUnit
from volunteer_app.contests.voting import households
from volunteer_app.database import db
from volunteer_app.errors import BadInput
from volunteer_app.people.roles import STAFF, scope

PARTS = st.text("0123456789abcXYZ甲东", min_size=1, max_size=4)


@pytest.mark.parametrize(
    "typed",
    [
        "2-301",
        " 2 - 301 ",
        "２－３０１",
        "2—301室",
        "2单元301",
        "2单元０３０１室",
        "02-301号",
        "2门301户",
        "2#301",
        "2/301",
        "--2–301--",
    ],
)
def test_one_door_in_many_hands(typed: str) -> None:
    assert households.door(typed) == "2-301"


@pytest.mark.parametrize(
    ("typed", "expected"), [("b1", "B1"), ("东-102", "东-102"), ("301", "301"), ("0-0", "0-0"), ("①-②", "1-2")]
)
def test_other_doors(typed: str, expected: str) -> None:
    assert households.door(typed) == expected


@pytest.mark.parametrize("typed", ["", "  ", "-", "室", "2-301!", "1" * 21, "<b>", "2\x00301", "٣٠١"])
def test_no_door(typed: str) -> None:
    with pytest.raises(BadInput):
        households.door(typed)


@given(st.text(max_size=30))
def test_twice_is_once(typed: str) -> None:
    try:
        door = households.door(typed)
    except BadInput:
        return
    assert households.door(door) == door
    assert 1 <= len(door) <= households.LONGEST_DOOR
    assert door == unicodedata.normalize("NFKC", door).upper()


@given(
    st.lists(PARTS, min_size=1, max_size=4), st.sampled_from(["-", " - ", "－", "—", "#", "单元", "门"]), st.booleans()
)
def test_dashes_widths_cases_blanks_and_suffixes_do_not_tell_doors_apart(
    parts: list[str], dash: str, full_width: bool
) -> None:
    text = dash.join(part.swapcase() for part in parts) + "室"
    wide = "".join(chr(ord(it) + 0xFEE0) if "!" <= it <= "~" else it for it in text) if full_width else text
    assert households.door(f" {wide} ") == households.door("-".join(parts))


@pytest.mark.usefixtures("app")
def test_buildings_that_are_there_within_a_scope(cast: Cast) -> None:
    round = make_round(cast.subdistrict, vote_unit=VoteUnit.HOUSEHOLD)
    own = make_building(cast.compound)
    other = make_building(make_compound(cast.community))
    make_building()
    make_building(cast.compound, retired_on=round.entries_from)
    for values, expected in (
        ({}, [own, other]),
        ({"within": scope(cast.secretary, STAFF)}, [own, other]),
        ({"within": scope(cast.outsider, STAFF)}, []),
        ({"words": own.name}, [own]),
        ({"words": cast.compound.name}, [own]),
    ):
        assert list(db.session.scalars(households.voting(round, **values))) == expected
    assert households.buildings(round) == [own, other]
    assert households.full_name(own) == f"云台里5号院{own.name}"
    own.name = "云台里5号院7号楼"
    assert households.full_name(own) == "云台里5号院7号楼"


@pytest.mark.usefixtures("app")
def test_cards_are_the_households(cast: Cast) -> None:
    values = [
        (VoteUnit.RESIDENT, Channel.ACCOUNT),
        (VoteUnit.HOUSEHOLD, Channel.STAFF),
        (VoteUnit.RESIDENT, Channel.CODE),
    ]
    rounds = [make_round(cast.subdistrict, vote_unit=unit, channel=channel) for unit, channel in values]
    assert [households.by_household(it) for it in rounds] == [False, True, True]

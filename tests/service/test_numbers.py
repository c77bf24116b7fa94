"""The volunteer's number: stable, and a slip of the pen shows."""

from volunteer_app.service.numbers import _check_digit, is_number, volunteer_number


def test_the_check_digit_is_iso_7064s() -> None:
    # The standard's own example: 0794 has the check digit 5.
    assert _check_digit("0794") == "5"
    assert volunteer_number(794) == "000007947"


def test_every_wrong_digit_shows() -> None:
    for person_id in (1, 12, 4711, 99999999):
        number = volunteer_number(person_id)
        assert is_number(number)
        for place, digit in enumerate(number):
            for other in set("0123456789") - {digit}:
                assert not is_number(number[:place] + other + number[place + 1 :])


def test_what_is_none() -> None:
    assert not any(is_number(text) for text in ("", "7945", "00000794x", "０00007947"))

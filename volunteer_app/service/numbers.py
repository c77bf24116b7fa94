"""志愿者编号: a number for each person that never changes and shows most slips of the pen."""

DIGITS = 8


def volunteer_number(person_id: int) -> str:
    """The person's number: the row's own, in eight digits, and a check digit: 000000123 and so on.

    The check digit is that of ISO 7064 MOD 11,10: one wrong digit shows, and nearly always two that changed places.
    """
    digits = f"{person_id:0{DIGITS}d}"
    return f"{digits}{_check_digit(digits)}"


def is_number(text: str) -> bool:
    """Whether *text* can be the number of a volunteer."""
    return text.isascii() and text.isdecimal() and len(text) > DIGITS and _check_digit(text[:-1]) == text[-1]


def _check_digit(digits: str) -> str:
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)

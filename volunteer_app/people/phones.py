"""Phone numbers and names as identities: written in one way, whatever was typed."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from ..errors import N_, BadInput

BLANKS = re.compile(r"\s+")
HAN = re.compile(r"[\u3400-\u9fff·]")


@lru_cache(maxsize=20_000)
def clean_phone(text: str) -> str:
    """A Chinese phone number in digits alone: +86, blanks, hyphens and full-width digits are taken off.

    Raises:
        BadInput: no number in China looks like this.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException as error:
        raise BadInput(N_("%(text)s is not a phone number."), text=text) from error
    if number.country_code != 86 or not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < 9:
        raise BadInput(N_("%(text)s is not a phone number: a mobile number has 11 digits."), text=text)
    national = phonenumbers.national_significant_number(number)
    mobile = len(national) == 11 and national.startswith("1")
    if not mobile and not phonenumbers.is_valid_number(number):
        raise BadInput(N_("%(text)s is not a phone number: a mobile number has 11 digits."), text=text)
    return national if mobile else f"0{national}"


@lru_cache(maxsize=20_000)
def clean_name(text: str) -> str:
    """A name in its one form: NFKC, no blanks inside a Chinese name, single blanks inside others."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return BLANKS.sub("" if HAN.search(plain) else " ", plain)

"""Telephone numbers in one form: E.164, as libphonenumber reads them."""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings

_DIGITS = re.compile(r"\d")
SHORTEST, LONGEST = 4, 20


def normalise_phone(text: str, *, region: str | None = None) -> str:
    """A number in the form in which two are compared: "+34600123456"; its digits alone where nobody can tell the country.

    `region` is the country ("ES") of numbers written without one, HEARD_PHONE_REGION when not given. "" for what is no number: fewer than
    four digits, more than twenty, or mostly letters. Never raises.
    """
    return _normalised(text[:60], settings.PHONE_REGION if region is None else region)


@lru_cache(maxsize=4096)
def _normalised(text: str, region: str) -> str:
    import phonenumbers  # its tables are loaded when the first number comes

    digits = "".join(_DIGITS.findall(text))
    if not SHORTEST <= len(digits) <= LONGEST or sum(each.isalpha() for each in text) > len(digits):
        return ""
    if not region and text.lstrip().startswith("00"):
        text = f"+{text.lstrip()[2:]}"  # how most of the world dials abroad (ITU-T E.123); in a known country its own way holds
    try:
        number = phonenumbers.parse(text, region.upper() or None)
    except phonenumbers.NumberParseException:
        return _plain(digits)
    if not phonenumbers.is_possible_number(number):
        return _plain(digits)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def shown_phone(value: str) -> str:
    """A number as people write it: "+34 600 12 34 56"; what has no country is shown as it is kept. Never raises."""
    import phonenumbers

    if not value.startswith("+"):
        return value
    try:
        return phonenumbers.format_number(phonenumbers.parse(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return value


def _plain(digits: str) -> str:
    return "".join(str(int(each)) for each in digits)  # other scripts have digits of their own

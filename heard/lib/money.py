"""Money: whole minor units (cents) and an ISO 4217 currency. Never a float, never an amount without its currency."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MOST = 10**15
"""Minor units: more is a mistake in every currency, and both databases hold it."""

_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK "
    "DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
    "LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
)
EXPONENTS: dict[str, int] = dict.fromkeys(_TWO.split(), 2)
EXPONENTS |= dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"], 0
)
EXPONENTS |= dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
"""Decimal places of each currency in use. Source: ISO 4217, list one, amendment 176."""

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩", "PLN": "zł", "UAH": "₴"}
_AMOUNT = re.compile(r"-?\d[\d.,'’\u00a0\u202f ]*$")


class NotMoney(ValueError):
    """A text or number is no amount of this currency; the message says why, in the reader's language."""


def known_currency(code: str) -> str:
    """The code in capitals. Raises NotMoney for one that ISO 4217 does not have."""
    wanted = code.strip().upper()
    if wanted not in EXPONENTS:
        raise NotMoney(_("“%(code)s” is not a currency. Write its three letters, like EUR.") % {"code": code.strip()[:20]})
    return wanted


def minor_units(text: str, currency: str) -> int:
    """Minor units of an amount as people write it: `89`, `89.00`, `1,234.50`, `1.234,50 €` are taken; what could mean two things is not.

    Raises NotMoney for what is no number, has more decimals than the currency, or is too large.
    """
    exponent = EXPONENTS[known_currency(currency)]
    bare = text.strip().removeprefix(SYMBOLS.get(currency, currency)).removesuffix(SYMBOLS.get(currency, currency))
    bare = bare.strip().upper().removeprefix(currency).removesuffix(currency).strip()
    if not _AMOUNT.match(bare):
        raise NotMoney(_("“%(text)s” is not an amount. Write it like 89.00.") % {"text": text.strip()[:40]})
    try:
        amount = Decimal(_plain(re.sub(r"['’\s\u00a0\u202f]", "", bare), exponent, text))
    except InvalidOperation:
        raise NotMoney(_("“%(text)s” is not an amount. Write it like 89.00.") % {"text": text.strip()[:40]}) from None
    minor = amount.scaleb(exponent)
    if minor != minor.to_integral_value():
        raise NotMoney(_("“%(text)s” has more decimals than %(currency)s has.") % {"text": text.strip()[:40], "currency": currency})
    return checked(int(minor), currency)


def checked(minor: int, currency: str) -> int:
    """The same number when it can be an amount. Raises NotMoney for one that is beyond any purchase."""
    known_currency(currency)
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise NotMoney(_("An amount is a whole number of the currency’s smallest unit."))
    if abs(minor) > MOST:
        raise NotMoney(_("That amount is too large to be true."))
    return minor


def in_words(minor: int, currency: str) -> str:
    """`€89.00` in English, `89,00 €` in Spanish; currencies without a sign of their own show their three letters."""
    number = number_format(
        decimal_of(minor, currency), EXPONENTS[currency], use_l10n=True, force_grouping=abs(minor) >= 10 ** (EXPONENTS[currency] + 4)
    )
    sign = SYMBOLS.get(currency, "")
    if not (get_language() or "en").startswith("en"):
        return f"{number}\u00a0{sign or currency}"
    if not sign:
        return f"{currency}\u00a0{number}"
    return f"-{sign}{number[1:]}" if minor < 0 else f"{sign}{number}"


def decimal_of(minor: int, currency: str) -> Decimal:
    """The amount as an exact decimal number: what a field of a form shows."""
    return Decimal(minor).scaleb(-EXPONENTS[currency])


def _plain(digits: str, exponent: int, said: str) -> str:
    """With a point as the only mark. Of two different marks the last one is the decimal mark; one alone must say which it is."""
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    if len(set(marks)) == 2:
        if marks.count(last) > 1:
            raise NotMoney(_("“%(text)s” is not an amount. Write it like 89.00.") % {"text": said.strip()[:40]})
        whole, decimals = digits.rsplit(last, 1)
        return f"{_ungrouped(whole, said)}.{decimals}"
    whole, decimals = digits.rsplit(last, 1)
    if len(marks) > 1:
        return _ungrouped(digits, said)
    if len(decimals) == 3 and exponent != 3 and len(whole.lstrip("-0")) > 0:
        raise NotMoney(
            _("“%(text)s” could mean two things. Write it without marks for thousands, like 1000.00.") % {"text": said.strip()[:40]}
        )
    return f"{whole}.{decimals}"


def _ungrouped(whole: str, said: str) -> str:
    """Without its marks for thousands, which stand before every third digit or are none."""
    if not re.fullmatch(r"-?\d{1,3}([.,]\d{3})+", whole):
        raise NotMoney(_("“%(text)s” is not an amount. Write it like 89.00.") % {"text": said.strip()[:40]})
    return re.sub("[.,]", "", whole)

"""Days of birth in one form. Values in, values out."""

import re
from datetime import date

from heard.matching.names import fold
from heard.matching.records import BirthDate

# Two-figure years above this are of the last century. A constant, so that the same text always means the same day.
_PIVOT = 26
_MONTH_FIRST = frozenset({"", "US", "PH", "FM", "PW", "MH"})
_MONTHS = (
    ("jan", "ene", "gen"), ("feb", "fev"), ("mar", "mrz", "maer", "maa"), ("apr", "abr", "avr"), ("may", "mai", "mag", "mei"),
    ("jun", "juin", "giu"), ("jul", "juil", "lug"), ("aug", "ago", "aou"), ("sep", "set"), ("oct", "okt", "ott", "out"), ("nov",),
    ("dec", "dez", "dic"),
)  # fmt: skip
_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"[a-z]+")
# Days that forms and exports write where they know none.
_PLACEHOLDERS = frozenset({"0000-00-00", "0001-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "9999-12-31", "1111-11-11"})


def birth_date(text: str | date, *, region: str = "", is_verified: bool = False) -> BirthDate | None:
    """A day as people write it: 1978-11-12, 19781112, 12/11/78, 12.11.1978, 24-May-11, 15 de marzo de 1992, May 1980, 1980.

    Where day and month could be either, `region` (two letters of a country) decides; without one the month comes first only with
    slashes. None for text without a year or a day and month, and for the days that forms write when they know none. Impossible days
    are kept as written: a typing error is still close to the truth.
    """
    if isinstance(text, date):
        return BirthDate(f"{text:%Y-%m-%d}", is_verified=is_verified)
    value = _read(fold_date(text), region.upper(), has_slash="/" in text)
    if not value or value in _PLACEHOLDERS:
        return None
    return BirthDate(value, is_verified=is_verified)


def fold_date(text: str) -> str:
    """Small Latin letters; a time after the day is left away."""
    plain = text.strip().split("T")[0] if re.match(r"^\d{4}-\d\d-\d\dT", text.strip()) else text.strip()
    return fold(re.sub(r"\s+\d{1,2}:\d\d.*$", "", plain))


def _read(text: str, region: str, *, has_slash: bool) -> str:
    numbers = _NUMBERS.findall(text)
    month = next((place for word in _WORDS.findall(text) if (place := _month(word))), 0)
    if month:
        return _with_month_name(numbers, month)
    match numbers:
        case [one] if len(one) == 8:
            return f"{one[:4]}-{one[4:6]}-{one[6:]}" if one[:2] in ("18", "19", "20") else f"{one[4:]}-{one[2:4]}-{one[:2]}"
        case [one] if len(one) == 4:
            return one
        case [one, two] if len(one) == 4:
            return f"{one}-{two:0>2}"
        case [one, two] if len(two) == 4:
            return f"{two}-{one:0>2}"
        case [one, two, three] if len(one) == 4:
            return f"{one}-{two:0>2}-{three:0>2}"[:10]
        case [one, two, three]:
            is_month_first = region in _MONTH_FIRST and (has_slash or region != "")
            day, month_text = (two, one) if is_month_first else (one, two)
            if int(month_text) > 12 >= int(day):
                day, month_text = month_text, day
            return f"{_year(three)}-{month_text:0>2}-{day:0>2}"[:10]
    return ""


def _with_month_name(numbers: list[str], month: int) -> str:
    match numbers:
        case [year] if len(year) == 4:
            return f"{year}-{month:02}"
        case [one, two] if len(one) == 4:
            return f"{one}-{month:02}-{two:0>2}"
        case [one, two]:
            return f"{_year(two)}-{month:02}-{one:0>2}"
    return ""


def _month(word: str) -> int:
    return next((place for place, starts in enumerate(_MONTHS, 1) if len(word) > 2 and word.startswith(starts)), 0)


def _year(text: str) -> str:
    if len(text) == 2:
        return f"{'19' if int(text) > _PIVOT else '20'}{text}"
    return f"{text:0>4}"

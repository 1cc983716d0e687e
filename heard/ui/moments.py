"""Times and waits in words, in the reader's language and time zone. Pure: the present moment is passed in."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

Style = Literal["short", "exact", "day", "time", "long"]

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# Languages in which days and months begin with a small letter; Django writes all of them with a capital.
SMALL_LETTERS = frozenset({"es", "fr", "it", "pt", "ca", "nl", "pl", "cs", "da", "nb", "sv", "fi"})


def moment_in_words(moment: datetime | date, *, now: datetime, style: Style = "short") -> str:
    """A moment as one says it: "today, 07:31", "Thu 12 Nov", and with another year "12 Nov 2025".

    `short` names the hour for today and tomorrow only; `exact` always does; `day` never; `time` is the hour alone when
    it is today; `long` is "Thursday 19 November 2026". A date without an hour reads as `day`.
    """
    language, zone = get_language() or "", timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    if not isinstance(moment, datetime):
        return _day(language, moment, today, style)
    local = moment.astimezone(zone)
    day, hour = local.date(), f"{local:%H:%M}"
    if style == "time" and day == today:
        return hour
    said = _day(language, day, today, style)
    is_near = style == "short" and day in (today, today + timedelta(days=1))
    return _with_hour(language, said, hour) if is_near or style in ("exact", "time") else said


@lru_cache(maxsize=4096)
def _day(language: str, day: date, today: date, style: Style) -> str:
    """A day in the active `language`. A page names few days often, and Django works out each of them anew."""
    if style == "long":
        # Translators: a whole date in Django's letters, "Thursday 19 November 2026".
        return _written(language, day, pgettext("date format", "l j F Y"))
    if day == today:
        return gettext("today")
    if day == today + timedelta(days=1):
        return gettext("tomorrow")
    if day.year == today.year or abs((day - today).days) < 60:
        # Translators: a day of this year in Django's letters, "Thu 12 Nov".
        return _written(language, day, pgettext("date format", "D j M"))
    # Translators: a day of another year in Django's letters, "12 Nov 2025".
    return _written(language, day, pgettext("date format", "j M Y"))


def _written(language: str, day: date, letters: str) -> str:
    text = date_format(day, letters)
    return text.lower() if language.partition("-")[0] in SMALL_LETTERS else text


@lru_cache(maxsize=4096)
def _with_hour(language: str, day: str, hour: str) -> str:
    return gettext("%(day)s, %(hour)s") % {"day": day, "hour": hour}


def exact_moment(moment: datetime | date) -> str:
    """The whole truth for those who ask: "Thursday 12 November 2026, 08:14 GMT"."""
    language = get_language() or ""
    if not isinstance(moment, datetime):
        return _day(language, moment, moment, "long")
    local = moment.astimezone(timezone.get_current_timezone())
    day, hour = local.date(), f"{local:%H:%M} {local.tzname() or ''}".rstrip()
    return _with_hour(language, _day(language, day, day, "long"), hour)


def duration_in_words(seconds: float) -> str:
    """How long: "44 min", "1 h 52 min", "2 days": hours and minutes below a day, whole days above, rounded down.

    Less than a minute, and a negative time (two clocks), is "less than a minute".
    """
    seconds = int(seconds)
    if seconds < MINUTE:
        return gettext("less than a minute")
    if seconds >= DAY:
        days = seconds // DAY
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    parts = [gettext("%(count)s h") % {"count": hours}] if hours else []
    parts += [gettext("%(count)s min") % {"count": minutes}] if minutes else []
    return " ".join(parts)


def count_in_words(number: int, *, most: int = 1000) -> str:
    """Counts are exact up to `most` and read "1,000+" above."""
    return gettext("%(count)s+") % {"count": intcomma(most)} if number > most else str(intcomma(number))


def initials(name: str) -> str:
    """Two letters for a face: "Ada Whitfield" is AW, "ada@example.org" is AD, "+44 113" is +4, nothing is "?"."""
    words = [name.strip().lstrip("@")] if "@" in name else name.split()
    words = [word for word in words if word]
    if not words:
        return "?"
    if len(words) == 1 or not words[0][0].isalpha():
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()

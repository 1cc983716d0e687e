"""Moments in people's words, English and Spanish: "by Friday", "antes del viernes a las 16:00", "within two business days".

A general library was tried first (dateparser 1.2, `search_dates`): it took "we", "may" and "sat" for dates, "pasado mañana" for tomorrow,
and did not know "business days" or "la semana que viene". A promise must not be offered for what nobody said, so this reads less, and
reads that right. It needs no library and no start-up time.
"""

from heard.lib.dates.finding import Found, find_moments, read_moment

__all__ = ["Found", "find_moments", "read_moment"]

"""What days and hours look like, in English and Spanish at once. Every pattern runs in linear time: nothing repeats inside a repetition."""

import re

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        [
            "monday lunes mon lun", "tuesday martes tue tues mar", "wednesday miércoles miercoles wed mié mie",
            "thursday jueves thu thur thurs jue", "friday viernes fri vie", "saturday sábado sabado sat sáb sab", "sunday domingo sun dom",
        ]
    )
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january enero jan ene", "february febrero feb", "march marzo mar", "april abril apr abr", "may mayo", "june junio jun",
            "july julio jul", "august agosto aug ago", "september septiembre setiembre sept sep", "october octubre oct",
            "november noviembre nov", "december diciembre dec dic",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "doce": 12, "quince": 15,
}  # fmt: skip
UNITS = {
    "minute": "minutes", "min": "minutes", "minuto": "minutes", "hour": "hours", "hr": "hours", "h": "hours", "hora": "hours",
    "day": "days", "día": "days", "dia": "days", "week": "weeks", "semana": "weeks", "month": "months", "mes": "months", "mese": "months",
}  # fmt: skip


def _any(words: object) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


FULL_WEEKDAY = _any(name for name in WEEKDAYS if len(name) > 5 or name == "lunes")
ANY_WEEKDAY = _any(WEEKDAYS)
ANY_MONTH = _any(MONTHS)
NUMBER = rf"(?:\d{{1,3}}|{_any(NUMBERS)})"
YEAR = r"(?:,?\s{1,3}(?:del?\s)?(?P<y>20\d\d))?"


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.:-]){expression}(?![\w%€$£])(?![/-]\d)", re.IGNORECASE)


DAYS = [
    # 2026-11-27, 27/11/2026, 27.11.26, 27/11
    ("iso", _pattern(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)")),
    ("slashes", _pattern(r"(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<y>20\d\d|\d\d)")),
    ("slashes", _pattern(r"(?P<one>\d{1,2})/(?P<two>\d{1,2})")),
    # Fri 27 Nov 2026, viernes 27 de noviembre, the 27th of November
    (
        "date",
        _pattern(
            rf"(?:(?P<week>{ANY_WEEKDAY})\.?,?\s{{1,3}})?(?:the\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th|º)?\s{{1,3}}(?:of\s|de\s)?"
            rf"(?P<month>{ANY_MONTH})\.?{YEAR}"
        ),
    ),
    # Friday, November 27th, 2026
    (
        "date",
        _pattern(rf"(?:(?P<week>{ANY_WEEKDAY})\.?,?\s{{1,3}})?(?P<month>{ANY_MONTH})\.?\s{{1,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?{YEAR}"),
    ),
    # viernes 27, Friday the 27th, the 27th, el día 27
    (
        "of_month",
        _pattern(
            rf"(?P<week>{ANY_WEEKDAY})\.?,?\s{{1,3}}(?:the\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![:.]\d|\s?[ap]\.?m\b|\s?(?:h|hrs|hours|horas)\b|\so['’]clock)"
        ),
    ),
    ("of_month", _pattern(r"(?:the\s(?P<d>\d{1,2})(?:st|nd|rd|th))")),
    ("of_month", _pattern(r"(?:el\s|del\s)d[ií]a\s(?P<d>\d{1,2})")),
    # Friday next week, next Friday, el próximo viernes, el viernes que viene, Friday
    ("week_later", _pattern(rf"(?P<week>{FULL_WEEKDAY})(?:\sof)?\snext\sweek")),
    ("week_later", _pattern(rf"(?P<week>{FULL_WEEKDAY})\sde\sla\s(?:semana\sque\sviene|pr[óo]xima\ssemana)")),
    ("week_later", _pattern(rf"next\s(?P<week>{FULL_WEEKDAY})")),
    ("weekday", _pattern(rf"(?:this\s|coming\s|este\s|pr[óo]ximo\s)?(?P<week>{FULL_WEEKDAY})(?:\sque\sviene|\spr[óo]ximo)?")),
    # The day after tomorrow before tomorrow, and "pasado mañana" before "mañana"
    ("day_after", _pattern(r"(?:the\sday\safter\stomorrow|pasado\sma[ñn]ana)")),
    ("tomorrow", _pattern(r"(?:tomorrow|(?<!la\s)ma[ñn]ana(?!\sser[áa]))")),
    ("today", _pattern(r"(?:(?:by\s|before\s|at\s)?(?:the\s)?(?:end\sof|close\sof)\s(?:the\s|play\s|business\s)?(?:today|day|business))")),
    ("today", _pattern(r"(?:today|tonight|this\s(?:morning|afternoon|evening)|hoy(?:\smismo)?|esta\s(?:ma[ñn]ana|tarde|noche))")),
    # by the end of next month, a finales de la semana que viene, esta semana
    ("week_end", _pattern(r"(?:end\sof\s)?next\sweek|(?:finales\sde\s)?la\s(?:semana\sque\sviene|pr[óo]xima\ssemana)")),
    ("this_week_end", _pattern(r"(?:(?:end\sof\s)(?:the\s|this\s)?week|this\sweek|esta\ssemana|final(?:es)?\sde\s(?:la\s|esta\s)?semana)")),
    ("next_month_end", _pattern(r"(?:(?:end\sof\s)?next\smonth|(?:finales\sde(?:l)?\s)?(?:mes\sque\sviene|pr[óo]ximo\smes))")),
    ("month_end", _pattern(r"(?:end\sof\s(?:the\s|this\s)?month|this\smonth|este\smes|final(?:es)?\sde(?:l)?\s(?:este\s)?mes)")),
    # in two days, within 24 hours, dentro de tres días hábiles
    (
        "after",
        _pattern(
            rf"(?:in|within|inside|in\sthe\snext|over\sthe\snext|dentro\sde|en|en\slos\spr[óo]ximos|en\slas\spr[óo]ximas|en\sel\splazo\sde|"
            rf"en\sun\splazo\sde)\s(?:the\snext\s|about\s|at\smost\s|less\sthan\s|menos\sde\s|unos\s|unas\s)?(?P<n>{NUMBER})\s?"
            rf"(?P<business>working\s|business\s)?(?P<unit>{_any(UNITS)})(?:e?s|s\.)?(?P<open>\sh[áa]bil(?:es)?|\slaborables?)?"
        ),
    ),
]
"""Kinds of days, first come first served where two overlap."""

AFTER_AN_HOUR = (
    r"(?=\s{0,3}(?:$|\n|[;!?)]|[.,](?!\d)|(?:on|and|so|but|today|tomorrow|this|next|in\sthe|y|en\spunto|hoy|ma[ñn]ana|del?|el|como)\b))"
)
"""A bare number after "at" is an hour only where nothing is counted: not in "at 4 places", "at 12.50"."""

TIMES = [
    ("clock", _pattern(r"(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?:\s?(?P<half>[ap])\.?m\.?)?(?:\s?(?:hrs|hours|horas|h)\b)?")),
    ("clock", _pattern(r"(?P<h>[01]?\d|2[0-3])\.(?P<min>[0-5]\d)\s?(?:(?P<half>[ap])\.?m\.?|hrs|hours|horas|h)")),
    ("clock", _pattern(r"(?P<h>1[0-2]|0?[1-9])\s?(?P<half>[ap])\.?m\.?")),
    ("clock", _pattern(r"(?P<h>[01]?\d|2[0-3])\s?h")),
    ("said", _pattern(rf"(?:at|by|before|until|till)\s(?P<h>1[0-2]|[1-9])(?:\so['’]clock)?{AFTER_AN_HOUR}")),
    ("said", _pattern(rf"las?\s(?P<h>1[0-2]|[1-9])(?:\sde\sla\s(?P<part>ma[ñn]ana|tarde|noche))?{AFTER_AN_HOUR}")),
    ("noon", _pattern(r"(?:noon|midday|mediod[ií]a)")),
    ("midnight", _pattern(r"(?:midnight|medianoche)")),
    ("morning", _pattern(r"(?:morning|por\sla\sma[ñn]ana|a\sla\sma[ñn]ana|primera\shora)")),
    ("afternoon", _pattern(r"(?:afternoon|por\sla\starde|a\sla\starde)")),
    ("evening", _pattern(r"(?:evening|tonight|por\sla\snoche|a\sla\snoche|esta\snoche)")),
]

BETWEEN = re.compile(
    r"[\s,]{0,3}(?:(?:at|by|before|around|until|on|in\sthe|no\slater\sthan|a\sm[áa]s\stardar|hacia|antes\sde|hasta|a|el|del|de)\s){0,2}"
    r"(?:las?\s|el\s|the\s)?[\s,]{0,2}",
    re.IGNORECASE,
)
"""What may stand between a day and its hour."""

BEFORE = re.compile(
    r"(?:by|before|on|until|till|at|for|not?\slater\sthan|el|antes\sdel?|para\sel|para|hasta\sel|hasta|a\sm[áa]s\stardar(?:\sel)?|como\smuy\starde(?:\sel)?|"
    r"del|a|antes\sde\slas?|a\slas?|hasta\slas?|las?)\s{1,2}(?:the\s|end\sof\s)?$",
    re.IGNORECASE,
)
"""What leads to a day or an hour and belongs to its words."""

GONE = re.compile(
    r"(?:last|past|since|previous|ago|every|each|was|were|desde(?:\sel)?|pasado|cada|todos\slos|los|order\sof|dated|from|until\snow)\s{1,2}$",
    re.IGNORECASE,
)
GONE_AFTER = re.compile(r"\s{1,2}(?:ago|pasad[oa]|last|anterior|mornings|afternoons)\b", re.IGNORECASE)
"""Words that make a day one that is over, or one of many."""

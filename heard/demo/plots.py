"""What people write about: for each plot where it arrives, how often, when in the year, and which files come with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .grammar import Script, read_scripts
from .phrases_de import SCRIPTS as GERMAN
from .phrases_de import SHARED as GERMAN_SHARED
from .phrases_en import SCRIPTS as ENGLISH
from .phrases_en import SHARED as ENGLISH_SHARED
from .phrases_es import SCRIPTS as SPANISH
from .phrases_es import SHARED as SPANISH_SHARED
from .year import Year

Season = Callable[[date, Year], float]

SCRIPTS: dict[str, dict[str, Script]] = {"en": read_scripts(ENGLISH), "es": read_scripts(SPANISH), "de": read_scripts(GERMAN)}
SHARED: dict[str, Script] = {
    language: read_scripts(text)["shared"] for language, text in (("en", ENGLISH_SHARED), ("es", SPANISH_SHARED), ("de", GERMAN_SHARED))
}


@dataclass(frozen=True, slots=True)
class Plot:
    """One kind of story.

    `box` is where English letters about it arrive; `kinds` the kinds of product it can be about (any when empty);
    `encloses` and `returns` name the file the customer or we may send; `organisation` the kind that writes such letters;
    `unanswered` is the share that needs no answer; `season` multiplies `weight` on a day.
    """

    key: str
    weight: float
    box: str = "help"
    kinds: tuple[str, ...] = ()
    encloses: str = ""
    returns: str = ""
    organisation: str = ""
    unanswered: float = 0.0
    season: Season | None = None
    is_abroad: bool = False
    is_promise: bool = False


def _storm(day: date, year: Year) -> float:
    return 14.0 if year.is_stormy(day) else 0.0


def _wave(day: date, year: Year) -> float:
    weeks = (day - year.wave).days / 7
    if weeks < 0:
        return 0.06
    return min(1.0, 0.25 + weeks * 0.15)


def _soles(day: date, year: Year) -> float:
    return 2.6 if (year.today - day).days < 75 else 0.8


def _months(*busy: int, much: float = 2.0, little: float = 0.7) -> Season:
    return lambda day, _: much if day.month in busy else little


def _sales(day: date, year: Year) -> float:
    return 4.0 if abs((day - year.black_friday(day.year)).days) < 6 else 0.8


WORN = ("jacket", "down", "trousers", "child")
PLOTS = (
    Plot("late_parcel", 9, "orders", season=_months(12, much=2.2, little=0.9)),
    Plot("parcel_storm", 6, "orders", season=_storm),
    Plot("parcel_missing", 2.2, "orders"),
    Plot("wrong_item", 2.4, "orders", returns="label"),
    Plot(
        "size_exchange",
        7,
        "orders",
        ("jacket", "down", "trousers", "child", "boots", "small"),
        returns="label",
        season=_months(12, 1, much=1.6, little=0.95),
    ),
    Plot("boot_sizing", 3.6, "help", ("boots",)),
    Plot("pole_lock_wet", 17, "help", ("poles",), encloses="photo", season=_wave, is_promise=True),
    Plot("pole_tip", 1.4, "help", ("poles",)),
    Plot("sole_loose", 2.6, "help", ("boots",), encloses="photo", returns="label", season=_soles, is_promise=True),
    Plot("zip_broken", 2.2, "help", ("jacket", "down", "tent", "pack"), encloses="photo", returns="label"),
    Plot("tent_leak", 1.8, "help", ("tent",), season=_months(5, 6, 7, 8, 9)),
    Plot("pack_strap", 1.7, "help", ("pack",), encloses="photo", returns="label"),
    Plot("stove_trouble", 2.2, "help", ("stove", "mat"), is_promise=True),
    Plot("warranty", 2.4, "help", ("pack", "jacket", "tent", "boots", "mat"), encloses="photo"),
    Plot("invoice_company", 2.4, "orders", encloses="", returns="invoice", organisation="firm school"),
    Plot("invoice_copy", 1.6, "orders", returns="invoice", season=_months(1, 2, 3, much=1.6, little=0.8)),
    Plot("opening_hours", 2.6, "leeds", season=_months(12, 8, much=1.8, little=0.9)),
    Plot("down_washing", 1.8, "help", ("down",), season=_months(3, 4, 10)),
    Plot("wax_care", 1.6, "help", ("jacket",), returns="leaflet", season=_months(9, 10, 11)),
    Plot("compliment", 2.4, "help", unanswered=0.35),
    Plot(
        "thank_you_photo",
        2.0,
        "help",
        (*WORN, "pack", "boots", "tent"),
        encloses="photo",
        unanswered=0.25,
        season=_months(6, 7, 8, 9, much=1.7),
    ),
    Plot("wholesale", 1.6, "sales", encloses="list", returns="pricelist", organisation="shop"),
    Plot(
        "school_trip",
        1.5,
        "sales",
        ("child", "pack", "jacket"),
        encloses="list",
        returns="quotation",
        organisation="school",
        season=_months(2, 3, 4, 5),
    ),
    Plot("lent_kit", 0.6, "sales", ("jacket",), returns="leaflet", organisation="school", season=_months(6, 7, 10, much=2.5, little=0.3)),
    Plot("return_lost", 2.4, "orders", encloses="receipt", season=_months(1, 12, much=1.8, little=0.9)),
    Plot("return_how", 4.2, "orders", returns="label", season=_months(1, 12, much=2.0, little=0.9)),
    Plot("refund_late", 2.6, "orders", season=_months(1, 2, much=1.6, little=0.9)),
    Plot("discount_code", 2.0, "orders", season=_sales),
    Plot("gift_card", 1.1, "orders", returns="card", season=_months(12, 1, much=3.5, little=0.5)),
    Plot("privacy", 0.9, "help", returns="data"),
    Plot("unsubscribe", 1.2, "help", unanswered=0.1),
    Plot("change_address", 1.7, "orders"),
    Plot("cancel_order", 2.0, "orders"),
    Plot("back_in_stock", 2.6, "help", (*WORN, "boots", "pack"), is_promise=True),
    Plot("compatibility", 2.0, "help"),
    Plot("missing_part", 2.0, "orders", ("tent", "pack", "poles", "mat"), is_promise=True),
    Plot("customs", 2.4, "orders", returns="invoice", is_abroad=True),
    Plot("paid_twice", 1.1, "orders", encloses="statement"),
    Plot("account_login", 1.7, "help"),
    Plot("repair_service", 2.0, "leeds", ("jacket", "pack", "tent", "down"), encloses="photo", returns="label", is_promise=True),
    Plot("idea", 1.8, "help", encloses="photo", unanswered=0.1),
    Plot("material", 1.4, "help", ("jacket", "down", "boots", "tent")),
    Plot("job", 0.6, "leeds", encloses="letter"),
    Plot("sponsorship", 0.9, "sales"),
    Plot("advice", 2.8, "leeds", ("down", "tent", "pack", "mat", "boots", "jacket"), returns="packlist"),
    Plot("rude_counter", 0.8, "leeds"),
    Plot("shop_event", 1.0, "leeds"),
    Plot("lost_property", 0.8, "leeds"),
    Plot("press", 0.4, "sales", organisation="press"),
    Plot("price_match", 1.2, "orders", season=_sales),
    Plot("call_back", 1.0, "leeds"),
    Plot("safety", 0.8, "help", ("poles", "stove", "tent"), season=_wave),
    Plot("reassure", 2.2, "orders", season=_months(11, 12, much=1.8, little=0.9)),
    Plot("child_sizes", 1.2, "leeds", ("child",)),
    Plot("supplier", 1.2, "orders", organisation="firm"),
    Plot("cold_pitch", 1.0, "sales", unanswered=0.93),
)
BY_KEY = {plot.key: plot for plot in PLOTS}

"""The levels of `comparisons.LEVELS` as SQL over the columns, in the words of one engine.

They say the same as the functions in comparisons.py, save where single words of a list would have to be compared by their letters: that
decides few pairs, and a test counts them. That given and family name may be swapped stands in their conditions.
"""

from __future__ import annotations

from heard.matching.training.engines import Engine

SILENT = ""
"""The level of a pair about which nothing can be said."""


def conditions(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """comparison → (level, SQL): SILENT first, then the most alike first; the last, without SQL, is what is left."""
    return {
        "given": _given(engine),
        "family": _family(engine),
        "middle": [
            (SILENT, _unknown("middles")),
            ("same", engine.shares("middle_words")),
            ("initial", f"{_overlap(engine, 'middle_firsts', 'middle_singles')} or {_overlap(engine, 'middle_singles', 'middle_firsts')}"),
            ("different", ""),
        ],
        "generation": [(SILENT, _unknown("generation")), ("same", "generation_l = generation_r"), ("different", "")],
        "birth_date": _birth_date(engine),
        "email": _email(engine),
        "phone": [
            (SILENT, _unknown("phones")),
            ("same", f"phone_l = phone_r or {engine.shares('phones')}"),
            ("typo", f"length(phone_l) > 8 and length(phone_r) > 8 and {engine.slips('phone_l', 'phone_r')} <= 1"),
            ("different", ""),
        ],
        "address": _address(engine),
        "id": [
            (SILENT, f"not {engine.shares('ids')} and not {engine.shares('exclusive_kinds')}"),
            ("same", engine.shares("ids")),
            (
                "close",
                (
                    "coalesce(one_id_kind_l = one_id_kind_r and length(one_id_l) > 5 and length(one_id_r) > 5 and "
                    f"{engine.slips('one_id_l', 'one_id_r')} <= 1, false)"
                ),
            ),
            ("different", ""),
        ],
        "handle": [
            (SILENT, f"not {engine.shares('handles')} and not {engine.shares('handle_names')}"),
            ("same", engine.shares("handles")),
            ("elsewhere", ""),
        ],
        "organisation": [
            (SILENT, _unknown("organisation")),
            ("same", f"organisation_l = organisation_r or {engine.alike('organisation_l', 'organisation_r')} >= 0.92"),
            ("different", ""),
        ],
        "organisation_name": [
            (SILENT, _unknown("company")),
            ("same", "company_l = company_r or replace(company_l, ' ', '') = replace(company_r, ' ', '')"),
            ("close", f"{engine.alike('company_l', 'company_r')} >= 0.92"),
            ("part", engine.includes("company_words")),
            ("different", ""),
        ],
    }


def _swapped(engine: Engine) -> str:
    """Given and family name have changed places. Which of their letters then differ is left to the scorer."""
    crossed = (engine.alike("given_l", "family_r"), engine.alike("family_l", "given_r"))
    straight = (engine.alike("given_l", "given_r"), engine.alike("family_l", "family_r"))
    likely = f"{crossed[0]} >= 0.82 and {crossed[1]} >= 0.82 and {crossed[0]} + {crossed[1]} > {straight[0]} + {straight[1]}"
    return f"(given_l <> given_r and family_l <> family_r and {likely})"


def _given(engine: Engine) -> list[tuple[str, str]]:
    initial = "(length(given_l) = 1 or length(given_r) = 1)"
    alike = engine.alike("given_l", "given_r")
    second = f"{engine.holds('middles_r', 'given_l')} or {engine.holds('middles_l', 'given_r')}"
    return [
        (SILENT, _unknown("given")),
        (
            "same",
            f"(given_l = given_r and length(given_l) > 1) or {_swapped(engine)} or given_whole_l = given_r or given_whole_r = given_l",
        ),
        ("nickname", f"not {initial} and {engine.shares('roots')}"),
        ("close", f"not {initial} and ({alike} >= 0.92 or {_mistyped(engine, 'given')} or {_sounds(engine, 'given')})"),
        ("initial", f"{initial} and substr(given_l, 1, 1) = substr(given_r, 1, 1)"),
        ("similar", f"not {initial} and ({second} or {alike} >= 0.82)"),
        ("different", ""),
    ]


def _family(engine: Engine) -> list[tuple[str, str]]:
    initial = "(length(family_l) = 1 or length(family_r) = 1)"
    alike = engine.alike("family_l", "family_r")
    parts = f"{engine.shares('family_words')} or " + " or ".join(
        engine.overlap(f"family_words_{one}", f"middles_{other}") for one, other in (("l", "r"), ("r", "l"))
    )
    return [
        (SILENT, _unknown("family")),
        ("same", f"family_l = family_r or {_swapped(engine)} or replace(family_l, ' ', '') = replace(family_r, ' ', '')"),
        ("close", f"not {initial} and ({alike} >= 0.93 or {_mistyped(engine, 'family')} or {_sounds(engine, 'family')})"),
        ("part", f"not {initial} and ({parts})"),
        ("similar", f"case when {initial} then substr(family_l, 1, 1) = substr(family_r, 1, 1) else {alike} >= 0.85 end"),
        ("different", ""),
    ]


def _birth_date(engine: Engine) -> list[tuple[str, str]]:
    slips = engine.slips("replace(birth_date_l, '-', '')", "replace(birth_date_r, '-', '')")
    year, month, day = (
        f"substr(birth_date_l, {start}, {length}) = substr(birth_date_r, {start}, {length})" for start, length in ((1, 4), (6, 2), (9, 2))
    )
    crossed = "substr(birth_date_l, 6, 2) = substr(birth_date_r, 9, 2) and substr(birth_date_l, 9, 2) = substr(birth_date_r, 6, 2)"
    return [
        (SILENT, _unknown("birth_date")),
        ("same", "birth_date_l = birth_date_r"),
        ("swapped", f"{year} and {crossed}"),
        ("typo", f"{slips} <= 1"),
        ("near", f"({year} and {month}) or ({year} and {day}) or ({month} and {day}) or {slips} <= 2"),
        ("different", ""),
    ]


def _email(engine: Engine) -> list[tuple[str, str]]:
    said = f"email_l = email_r or {engine.shares('emails')} or {engine.shares('role_emails')}"
    close = (
        f"(mailbox_l = mailbox_r and length(mailbox_l) > 3 and {engine.slips('mail_domain_l', 'mail_domain_r')} <= 1)",
        (
            "(mail_domain_l = mail_domain_r and length(mailbox_l) > 4 and length(mailbox_r) > 4 and mailbox_letters_l <> mailbox_letters_r"
            f" and {engine.slips('mailbox_l', 'mailbox_r')} <= 1)"
        ),
        (
            f"(length(email_l) > 11 and length(email_r) > 11 and {engine.alike('email_l', 'email_r')} >= 0.94"
            f" and {engine.slips('email_l', 'email_r')} = 2)"
        ),
    )
    return [
        (SILENT, f"(mailbox_l is null or mailbox_r is null) and not coalesce({said}, false)"),
        ("same", f"(email_l = email_r and mailbox_l is not null) or {engine.shares('emails')}"),
        ("role", engine.shares("role_emails")),
        ("provider", engine.shares("provider_forms")),
        ("close", " or ".join(close)),
        ("local", "telling_mailbox_l = telling_mailbox_r"),
        ("spelled", "mailbox_l = mailbox_r and length(mailbox_l) > 3"),
        ("different", ""),
    ]


def _address(engine: Engine) -> list[tuple[str, str]]:
    city = f"(city_l = city_r or {engine.alike('city_l', 'city_r')} >= 0.9)"
    place = f"coalesce(postcode_l = postcode_r or {city}, false)"
    postcode_slips = engine.slips("postcode_l", "postcode_r")
    near = f"({place} or coalesce({postcode_slips} <= 1, false))"
    is_far = f"((city_l is not null and city_r is not null) or {postcode_slips} > 1)"
    alike = engine.alike("replace(street_l, ' ', '')", "replace(street_r, ' ', '')")
    street = f"(street_l = street_r or {alike} >= 0.92 or {engine.includes('street_words')})"
    number_slips = engine.slips("number_l", "number_r")
    other_unit = "coalesce(unit_l <> unit_r, false)"
    same_house = f"({street} and number_l = number_r and not {other_unit})"
    close_house = (
        f"(({street} and (number_l is null or number_r is null or number_l = number_r)) or (number_l = number_r and {alike} >= 0.8)"
        f" or ({street} and length(number_l) > 1 and length(number_r) > 1 and {number_slips} <= 1))"
    )
    return [
        (SILENT, f"(street_l is null or street_r is null) and not {place} and not coalesce({is_far}, false)"),
        ("same", f"{same_house} and {place}"),
        ("same_street", same_house),
        ("close", f"{close_house} and {near}"),
        ("street", f"{close_house} or ({street} and {near})"),
        ("postcode", "postcode_l = postcode_r"),
        ("city", city),
        ("different", ""),
    ]


def _unknown(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _mistyped(engine: Engine, column: str) -> str:
    left, right = f"{column}_l", f"{column}_r"
    return f"(length({left}) > 3 and length({right}) > 3 and {engine.slips(left, right)} <= 1)"


def _sounds(engine: Engine, column: str) -> str:
    left, right = f"{column}_l", f"{column}_r"
    return f"({column}_sound_l = {column}_sound_r and length({column}_sound_l) > 1 and {engine.alike(left, right)} >= 0.75)"


def _overlap(engine: Engine, one: str, other: str) -> str:
    return engine.overlap(f"{one}_l", f"{other}_r")

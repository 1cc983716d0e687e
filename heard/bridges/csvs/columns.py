"""What a column says of somebody, guessed from its heading and its values; people correct it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from heard.bridges.csvs.tables import Beginning
from heard.lib.tables import plain_heading

FIELDS = {
    "number": _("customer number"),
    "name": _("whole name"),
    "prefix": _("title"),
    "given": _("first name"),
    "middle": _("middle name"),
    "family": _("last name"),
    "suffix": _("suffix of the name"),
    "email": _("e-mail addresses"),
    "phone": _("telephone numbers"),
    "address": _("whole postal address"),
    "street": _("street"),
    "house": _("house number"),
    "extra": _("rest of the address"),
    "postcode": _("postcode"),
    "town": _("town"),
    "region": _("region"),
    "country": _("country"),
    "birth_date": _("date of birth"),
    "organisation": _("organisation"),
    "language": _("language"),
    "handle": _("name on a network"),
    "id": _("number in another system"),
    "changed_at": _("when it was last changed"),
}
SEVERAL = {"email", "phone", "handle", "id", "address"}
"""What more than one column may say; of the others the first column that has a value counts."""

_HEADINGS: dict[str, str] = {
    "number": "number, customer number, customer no, customer id, contact id, client id, person number, record id, id, uid, número, "
    "número de cliente, kundennummer, kunden nr, numéro client, código, external id",
    "name": "name, full name, display name, contact, contact name, customer, customer name, client, nombre completo, kunde, file as, nom complet, "
    "cliente",
    "prefix": "prefix, name prefix, title, salutation, tratamiento, anrede, civilité",
    "given": "given, given name, first name, firstname, forename, nombre, vorname, prénom, nome",
    "middle": "middle, middle name, additional name, segundo nombre",
    "family": "family, family name, last name, lastname, surname, apellidos, apellido, nachname, nom, nom de famille, cognome, sobrenome",
    "suffix": "suffix, name suffix",
    "email": "email, e-mail, mail, email address, e-mail address, email value, e mail value, primary email, other emails, work email, "
    "personal email, correo, correo electrónico, courriel, adresse e-mail, email addresses, secondary email",
    "phone": "phone, telephone, phone number, tel, mobile, mobile phone, cell, cell phone, home phone, business phone, work phone, phone value, "
    "primary phone, other phones, teléfono, móvil, telefon, handy, téléphone, telefono, default address phone, company main phone",
    "address": "address, postal address, full address, address formatted, home address, mailing address, other addresses, dirección, anschrift, adresse",
    "street": "street, street address, address line, address street, home street, business street, default address address, street and number, calle, "
    "strasse, straße, rue, mailing street, billing street, shipping street",
    "house": "house, house number, hausnummer, número de casa, portal",
    "extra": "extra, address extended address, apartment, flat, floor, unit, piso, rest of the address",
    "postcode": "postcode, postal code, zip, zip code, post code, address postal code, home postal code, business postal code, default address zip, "
    "código postal, cp, plz, postleitzahl, code postal, mailing zip, billing zip, cap",
    "town": "town, city, address city, home city, business city, default address city, ciudad, población, localidad, ort, stadt, ville, mailing city, "
    "billing city, città, place",
    "region": "region, state, province, county, address region, home state, business state, default address province code, provincia, bundesland, "
    "mailing state, state region",
    "country": "country, address country, home country, home country region, business country region, default address country code, país, land, pays, "
    "country region, mailing country",
    "birth_date": "birth date, date of birth, birthday, birthdate, dob, born, fecha de nacimiento, geburtsdatum, geburtstag, date de naissance",
    "organisation": "organisation, organization, company, company name, organization name, organisation name, account name, employer, empresa, firma, "
    "société, default address company, azienda",
    "language": "language, locale, preferred language, idioma, sprache, langue",
    "handle": "handle, twitter, x, twitter handle, instagram, instagram handle, facebook, linkedin, telegram, whatsapp, mastodon, bluesky, skype",
    "id": "tax id, vat, vat number, vat id, nif, dni, cif, tax number, national id, passport, loyalty card, loyalty number, steuernummer, ust id",
    "changed_at": "changed at, updated at, modified, last modified, last modified date, modified date, date modified, last updated, rev, "
    "fecha de modificación, geändert am",
}  # fmt: skip
_BY_HEADING = {plain_heading(alias): field for field, aliases in _HEADINGS.items() for alias in aliases.split(",")}
_COUNT = re.compile(r"\d+")


def guessed(beginning: Beginning) -> list[str]:
    """For each column what it says, one of FIELDS, or "" for what we make nothing of."""
    found = [_by_heading(heading) for heading in beginning.headings]
    for column, field in enumerate(found):
        if not field:
            found[column] = _by_values(beginning.samples(column, most=20))
    taken: set[str] = set()
    for column, field in enumerate(found):
        if field and field not in SEVERAL and field in taken:
            found[column] = ""
        taken.add(field)
    return found


def usable(mapping: Sequence[str]) -> bool:
    """Whether anybody could be told from another by these columns: a number, a way to reach them, or a name with a place or birthday."""
    fields = set(mapping)
    named = bool(fields & {"name", "given", "family"})
    return bool(fields & {"number", "email", "phone", "handle"}) or (
        named and bool(fields & {"address", "street", "postcode", "birth_date"})
    )


def _by_heading(heading: str) -> str:
    plain = plain_heading(heading)
    return _BY_HEADING.get(plain) or _BY_HEADING.get(_COUNT.sub("", plain), "")


def _by_values(samples: list[str]) -> str:
    """Addresses give themselves away; a number may be anything."""
    with_at = sum(1 for sample in samples if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", sample))
    return "email" if samples and with_at >= len(samples) * 0.8 else ""

"""Colleagues, teams, mailboxes and opening hours of the demo company, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from heard.accounts.models import Membership, Team, User
from heard.channels.email.models import Mailbox
from heard.channels.email.services.mailboxes import add_mailbox
from heard.demo.company import DOMAIN, NAME, PASSWORD, Company
from heard.demo.year import LONDON, MADRID, holidays
from heard.lib.time import frozen_at
from heard.portal.services.front_doors import change_front_door
from heard.promises.services.policies import HOUR, ensure_defaults, save_calendar, save_policy

LEEDS_WEEK = [*[[["09:00", "18:00"]]] * 5, [["10:00", "16:00"]], []]
MADRID_WEEK = [*[[["09:00", "14:00"], ["15:30", "18:30"]]] * 5, [], []]


@dataclass(frozen=True, slots=True)
class Setting:
    """Rows by the keys that the generator uses."""

    users: dict[str, User]
    teams: dict[str, Team]
    boxes: dict[str, Mailbox]


@transaction.atomic
def make_setting(company: Company) -> Setting:
    """Make everybody and everything that stands still, a year before now."""
    with frozen_at(company.now - timedelta(days=370)):
        teams = {team.slug: Team.objects.create(name=team.name, is_department=team.is_department) for team in company.teams}
        users = _colleagues(company, teams)
        _hours(company, teams, users["omar"])
        change_front_door(company=NAME, phone="0113 496 0180", by=users["omar"])
        boxes = {
            box.key: add_mailbox(
                {
                    "name": f"{NAME} {box.name}".strip(),
                    "address": box.address,
                    "team": teams[box.team],
                    "language": "es" if box.key == "hola" else "en",
                    "signature": "{agent}, " + NAME,
                    "trusted_authserv_id": f"mx.{DOMAIN}",
                },
                by=users["omar"],
            )
            for box in company.boxes
        }
    return Setting(users, teams, boxes)


def _colleagues(company: Company, teams: dict[str, Team]) -> dict[str, User]:
    password = make_password(PASSWORD)  # hashed once: everybody has the same
    users = {}
    for each in company.staff:
        users[each.key] = User.objects.create(
            email=each.email, name=each.name, role=each.role, password=password, language="es" if each.language == "es" else "",
            time_zone="Europe/Madrid" if each.language == "es" else "Europe/London", is_away=each.key in company.away,
        )  # fmt: skip
        Membership.objects.bulk_create([Membership(team=teams[slug], user=users[each.key]) for slug in each.teams])
    return users


def _hours(company: Company, teams: dict[str, Team], by: User) -> None:
    """Leeds answers first letters within four hours of its own time, Madrid too, by its own clock and with its long lunch."""
    years = {company.now.year - 1, company.now.year, company.now.year + 1}
    ensure_defaults()
    save_calendar(
        "Office hours", _definition("Europe/London", LEEDS_WEEK, {day for year in years for day in holidays(year, LONDON)}), by=by
    )
    madrid = save_calendar(
        "Madrid", _definition("Europe/Madrid", MADRID_WEEK, {day for year in years for day in holidays(year, MADRID)}), by=by
    )
    save_policy("Respuestas", team=teams["espana"], first_reply=4 * HOUR, next_reply=8 * HOUR, calendar=madrid, by=by)


def _definition(zone: str, week: list, days: set) -> dict:
    return {"timezone": zone, "week": week, "holidays": sorted(day.isoformat() for day in days)}

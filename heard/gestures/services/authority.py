"""How much each role may give in a week."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Role, User
from heard.events import record_event
from heard.gestures.models import Authority
from heard.lib.errors import Refusal
from heard.lib.money import NotMoney, checked, known_currency
from heard.lib.time import now


class CannotBeAllowed(Refusal):
    """No amount, no currency, or a role that writes nothing."""


@transaction.atomic
def set_authority(role: str, *, amount: int, currency: str, by: User | None) -> Authority:
    """From now on everybody of `role` may give `amount` minor units in a week; the old row stays, ended. The same amount changes nothing."""
    try:
        currency, amount = known_currency(currency), checked(amount, currency)
    except NotMoney as problem:
        raise CannotBeAllowed(str(problem)) from None
    if role not in Role.values or role == Role.READER:
        raise CannotBeAllowed(_("Readers give nothing: they write to nobody."))
    if amount < 0:
        raise CannotBeAllowed(_("An amount for a week is nothing or more."))
    present = Authority.objects.select_for_update().filter(role=role, currency=currency, ended_at=None).first()
    if present is not None and present.amount == amount:
        return present
    moment = now()
    if present is not None:
        present.ended_at = moment
        present.save(update_fields=["ended_at"])
    made = Authority.objects.create(role=role, amount=amount, currency=currency, set_by=by, set_at=moment)
    record_event("authority.changed", made, actor=by, role=role, amount=amount, currency=currency.lower())
    return made

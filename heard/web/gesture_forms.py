"""What somebody gives, and what each role may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Role
from heard.conversations.forms import once_field
from heard.gestures.models import GestureKind
from heard.lib.money import EXPONENTS, NotMoney, in_words, known_currency, minor_units
from heard.purchases.models import Order, OrderLine


class GestureForm(forms.Form):
    """What is given, for what, and how much it is worth. Cleans to `amount` (minor units), `currency`, `order` and `line`."""

    once = once_field()
    kind = forms.ChoiceField(label=_("What you give"), choices=GestureKind.choices)
    thing = forms.ChoiceField(label=_("For"), required=False)
    worth = forms.CharField(
        label=_("Worth"), required=False, max_length=40, help_text=_("Empty: all that the item cost."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    currency = forms.CharField(required=False, max_length=3)

    def __init__(self, *args: Any, orders: Sequence[Order], currencies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = {str(order.pk): order for order in orders}
        self.lines = {str(line.pk): line for order in orders for line in order.lines.all()}
        self.currencies = list(dict.fromkeys([*currencies, *(order.currency for order in orders)]))
        things = self._things()
        self.fields["thing"].choices = [*things, ("", _("Nothing in particular"))]  # type: ignore[attr-defined]
        self.fields["thing"].initial = next((value for value, _label in things), "")
        if len(self.currencies) > 1:
            self.fields["currency"] = forms.ChoiceField(label=_("In"), required=False, choices=[(code, code) for code in self.currencies])
        else:
            self.fields["currency"].widget = forms.HiddenInput()

    def _things(self) -> list[tuple[str, str]]:
        found = []
        for pk, order in self.orders.items():
            lines = list(order.lines.all())
            found += [(f"line {line.pk}", f"{line.name} ({in_words(line.amount, order.currency)})") for line in lines]
            if len(lines) != 1:
                found.append((f"order {pk}", str(_("All of order %(number)s") % {"number": order.number})))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, _space, pk = cleaned.get("thing", "").partition(" ")
        line: OrderLine | None = self.lines.get(pk) if kind == "line" else None
        order: Order | None = line.order if line else self.orders.get(pk) if kind == "order" else None
        currency = order.currency if order else cleaned.get("currency") or next(iter(self.currencies), "")
        cleaned |= {"order": order, "line": line, "currency": currency}
        if not cleaned.get("worth"):
            cleaned["amount"] = _all_of_it(order, line)
            if not cleaned["amount"]:
                self.add_error("worth", _("Say how much it is worth."))
        else:
            try:
                cleaned["amount"] = minor_units(cleaned["worth"], known_currency(currency))
            except NotMoney as problem:
                self.add_error("worth", str(problem))
        return cleaned


def _all_of_it(order: Order | None, line: OrderLine | None) -> int:
    """What was charged and not given back yet, for a line or for the whole order; 0 for nothing in particular."""
    if order is None:
        return 0
    back = sum(refund.amount for refund in order.refunds.all() if line is None or refund.line_id == line.pk)
    return max((line.amount if line is not None else order.total) - back, 0)


class AuthorityForm(forms.Form):
    """What a role may give in a week. Cleans to `minor` and `currency`."""

    ROLES = [(role, label) for role, label in Role.choices if role != Role.READER]
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    amount = forms.CharField(
        label=_("In a week, without asking"), max_length=40, help_text=_("Nothing is 0. What was given this week already counts."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in sorted(EXPONENTS)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("amount") and cleaned.get("currency"):
            try:
                cleaned["minor"] = minor_units(cleaned["amount"], cleaned["currency"])
            except NotMoney as problem:
                self.add_error("amount", str(problem))
        return cleaned

"""What colleagues fill in to ask, and to answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team, User
from heard.conversations.forms import once_field
from heard.lib.time import now

LONGEST_QUESTION = 20_000
LONGEST_ANSWER = 100_000


class AskForm(forms.Form):
    """A question to somebody inside. `whom` is `team:3`, `user:5`, or empty when `address` says it."""

    NAMED = (
        ("two_hours", _("In two hours")),
        ("today", _("Today at 17:00")),
        ("tomorrow", _("Tomorrow at noon")),
        ("three_days", _("In three days")),
        ("week", _("In a week")),
    )
    once = once_field()
    whom = forms.ChoiceField(label=_("Whom do you ask?"), required=False)
    address = forms.EmailField(label=_("Or an address of the company"), required=False, max_length=254)
    is_outside_meant = forms.BooleanField(label=_("Yes, send the question outside the company"), required=False)
    question = forms.CharField(
        label=_("Your question"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_QUESTION, strip=True,
        error_messages={"required": _("There is no question yet. Write a sentence first.")},
    )  # fmt: skip
    due = forms.ChoiceField(label=_("Answer by"), choices=[*NAMED, ("at", _("Another time"))], initial="tomorrow")
    at = forms.DateTimeField(required=False, label=_("Another time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    include = forms.IntegerField(required=False, widget=forms.HiddenInput)
    show_customer = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, colleagues: Iterable[User], teams: Iterable[Team], domains: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.domains = domains
        self.users = {f"user:{user.pk}": user for user in colleagues}
        self.teams = {f"team:{team.pk}": team for team in teams}
        self.needs_confirmation = False
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose somebody")),
            (_("Departments and teams"), [(value, team.name) for value, team in self.teams.items()]),
            (_("Colleagues"), [(value, _away(user)) for value, user in self.users.items()]),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        whom, address = cleaned.get("whom", ""), cleaned.get("address", "")
        if bool(whom) == bool(address) and not self.has_error("whom") and not self.has_error("address"):
            self.add_error("whom", _("Choose one: somebody from the list, or an address.") if whom else _("Say whom you ask."))
        cleaned["user"], cleaned["team"] = self.users.get(whom), self.teams.get(whom)
        self._ask_about_outsiders(address, is_meant=bool(cleaned.get("is_outside_meant")))
        if cleaned.get("due") == "at" and not cleaned.get("at"):
            self.add_error("at", _("Say a day and an hour."))
        elif cleaned.get("due"):
            cleaned["due_at"] = cleaned["at"] if cleaned["due"] == "at" else _named_moment(cleaned["due"], timezone.localtime(now()))
            if cleaned["due_at"] <= now():
                self.add_error("at" if cleaned["due"] == "at" else "due", _("That moment has passed. Choose a later one."))
        return cleaned

    def _ask_about_outsiders(self, address: str, *, is_meant: bool) -> None:
        """A mistyped address would tell a stranger; a supplier may be meant."""
        domain = address.rpartition("@")[2].lower()
        if not address or self.domains is None or domain in set(self.domains):
            return
        self.needs_confirmation = True
        if not is_meant:
            self.add_error("address", _("Nobody at %(domain)s works here, as far as we know. Is it meant?") % {"domain": domain})


class AnswerForm(forms.Form):
    """What somebody knows; with a name where the link alone does not tell who it is."""

    once = once_field()
    text = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 6}), max_length=LONGEST_ANSWER, strip=True,
        error_messages={"required": _("There is no answer yet. Write a sentence first.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, asks_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_name:
            del self.fields["name"]


def _away(user: User) -> str:
    return f"{user.name} ({_('away')})" if user.is_away else user.name


def _named_moment(name: str, local: datetime) -> datetime:
    """In the asker's own time zone."""
    if name == "two_hours":
        return local + timedelta(hours=2)
    if name == "today":
        return local.replace(hour=17, minute=0, second=0, microsecond=0)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days={"tomorrow": 1, "three_days": 3, "week": 7}[name])

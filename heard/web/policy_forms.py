"""What a lead fills in: how soon we answer, and when we are open."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.lib.calendars import BusinessCalendar, CalendarIsWrong
from heard.promises.models import Calendar, Policy

HOUR = 3600
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
INTERVAL = re.compile(r"^(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})$")


class PolicyForm(forms.Form):
    """Business hours until the first reply, and until each next one."""

    first_reply = forms.DecimalField(
        label=_("First reply within"), min_value=0, max_value=1000, decimal_places=2, help_text=_("business hours")
    )
    next_reply = forms.DecimalField(
        label=_("Each next reply within"), min_value=0, max_value=1000, decimal_places=2, help_text=_("business hours")
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "first_reply": policy.first_reply_business_seconds / HOUR,
            "next_reply": policy.next_reply_business_seconds / HOUR,
        }
        super().__init__(*args, **kwargs)

    def seconds(self, name: str) -> int:
        """A cleaned field in business seconds."""
        return int(self.cleaned_data[name] * HOUR)


class CalendarForm(forms.Form):
    """Opening hours by day, several intervals a day if need be, and the days on which nobody is there."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in sorted(available_timezones())])
    holidays = forms.CharField(
        label=_("Closed on"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000,
        help_text=_("One day a line, as in 2026-12-25."),
    )  # fmt: skip

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        definition = calendar.definition
        initial = {"timezone": definition["timezone"], "holidays": "\n".join(definition.get("holidays", []))}
        initial |= {f"day{number}": ", ".join(f"{start}–{end}" for start, end in day) for number, day in enumerate(definition["week"])}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for number, name in enumerate(DAYS):
            help_text = _("As in 09:00–12:30, 13:30–18:00. Empty: closed.") if number == 0 else ""
            self.fields[f"day{number}"] = forms.CharField(label=name, required=False, max_length=200, help_text=help_text)
        self.order_fields(["timezone", *(f"day{number}" for number in range(7)), "holidays"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        week = [self._intervals(f"day{number}") for number in range(7)]
        holidays = self._days(cleaned.get("holidays", ""))
        if self.errors:
            return cleaned
        definition = {"timezone": cleaned["timezone"], "week": week, "holidays": holidays}
        try:
            cleaned["definition"] = BusinessCalendar.from_json(definition).to_json()
        except CalendarIsWrong as problem:
            raise ValidationError(str(problem)) from problem
        return cleaned

    def _intervals(self, name: str) -> list[list[str]]:
        found = []
        for part in filter(None, (part.strip() for part in self.cleaned_data.get(name, "").split(","))):
            match = INTERVAL.match(part)
            if match is None:
                self.add_error(name, _("“%(text)s” is not a time of day. Write it like 09:00–17:30.") % {"text": part})
                return []
            found.append([match[1].zfill(5), match[2].zfill(5)])
        return found

    def _days(self, text: str) -> list[str]:
        days = []
        for line in filter(None, (line.strip() for line in text.splitlines())):
            try:
                days.append(date.fromisoformat(line).isoformat())
            except ValueError:
                self.add_error("holidays", _("“%(text)s” is not a day. Write it like 2026-12-25.") % {"text": line})
                return []
        return sorted(set(days))

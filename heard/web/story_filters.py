"""What of a story somebody wants to see, and from where on: read from the page's address."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from heard.timeline.models import Direction, Stage
from heard.timeline.story import EVERYTHING, Place, Wanted

PURCHASES = ("order", "return", "refund")
SAID = Wanted(directions=("in",), but_kinds=PURCHASES)
"""Their own words: what a shop wrote of their orders is none of theirs."""
WHAT = {
    "said": (_("What they said"), SAID),
    "we": (_("What we wrote"), Wanted(directions=("out",))),
    "notes": (_("Notes between colleagues"), Wanted(directions=("internal",))),
    "bought": (_("What they bought"), Wanted(kinds=PURCHASES)),
    "told": (_("What came of it, as we told them"), Wanted(kinds=("telling",))),
    "promised": (_("What we promised"), EVERYTHING),
}
SHORTCUTS = ("", "said", "bought", "promised", "notes")
SHORT_NAMES = {"": _("Everything"), "said": _("Said"), "bought": _("Bought"), "promised": _("Promised"), "notes": _("Notes")}
CHANNELS = {
    "email": _("e-mail"),
    "form": _("a form"),
    "portal": _("their page"),
    "note": _("a note"),
    "order": _("an order"),
    "phone": _("telephone"),
    "chat": _("chat"),
    "visit": _("a visit"),
    "forum": _("the community"),
}
MARK = "~"


class StoryForm(forms.Form):
    """The narrowing of a story, as a GET form. Places that nobody can read begin at the newest."""

    what = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Everything")), *((key, name) for key, (name, _w) in WHAT.items())]
    )
    channel = forms.ChoiceField(label=_("By which way"), required=False, choices=[("", _("Any")), *CHANNELS.items()])
    direction = forms.ChoiceField(label=_("Between whom"), required=False, choices=[("", _("Anybody")), *Direction.choices])
    stage = forms.ChoiceField(label=_("At which stage"), required=False, choices=[("", _("Any")), *Stage.choices])
    on = forms.DateField(
        label=_("Up to this day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("This is not a day. Write it like 2026-03-02.")},
    )  # fmt: skip
    before = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    @property
    def values(self) -> dict[str, Any]:
        """What was asked for, as far as it could be understood."""
        self.is_valid()
        return self.cleaned_data

    @property
    def what_wanted(self) -> str:
        return self.values.get("what") or ""

    @property
    def is_in_use(self) -> bool:
        """Whether anything of the form itself is chosen, or wrong."""
        return any(self.data.get(name) for name in ("what", "channel", "direction", "stage", "on"))

    @property
    def is_narrowed(self) -> bool:
        """Whether more than `what` is chosen: then promises, which have no channel or stage, are not told among the rest."""
        return any(self.values.get(name) for name in ("channel", "direction", "stage"))

    @property
    def wanted(self) -> Wanted:
        base = WHAT[self.what_wanted][1] if self.what_wanted else EVERYTHING
        values = self.values
        direction = (values["direction"],) if values.get("direction") else ()
        if direction and base.directions and direction != base.directions:
            direction = ("nothing",)  # what they said, from us: there is no such thing
        return Wanted(
            kinds=base.kinds,
            but_kinds=base.but_kinds,
            directions=direction or base.directions,
            channels=(values["channel"],) if values.get("channel") else (),
            stages=(values["stage"],) if values.get("stage") else (),
        )

    @property
    def before_place(self) -> Place | None:
        """Where the page begins: the place, or the end of the day."""
        place = read_place(self.values.get("before") or "")
        day = self.values.get("on")
        if place is None and day is not None:
            return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)), 0
        return place

    @property
    def after_place(self) -> Place | None:
        return read_place(self.values.get("after") or "")

    def address(self, **changes: str) -> str:
        """The same choice with changes, as a query; without the places."""
        kept = {name: self.data.get(name, "") for name in ("what", "channel", "direction", "stage")} | changes
        return "?" + urlencode({name: value for name, value in kept.items() if value})


def place_mark(place: Place | None) -> str:
    """A place as it stands in an address; "" for none."""
    return f"{place[0].isoformat()}{MARK}{place[1]}" if place else ""


def read_place(text: str) -> Place | None:
    """A place from an address; None for what is none. A moment alone is where old addresses point."""
    moment_text, _mark, number = text.partition(MARK)
    try:
        moment = parse_datetime(moment_text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment, int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0

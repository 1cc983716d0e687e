"""What the components page shows: each part in each of its states, at moments around now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.lib.time import now
from heard.ui.notices import Notice

# What people say in the examples: in their own language, so it is not translated.
SAID = {
    "ada": "Ada Whitfield",
    "alice": "Alice Moreno",
    "bob": "Bob Lindqvist",
    "tomas": "Tomás Herrera",
    "eleanor": "Eleanor Voss",
    "caller": "+44 113 496 0117",
    "poles": "Replacement poles have not arrived",
    "nothing_came": "Nothing came on Tuesday, and I leave for Snowdonia on Saturday morning.",
    "refund": "Reembolso de la tienda Fells 2",
    "refund_words": "Me dijeron que el dinero estaría en mi cuenta el lunes y aún no lo veo.",
    "wax": "Waxing the Harrier jacket again",
    "wax_answer": "We asked the maker whether the old wax needs to come off first.",
    "scanner": "scanner@leeds.example",
    "second_pair": "Good morning, this is the second pair.",
    "lock_slips": "The lower lock slips on every wet descent",
    "gave_way": ", and last weekend it gave way while my full weight was on it.",
    "quoted": "On Monday you wrote: it will be posted by Tuesday.",
    "file": "lock-slipping.jpg",
    "answer": "Dear Ada, that must have been a fright, and twice is twice too often. I am sending you a new pair with the screw lock.",
    "note": "The whole lot with screw locks is held for inspection since Monday, nobody told us.",
    "address": "ada@example.org",
    "trust": "“I have stopped trusting them.”",
    "hold": "I do not need the money back. I need poles that hold.",
    "first": "Alice",
    "large": "24.1 MB",
    "small": "1.2 MB",
}


@dataclass(frozen=True, slots=True)
class Tab:
    name: Any
    url: str
    count: int | None = None
    is_here: bool = False
    tone: str = ""


class ExampleForm(forms.Form):
    """Every kind of field once."""

    name = forms.CharField(label=_("Name customers see"), help_text=_("As they read it in their mail."))
    day = forms.CharField(label=_("By when"))
    owner = forms.ChoiceField(label=_("Owed by"), choices=[("leeds", "Leeds"), ("warehouse", _("Warehouse"))])
    words = forms.CharField(label=_("Signature"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    file = forms.FileField(label=_("A photo"), required=False)
    shown = forms.BooleanField(label=_("Show on the customer’s page that this is with our warehouse"), required=False)
    reach = forms.ChoiceField(label=_("Reach by"), choices=[("email", _("E-mail")), ("phone", _("Telephone"))], widget=forms.RadioSelect)

    def clean_day(self) -> str:
        if self.cleaned_data["day"] == "soon":
            raise forms.ValidationError(_("“Soon” is not a date. Say a day, like “Friday”."))
        return str(self.cleaned_data["day"])


def filled_form() -> ExampleForm:
    form = ExampleForm({"name": "Tarn & Trail", "day": "soon", "owner": "leeds", "shown": "on", "reach": "email"}, auto_id="example_%s")
    form.is_valid()
    return form


def examples() -> dict[str, Any]:
    """The context of `ui/components.html`."""
    moment = now()
    return {
        "said": SAID,
        "form": filled_form(),
        "notices": notices(),
        "tabs": [
            Tab(_("Waiting on us"), "#", 7, is_here=True, tone="late"),
            Tab(_("Mine"), "#", 4),
            Tab(_("All"), "#", 1284),
            Tab(_("Closed"), "#"),
        ],
        "colours": ["kept", "due-soon", "late", "waiting", "note", "promise", "signal", "improvement"],
        **moments_around(moment),
    }


def moments_around(moment: datetime) -> dict[str, datetime]:
    return {
        "moment": moment,
        "hours_ago": moment - timedelta(hours=1, minutes=44),
        "earlier": moment - timedelta(hours=3, minutes=36),
        "tomorrow": moment + timedelta(days=1),
        "last_week": moment - timedelta(days=7),
        "last_year": moment - timedelta(days=400),
    }


def notices() -> list[Notice]:
    return [
        Notice(str(_("Bob is writing to Ada too.")), str(_("He began a minute ago."))),
        Notice(str(_("Closed.")), str(_("Ada was answered today.")), "kept", undo="#"),
        Notice(str(_("You are offline.")), str(_("What you write stays here.")), "soon"),
        Notice(str(_("This conversation is closed. Reopen it to reply.")), tone="late", link="#", link_name=str(_("Reopen"))),
    ]

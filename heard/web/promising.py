"""The promise in the reply box: its form, and what it finds in the words that are being written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team, User
from heard.accounts.selectors import all_teams, colleagues_who_read
from heard.conversations.models import Conversation
from heard.lib.calendars import BusinessCalendar
from heard.lib.dates import find_moments, read_moment
from heard.lib.time import now
from heard.promises.models import Promise
from heard.promises.selectors import calendar_of, policy_for, promises_in
from heard.promises.services.answers import Word
from heard.promises.services.byhand import LONGEST
from heard.ui.moments import moment_in_words
from heard.web.owed import waiting_date

PREFIX = "promise"
"""Of the fields in the reply box."""
BESIDE = "owe"
"""Of the fields beside the conversation, which tell nobody."""


class MomentField(forms.CharField):
    """A moment in people's words; cleans to the moment itself. `calendar` says when a day without an hour ends."""

    calendar: BusinessCalendar

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        words = super().clean(value)
        if not words:
            return None
        moment = moment_read(words, self.calendar)
        if moment is None:
            raise forms.ValidationError(
                _("“%(words)s” is not a moment to come. Say a day, like “Friday”, or a day and an hour.") % {"words": words[:60]},
                code="invalid",
            )
        return moment


class PromisingForm(forms.Form):
    """What a reply promises, moves, tells and keeps. Nothing is asked for when nothing is promised."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    text = forms.CharField(label=_("We owe"), required=False, max_length=LONGEST)
    owner = forms.ChoiceField(label=_("Owed by"), required=False)
    by = MomentField(label=pgettext_lazy("by when", "By"), required=False, max_length=120)
    moves = forms.ChoiceField(label=_("A new promise, or a new date?"), required=False)
    keeps = forms.MultipleChoiceField(label=_("This reply keeps"), required=False, widget=forms.CheckboxSelectMultiple)
    tells = forms.MultipleChoiceField(label=_("The mail will also say"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        conversation: Conversation,
        actor: User,
        promises: Sequence[Promise],
        colleagues: Sequence[User],
        teams: Sequence[Team],
        **kwargs: Any,
    ):
        kwargs.setdefault("prefix", PREFIX)
        super().__init__(*args, **kwargs)
        self.by_hand = {str(promise.pk): promise for promise in promises if promise.is_by_hand and promise.is_open}
        self.owners = _owners(actor, colleagues, teams)
        choices: dict[str, Any] = {
            "owner": [(key, str(who)) for key, who in self.owners.items()],
            "moves": [
                ("", _("A new promise")),
                *((key, _("New date: %(what)s") % {"what": one.text}) for key, one in self.by_hand.items()),
            ],
            "keeps": [(key, one.text) for key, one in self.by_hand.items()],
            "tells": [(key, _to_tell(one)) for key, one in self.by_hand.items() if is_untold(one)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields["owner"].initial = f"u{actor.pk}"
        # A date that was moved and not told still counts as it was: telling is what is meant to happen.
        self.fields["tells"].initial = [key for key, one in self.by_hand.items() if one.told_at and waiting_date(one)]
        self._team = conversation.team_id

    def full_clean(self) -> None:
        if self.is_bound:
            self.fields["by"].calendar = calendar_of(policy_for(self._team))  # type: ignore[attr-defined]
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wanted, by = cleaned.get("text") or cleaned.get("moves"), cleaned.get("by")
        if wanted and by is None and "by" not in self.errors:
            self.add_error("by", _("Say by when: a day, like “Friday”."))
        if by is not None and not wanted and "text" not in self.errors:
            self.add_error("text", _("Say in a few words what we owe."))
        return cleaned

    @property
    def is_used(self) -> bool:
        """Whether anything stands in the three fields, right or wrong: then they are shown open."""
        return bool(self["text"].value() or self["by"].value() or (self.is_bound and self["moves"].value()))

    def word(self) -> Word:
        """What a valid form means."""
        values = self.cleaned_data
        owner = self.owners.get(values.get("owner") or "")
        return Word(
            text=values["text"],
            due_at=values["by"],
            owed_by=owner if isinstance(owner, User) else None,
            owed_by_team=owner if isinstance(owner, Team) else None,
            moves=self.by_hand.get(values["moves"]),
            tells=[self.by_hand[key] for key in values["tells"]],
            keeps=[self.by_hand[key] for key in values["keeps"]],
        )


def promising_form(
    actor: User,
    conversation: Conversation,
    *,
    promises: Sequence[Promise] | None = None,
    colleagues: Sequence[User] | None = None,
    teams: Sequence[Team] | None = None,
    **given: Any,
) -> PromisingForm:
    """The form for a conversation. Four queries at most: what is loaded already is not asked for again."""
    return PromisingForm(
        given.pop("data", None),
        conversation=conversation,
        actor=actor,
        promises=promises_in(conversation) if promises is None else promises,
        colleagues=colleagues_who_read(conversation.audience_id) if colleagues is None else colleagues,
        teams=all_teams() if teams is None else teams,
        **given,
    )


def is_untold(promise: Promise) -> bool:
    """Whether the customer does not know of an open promise, or not of its newest date."""
    return promise.told_at is None or waiting_date(promise) is not None


def _to_tell(promise: Promise) -> str:
    when = waiting_date(promise) or promise.due_at
    return _("%(what)s, by %(when)s") % {"what": promise.text, "when": moment_in_words(when, now=now(), style="exact")}


def _owners(actor: User, colleagues: Sequence[User], teams: Sequence[Team]) -> dict[str, User | Team]:
    """Who may owe: oneself first, then colleagues who read the conversation, then every department and team."""
    others = [user for user in colleagues if user.pk != actor.pk]
    return {f"u{user.pk}": user for user in [actor, *others]} | {f"t{team.pk}": team for team in teams}


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment that was found in the words being written: the clause it stands in, a first draft of what is owed, and the moment."""

    clause: str
    what: str
    at: datetime

    @property
    def when(self) -> str:
        return moment_in_words(self.at, now=now(), style="exact")


CLAUSE = re.compile(
    r"[.!?;:\n]|,\s(?=(?:so|and|but|y|pero|así)\b)|\s(?=(?:and|so|but)\s(?:it|we|i|they|you)\b)|\s(?=(?:y|pero|así\sque)\s(?:lo|la|le|se|nos)\b)",
    re.IGNORECASE,
)
STARTS = re.compile(
    r"^(?:(?:and|so|but|then|y|pero|así que|it|this|they|we|i|you)\b[\s,]*|(?:will|shall|'ll|’ll|am going to|are going to|have|it's|it’s)\b\s*|['’]ll\s+)+",
    re.IGNORECASE,
)


def offers_in(text: str, conversation: Conversation, *, dismissed: Sequence[str] = ()) -> list[Offer]:
    """What of `text` sounds like a promise, in order, without the clauses that somebody said are none."""
    calendar = calendar_of(policy_for(conversation.team_id))
    found = find_moments(text, now=now(), zone=timezone.get_current_timezone(), calendar=calendar, is_day_first=_is_day_first())
    offers = []
    for one in found:
        clause = _clause(text, one.start, one.end)
        if clause not in dismissed:
            offers.append(Offer(clause, _draft_of(clause, one.words), one.at))
    return offers


def moment_read(words: str, calendar: BusinessCalendar) -> datetime | None:
    """What somebody typed into a field, in their own time zone; None when it is no moment to come."""
    return read_moment(words, now=now(), zone=timezone.get_current_timezone(), calendar=calendar, is_day_first=_is_day_first())


def posted_offer(data: Mapping[str, Any]) -> dict[str, str]:
    """The initial values of the form for an offer that was taken: as they were shown, so nothing else is promised."""
    return {"text": str(data.get("what", ""))[:LONGEST], "by": str(data.get("when", ""))[:120]}


def _clause(text: str, start: int, end: int) -> str:
    """The words around a moment, back to where their clause begins."""
    before = text[max(0, start - 160) : start]
    cuts = [match.end() for match in CLAUSE.finditer(before)]
    return " ".join((before[cuts[-1] if cuts else 0 :] + text[start:end]).split())[-200:]


def _draft_of(clause: str, moment: str) -> str:
    """What is owed, as far as it stands before the moment: the writer puts it right."""
    words = STARTS.sub("", clause.removesuffix(" ".join(moment.split()))).strip(" ,-–")
    return words[:1].upper() + words[1:] if words else ""


def _is_day_first() -> bool:
    return (get_language() or "").startswith("es")

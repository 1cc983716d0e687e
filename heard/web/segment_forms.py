"""A segment's rule as a form that works without scripts, who looks after its people, and handing them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.accounts.models import Role, Team, User
from heard.conversations.forms import once_field
from heard.people.attributes import SUBJECTS, Fold
from heard.people.segment_rules import MOST_CONDITIONS, Condition, Rule, WrongRule, choices, parse_condition, value_typed

SPARE = 2
"""Empty lines below those that are filled."""


@dataclass(slots=True)
class Line:
    """One condition as it stands in the form: the chosen question, what was written beside it, and what is wrong with it."""

    question: str = ""
    value: str = ""
    error: str = ""


class SegmentForm(forms.Form):
    """Name, conditions and owner. Cleans to `rule`, `owner` and `owner_team`; `lines` are what the page shows again."""

    once = once_field()
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    match = forms.ChoiceField(
        label=gettext_lazy("Who is in it"),
        choices=[("all", gettext_lazy("Whoever fits all of these conditions")), ("any", gettext_lazy("Whoever fits one of them"))],
        initial="all", widget=forms.RadioSelect,
    )  # fmt: skip
    face = forms.ChoiceField(
        label=gettext_lazy("Who looks after them"), required=False,
        help_text=gettext_lazy("Whoever was given somebody by hand keeps them."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=gettext_lazy("Place among the segments that name somebody"), min_value=1, max_value=9999, initial=100,
        help_text=gettext_lazy("Of two segments that name different people for the same customer, the smaller number counts."),
    )  # fmt: skip

    def __init__(self, *args: Any, segments: Mapping[int, str], rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segments = segments
        self.fields["face"].choices = face_choices(gettext_lazy("Nobody: it names no one"))  # type: ignore[attr-defined]
        self.lines = self._posted() if self.is_bound else self._kept(rule)

    @property
    def questions(self) -> list[tuple[str, Any]]:
        """Everything that can be asked; other segments are asked for by name."""
        asked = [(code, label) for code, label in choices() if SUBJECTS[code.partition(":")[0]].fold is not Fold.SEGMENT]
        for number, name in self.segments.items():
            asked.append((f"segment:is:{number}", format_lazy("{what}: {name}", what=gettext_lazy("In the segment"), name=name)))
            asked.append((f"segment:is_not:{number}", format_lazy("{what}: {name}", what=gettext_lazy("Not in the segment"), name=name)))
        return asked

    def _posted(self) -> list[Line]:
        """What was sent. A line whose question was emptied is gone; a button for one more adds an empty one."""
        lines = []
        for number in range(MOST_CONDITIONS):
            question, value = self.data.get(f"question-{number}", ""), self.data.get(f"value-{number}", "")
            if question or value:
                lines.append(Line(question[:80], value[:300]))
        return lines

    def _kept(self, rule: Rule | None) -> list[Line]:
        return [_line(one) for one in rule.conditions] if rule else []

    @property
    def shown_lines(self) -> list[Line]:
        """The lines, and empty ones to go on with."""
        return [*self.lines, *(Line() for _spare in range(min(SPARE, MOST_CONDITIONS - len(self.lines))))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        conditions = [one for one in (self._understood(line, number) for number, line in enumerate(self.lines)) if one is not None]
        if "once" in self.errors:
            self.add_error(None, _("This page is too old. Save it once more."))
            self.data = {name: self.data.get(name) for name in self.data} | {"once": str(uuid4())}
        if any(line.error for line in self.lines):
            self.add_error(None, _("A condition cannot be understood: look at the marked ones."))
        elif not conditions:
            self.add_error(None, _("Add at least one condition: an empty rule would mean nobody."))
        cleaned["rule"] = Rule(cleaned.get("match") or "all", tuple(conditions))
        cleaned["owner"], cleaned["owner_team"] = face_of(cleaned.get("face", ""))
        return cleaned

    def _understood(self, line: Line, number: int) -> Condition | None:
        what, _colon, rest = line.question.partition(":")
        how, _colon, inner = rest.partition(":")
        try:
            if line.question not in dict(self.questions):
                raise WrongRule(_("Choose what to ask."), number)
            return parse_condition(what, how, inner or line.value, number)
        except WrongRule as wrong:
            line.error = wrong.message
            return None


def _line(condition: Condition) -> Line:
    code = f"{condition.what}:{condition.how}"
    if condition.subject.fold is Fold.SEGMENT:
        return Line(f"{code}:{condition.value}")
    return Line(code, value_typed(condition))


def colleagues() -> list[User]:
    """Who can look after customers. One query."""
    return list(User.objects.filter(is_active=True, is_program=False).exclude(role=Role.READER).order_by("name"))


def face_choices(nobody: Any, *, besides: User | None = None) -> list[Any]:
    """Colleagues and teams to choose from. Two queries."""
    users = [(f"user:{one.pk}", one.name) for one in colleagues() if besides is None or one.pk != besides.pk]
    teams = [(f"team:{one.pk}", one.name) for one in Team.objects.filter(is_department=False).order_by("name")]
    return [("", nobody), (gettext_lazy("Colleagues"), users), (gettext_lazy("Teams"), teams)]


def face_value(user_id: int | None, team_id: int | None) -> str:
    """How a choice is spelled."""
    return f"user:{user_id}" if user_id else f"team:{team_id}" if team_id else ""


def face_of(value: str) -> tuple[User | None, Team | None]:
    """The colleague or the team of a choice; both None for nobody. One query."""
    kind, _colon, number = value.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return None, None
    if kind == "user":
        return User.objects.filter(pk=int(number)).first(), None
    return None, Team.objects.filter(pk=int(number)).first()


class FaceForm(forms.Form):
    """Who looks after one person."""

    face = forms.ChoiceField(label=gettext_lazy("Who looks after them"))
    reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=300, help_text=gettext_lazy("Colleagues read it beside the name.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["face"].choices = face_choices(gettext_lazy("Choose a colleague or a team"))  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom somebody's customers go."""

    once = once_field()
    face = forms.ChoiceField(label=gettext_lazy("To"))
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["face"].choices = face_choices(gettext_lazy("Choose a colleague or a team"), besides=giver)  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """From when until when somebody is away (days of their own calendar, the last one included), and who stands in."""

    starts_on = forms.DateField(label=gettext_lazy("First day away"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=gettext_lazy("Last day away"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until you say otherwise."),
    )  # fmt: skip
    cover = forms.ChoiceField(
        label=gettext_lazy("Who stands in"), required=False,
        help_text=gettext_lazy("Gets what your customers begin, where they may read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(str(one.pk), one.name) for one in colleagues() if one.pk != user.pk]
        self.fields["cover"].choices = [("", gettext_lazy("Nobody: the team’s inbox")), *others]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day away cannot be before the first."))
        if ends and ends < timezone.localdate():
            self.add_error("ends_on", _("That day has passed."))
        cleaned["starts_at"] = _midnight(starts) if starts else None
        cleaned["ends_at"] = _midnight(ends + timedelta(days=1)) if ends else None
        number = cleaned.get("cover") or ""
        cleaned["cover"] = User.objects.filter(pk=int(number)).first() if number else None
        return cleaned


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))

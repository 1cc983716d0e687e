"""What a person's page shows: who this is, what we owe, what staff should know, their time line, what they own and felt last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.accounts.models import Access, User
from heard.accounts.selectors import readable_audience_ids
from heard.insights.selectors import felt_last
from heard.lib.prepared import prepared
from heard.lib.time import now
from heard.people.models import Identity, IdentityAudience, LinkDecision
from heard.people.selectors import Person
from heard.people.together import called, heads_ups_of, homes_of
from heard.promises.models import Promise
from heard.promises.selectors import kept_to, owed_to
from heard.purchases.selectors import order_numbers, orders_with, owned_of
from heard.timeline.models import Division
from heard.timeline.story import story_page
from heard.web.facing import face_of_person
from heard.web.owed import promise_view
from heard.web.purchases import shown_orders
from heard.web.story import StoryLine, story_lines
from heard.web.story_filters import SAID, SHORT_NAMES, SHORTCUTS, StoryForm, place_mark
from heard.web.timeline import Timeline, timeline_of

ORDERS = 2
STILL_OWNED = 100
"""Of so many orders, the newest, we say what they own."""
YEARS = 12
LOOKED_AT = 8


def person_context(person: Person, actor: User, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything of the page. About 25 queries, the same for ten interactions as for ten thousand."""
    moment, ids = now(), person.identity_ids
    form = StoryForm(query)
    timeline = timeline_of(person, actor, form, now=moment)
    owed = owed_to(ids, actor)
    kept, counted = kept_to(ids, actor)
    bought = order_numbers(ids, actor)
    heads_ups, decisions = heads_ups_of(ids), _decisions(ids, ids, readable_audience_ids(actor))
    return {
        "person": person,
        "lead": lead(person, owed, len(bought), now=moment),
        "form": form,
        "shortcuts": [(SHORT_NAMES[name], form.address(what=name), name == form.what_wanted) for name in SHORTCUTS],
        "years": [(year, list(group)) for year, group in groupby(timeline.lines, key=lambda one: timezone.localtime(one.at).year)],
        "older_url": form.address(before=place_mark(timeline.older)) if timeline.older else "",
        "newer_url": form.address(after=place_mark(timeline.newer)) if timeline.newer else "",
        "jumps": _jumps(person, form),
        "topics": " ".join([f"identity:{pk}" for pk in ids] + [f"conversation:{pk}" for pk in timeline.conversations]),
        "owed": [promise_view(promise, now=moment) for promise in owed],
        "promises_kept": kept,
        "promises_counted": counted,
        "said_last": _said_last(timeline, form, ids, actor),
        "felt_last": felt_last(ids, actor),
        "owned": owned_of(bought[:STILL_OWNED]),
        "number_of_orders": len(bought),
        **shown_orders(orders_with(bought[:ORDERS]), limit=ORDERS),
        "heads_ups": heads_ups,
        "today": timezone.localtime(moment).date(),
        "homes": homes_of(ids, actor),
        "decisions": _acts(decisions),
        "divisions": _divisions(ids),
        **face_of_person(person),
        **_others(person, actor, query, decisions),
        "accesses": _accesses(ids),
    }


def lead(person: Person, owed: Sequence[Promise], orders: int, *, now: datetime) -> tuple[str, str]:
    """The page's first sentences: what we owe, and how much they bought. Pure."""
    values: dict[str, Any] = {"name": person.first_name or _("this person")}
    by_hand = [promise for promise in owed if promise.is_by_hand]
    if by_hand:
        values["what"] = by_hand[0].text
        is_late = by_hand[0].due_at < now
        first = _("We are late with what we owe %(name)s: %(what)s") if is_late else _("%(name)s is waiting for what we owe: %(what)s")
    elif owed:
        first = _("%(name)s has waited too long for our answer.") if owed[0].due_at < now else _("%(name)s is waiting for our answer.")
    else:
        first = _("We owe %(name)s nothing at the moment.")
    bought = ngettext("%(n)s order so far.", "%(n)s orders so far.", orders) % {"n": orders} if orders else ""
    said = first % values
    return said if said.endswith((".", "!", "?", "…")) else f"{said}.", bought


def _said_last(timeline: Timeline, form: StoryForm, ids: list[int], actor: User) -> StoryLine | None:
    """Their newest words: of the page itself when it begins at the newest and has some, else asked for."""
    if not form.is_in_use and form.before_place is None and form.after_place is None:
        found = next((one.line for one in timeline.lines if one.is_said), None)
        if found is not None or timeline.older is None:
            return found
    said = story_page(ids, actor, limit=1, wanted=SAID).interactions
    return story_lines(said)[0] if said else None


def _jumps(person: Person, form: StoryForm) -> list[tuple[int, str]]:
    """The years of the story, newest first, with where each begins."""
    last = max(identity.last_seen_at for identity in person.identities)
    years = range(timezone.localtime(last).year, timezone.localtime(person.first_seen_at).year - 1, -1)
    return [(year, form.address(on=f"{year}-12-31")) for year in years[:YEARS]] if len(years) > 1 else []


def _acts(decisions: Sequence[LinkDecision]) -> list[LinkDecision]:
    """One decision of each act: a record that was cut from several others at once is told, and taken back, once."""
    return list({(one.by_id, one.at, one.verdict): one for one in decisions}.values())


def _others(person: Person, actor: User, query: Mapping[str, str], decisions: Sequence[LinkDecision]) -> dict[str, Any]:
    """Others of the same name, and those of a name or address that was looked for: whom a colleague may call the same, or of one household.

    Who was said to be somebody else is not offered again, unless they are looked for.
    """
    looked_for = query.get("same_as", "").strip()[:320]
    wanted = looked_for or person.name
    if not wanted or person.is_erased or not actor.can_write:
        return {"namesakes": [], "looked_for": ""}
    apart = {pk for one in decisions if one.verdict == LinkDecision.DIFFERENT and not looked_for for pk in (one.one_id, one.other_id)}
    found: list[Identity] = [one for one in called(actor, wanted) if one.person_number != person.number and one.pk not in apart]
    return {"namesakes": found, "looked_for": looked_for}


@prepared
def _decisions(ones: list[int], others: list[int], audiences: list[int]) -> QuerySet[LinkDecision]:
    """Those about two records of which the reader may know both: the other one may be somebody else's customer."""
    known = IdentityAudience.objects.filter(audience__in=audiences)
    rows = LinkDecision.objects.filter(Q(one__in=ones) | Q(other__in=others), retracted_at=None)
    rows = rows.filter(Exists(known.filter(identity=OuterRef("one"))), Exists(known.filter(identity=OuterRef("other"))))
    return rows.select_related("by", "one", "other").order_by("-at", "-pk")


@prepared
def _divisions(identities: list[int]) -> QuerySet[Division]:
    return Division.objects.filter(identity__in=identities, undone_at=None).select_related("new_identity", "by").order_by("-at")


@prepared
def _accesses(identities: list[int]) -> QuerySet[Access]:
    return Access.objects.filter(identity_id__in=identities).select_related("user").order_by("-at")[:LOOKED_AT]

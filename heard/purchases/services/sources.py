"""Where orders come from, and who may read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.accounts.selectors import answering_teams
from heard.accounts.services.audiences import audience_of
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.purchases.models import Order, OrderSource, Refund, Return
from heard.timeline.services.audiences import move_interactions

LONGEST = 40


@transaction.atomic
def ensure_source(name: str, *, teams: Iterable[Team] = (), by: User | None = None) -> OrderSource:
    """The source of that name; made when it is new, readable by `teams`, or by every team with an inbox. Raises Refusal."""
    wanted = storable(" ".join(name.split()))
    if not wanted or len(wanted) > LONGEST or ":" in wanted or "/" in wanted:
        raise Refusal(_("Give the place where orders come from a name of 1 to 40 characters, without : and /."))
    known = OrderSource.objects.filter(name__iexact=wanted).select_related("audience").first()
    if known is not None:
        return known
    readers = list(teams) or answering_teams()
    if not readers:
        raise Refusal(_("There is no team yet that could read these orders. Make a team first."))
    source, is_new = OrderSource.objects.get_or_create(name=wanted, defaults={"audience": audience_of(readers), "created_at": now()})
    if is_new:
        record_event("order_source.added", source, actor=by)
    return source


@transaction.atomic
def set_readers(source: OrderSource, *, teams: Iterable[Team], by: User | None) -> OrderSource:
    """Let these teams read the orders of a source, those there already too, and know of whoever bought; others no longer. Raises Refusal.

    Writes every order's interactions: the work of a moment for thousands, of a minute for millions.
    """
    readers = list(teams)
    if not readers:
        raise Refusal(_("At least one team reads them."))
    source = lock(source)
    was, audience = source.audience_id, audience_of(readers)
    if audience.pk == was:
        return source
    source.audience = audience
    source.save(update_fields=["audience"])
    ids = set(Order.objects.filter(source=source).values_list("interaction_id", flat=True))
    for model in (Return, Refund):
        rows = model._base_manager.filter(order__source=source, interaction__isnull=False)
        ids |= set(rows.values_list("interaction_id", flat=True))
    move_interactions(ids, audience)
    record_event("order_source.changed", source, actor=by, was_audience_id=was)
    return source

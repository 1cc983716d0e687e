"""Where files of people come from, and who may know of whoever is in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.accounts.selectors import answering_teams
from heard.accounts.services.audiences import audience_of
from heard.bridges.models import PeopleSource
from heard.events import record_event
from heard.lib.db import insert_rows, lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Identity, IdentityAudience
from heard.timeline.models import InteractionParty

LONGEST = 30


@transaction.atomic
def ensure_people_source(name: str, *, teams: Iterable[Team] = (), by: User | None = None) -> PeopleSource:
    """The source of that name; made when it is new, known to `teams`, or to every team that answers. Raises Refusal."""
    slug = slugify(name)[:LONGEST].strip("-_")
    if not slug:
        raise Refusal(_("Give the place these people come from a name with letters or digits, like “shop”."))
    known = PeopleSource.objects.filter(slug=slug).select_related("audience").first()
    if known is not None:
        return known
    readers = list(teams) or answering_teams()
    if not readers:
        raise Refusal(_("There is no team yet that could know these people. Make a team first."))
    source, is_new = PeopleSource.objects.get_or_create(slug=slug, defaults={"audience": audience_of(readers), "created_at": now()})
    if is_new:
        record_event("people_source.added", source, actor=by)
    return source


@transaction.atomic
def set_source_readers(source: PeopleSource, *, teams: Iterable[Team], by: User | None) -> PeopleSource:
    """Let these teams know of whoever came from a source, and no others, except by what was said to them. Raises Refusal."""
    readers = list(teams)
    if not readers:
        raise Refusal(_("At least one team knows them."))
    source = lock(source)
    was, audience = source.audience_id, audience_of(readers)
    if audience.pk == was:
        return source
    source.audience = audience
    source.save(update_fields=["audience"])
    move_audience(source.source, was, audience.pk)
    record_event("people_source.changed", source, actor=by, was_audience_id=was)
    return source


def move_audience(source: str, was: int, audience: int) -> None:
    """Whoever came from `source` is known to another audience from now on; the old one keeps those with whom it has something in common."""
    ids = list(Identity.objects.filter(source=source).values_list("pk", flat=True))
    insert_rows([IdentityAudience(identity_id=one, audience_id=audience) for one in ids], ignore_conflicts=True)
    heard = InteractionParty.objects.filter(identity=OuterRef("identity"), interaction__audience=was)
    IdentityAudience.objects.filter(~Exists(heard), identity__source=source, audience=was).delete()

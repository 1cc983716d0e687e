"""What is in the file of somebody who asks what we hold: of one conversation, or of their identity everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from heard.accounts.models import Access
from heard.conversations.models import Message, MessageKind
from heard.lib.time import now
from heard.people.models import ContactChoice, Fact, HeadsUp, HouseholdMember, Identifier, Identity, LinkDecision
from heard.portal.models import Answer, LinkRevocation
from heard.portal.selectors import RECEIVED, its_own
from heard.privacy.exports import exporter, sections
from heard.promises.models import Promise
from heard.timeline.models import Interaction, InteractionParty

AT_ONCE = 200
FORMAT = "heard-export-1"


@exporter("identity", order=10, title=gettext_noop("Your name, language and the days on which we heard from you"))
def identities(identity_id: int) -> Iterator[dict[str, Any]]:
    """The identity itself."""
    for one in Identity.objects.filter(pk=identity_id).select_related("organisation"):
        yield {
            "name": one.display_name, "language": one.language, "source": one.source, "first_seen_at": _iso(one.first_seen_at),
            "last_seen_at": _iso(one.last_seen_at), "mail_came_back_at": _iso(one.bounced_at),
            "organisation": one.organisation.name if one.organisation else "",
        }  # fmt: skip


@exporter("addresses", order=20, title=gettext_noop("Your addresses, and when they were proved"))
def addresses(identity_id: int) -> Iterator[dict[str, Any]]:
    """Identifiers."""
    for one in Identifier.objects.filter(identity=identity_id).order_by("pk"):
        yield {
            "kind": one.kind,
            "value": one.value,
            "source": one.source,
            "proved_at": _iso(one.verified_at),
            "proved_by": one.verified_how,
        }


@exporter("facts", order=30, title=gettext_noop("What was said about you: names, telephones, places"))
def facts(identity_id: int) -> Iterator[dict[str, Any]]:
    """Facts."""
    for one in Fact.objects.filter(identity=identity_id).order_by("at", "pk"):
        yield {"kind": one.kind, "value": one.value, "source": one.source, "at": _iso(one.at)}


@exporter("same_person", order=40, title=gettext_noop("Whether we took you for the same person as another record"))
def decisions(identity_id: int) -> Iterator[dict[str, Any]]:
    """Link decisions without the other side, which may be somebody else."""
    rows = LinkDecision.objects.filter(Q(one=identity_id) | Q(other=identity_id)).order_by("at", "pk")
    for one in rows:
        yield {"verdict": one.verdict, "at": _iso(one.at), "taken_back_at": _iso(one.retracted_at)}


@exporter("choices", order=50, title=gettext_noop("Whether you want to hear from us unasked"))
def choices(identity_id: int) -> Iterator[dict[str, Any]]:
    """Contact choices."""
    for one in ContactChoice.objects.filter(identity=identity_id).order_by("pk"):
        yield {"purpose": one.purpose, "is_allowed": one.is_allowed, "how": one.how, "at": _iso(one.at)}


@exporter("heads_ups", order=52, title=gettext_noop("What our staff keep in mind before they answer you, and why"))
def heads_ups(identity_id: int) -> Iterator[dict[str, Any]]:
    """Heads-ups, those that were ended too."""
    for one in HeadsUp.objects.filter(identity=identity_id).order_by("at", "pk"):
        yield {
            "text": one.text,
            "why": one.reason,
            "at": _iso(one.at),
            "looked_at_again_on": one.review_on.isoformat(),
            "ended_at": _iso(one.ended_at),
        }


@exporter("households", order=54, title=gettext_noop("That we were told with whom you live; the others are not named"))
def households(identity_id: int) -> Iterator[dict[str, Any]]:
    """Memberships without the other people, who may not want to be known by it."""
    for one in HouseholdMember.objects.filter(identity=identity_id).order_by("at", "pk"):
        yield {"at": _iso(one.at), "ended_at": _iso(one.ended_at)}


@exporter("messages", order=60, title=gettext_noop("What you said to us, and we to you"))
def messages(identity_id: int) -> Iterator[dict[str, Any]]:
    """Everything of this identity's story that both sides know, whatever the channel. Read `AT_ONCE` at a time."""
    parties = InteractionParty.objects.filter(identity=identity_id).exclude(role="about").order_by("happened_at", "pk")
    last: tuple[datetime, int] | None = None
    while True:
        some = parties if last is None else parties.filter(Q(happened_at__gt=last[0]) | Q(happened_at=last[0], pk__gt=last[1]))
        rows = list(some.values_list("happened_at", "pk", "interaction_id")[:AT_ONCE])
        if not rows:
            return
        last = rows[-1][:2]
        yield from _told([row[2] for row in rows], identity_id)


@exporter("promises", order=70, title=gettext_noop("What we promised you"))
def promises(identity_id: int) -> Iterator[dict[str, Any]]:
    """Promises that were told in a message to this identity."""
    known = InteractionParty.objects.filter(identity=identity_id, role__in=RECEIVED).values("interaction")
    for one in Promise.objects.filter(told_in__in=known).order_by("made_at", "pk"):
        yield _promise(one)


@exporter("answers", order=80, title=gettext_noop("What you said to “Is it solved?”"))
def answers(identity_id: int) -> Iterator[dict[str, Any]]:
    """Answers."""
    for one in Answer.objects.filter(identity=identity_id).order_by("at", "pk"):
        yield {"conversation": str(one.conversation_id), "answer": one.kind, "at": _iso(one.at)}


@exporter("links_stopped", order=85, title=gettext_noop("When links to your pages were stopped"))
def revocations(identity_id: int) -> Iterator[dict[str, Any]]:
    """Revocations."""
    for one in LinkRevocation.objects.filter(identity=identity_id).order_by("revoked_at", "pk"):
        yield {"conversation": str(one.conversation_id), "reason": one.reason, "at": _iso(one.revoked_at)}


@exporter("looks", order=90, title=gettext_noop("Which colleague looked at you, and when"))
def looks(identity_id: int) -> Iterator[dict[str, Any]]:
    """The log of reads."""
    for one in Access.objects.filter(identity_id=identity_id).select_related("user").order_by("at", "pk").iterator(chunk_size=AT_ONCE):
        yield {"who": one.user.name, "page": one.page, "at": _iso(one.at)}


def of_conversation(conversation_id: int, identity_id: int, *, subject: str) -> Iterator[str]:
    """The file of one conversation: what its page shows, and no more. Pieces of JSON."""
    said = Message.objects.filter(its_own("interaction__"), conversation=conversation_id, interaction__parties__identity=identity_id)
    ids = list(said.exclude(kind=MessageKind.NOTE).order_by("interaction__happened_at", "pk").values_list("interaction_id", flat=True))
    known = InteractionParty.objects.filter(identity=identity_id, role__in=RECEIVED).values("interaction")
    told = Promise.objects.filter(conversation=conversation_id, told_in__in=known).order_by("made_at", "pk")
    head = _head(scope="conversation") | {"conversation": str(conversation_id), "subject": subject}
    parts: list[tuple[str, Iterable[dict[str, Any]]]] = [
        ("messages", (row for some in _parts(ids) for row in _told(some, identity_id))),
        ("promises", (_promise(one) for one in told)),
        ("answers", (row for row in answers(identity_id) if row["conversation"] == str(conversation_id))),
    ]
    return _json(head, parts)


def of_everything(identity_id: int) -> Iterator[str]:
    """The file of one identity everywhere. Pieces of JSON. Only for somebody who has just proved the address."""
    return _json(_head(scope="identity"), ((one.name, one.rows(identity_id)) for one in sections()))


def _head(*, scope: str) -> dict[str, Any]:
    """What the file is, in words for people as well."""
    return {
        "format": FORMAT,
        "made_at": _iso(now()),
        "scope": scope,
        "about": [
            _("Times are in UTC. Your own words and ours to you are complete; files are named with their size and SHA-256 digest."),
            _(
                "What colleagues wrote among themselves, and what other people wrote, is not in this file. Ask us, and a person looks at it with you."
            ),
            _("What we hold of another address of yours is not in it either: each address is proved by itself."),
        ],
    }


def _json(head: dict[str, Any], parts: Iterable[tuple[str, Iterable[dict[str, Any]]]]) -> Iterator[str]:
    """One JSON object, written piece by piece: the head's fields, then a list for each part."""
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    for name, rows in parts:
        yield f",\n {json.dumps(name)}: ["
        for number, row in enumerate(rows):
            yield ("," if number else "") + "\n  " + json.dumps(row, ensure_ascii=False)
        yield "\n ]"
    yield "\n}\n"


def _told(interaction_ids: list[int], identity_id: int) -> Iterator[dict[str, Any]]:
    """Interactions of these ids that are the identity's own, in their order, with their files. Two queries."""
    rows = Interaction.objects.filter(its_own(), pk__in=interaction_ids, parties__identity=identity_id)
    found = {one.pk: one for one in rows.select_related("author").prefetch_related("attachments__blob")}
    for one in (found.pop(pk) for pk in interaction_ids if pk in found):
        yield {
            "at": _iso(one.happened_at), "channel": one.channel, "direction": one.direction, "kind": one.kind,
            "by": one.author.name if one.author else "", "text": one.text, "erased_at": _iso(one.erased_at),
            "files": [
                {"name": file.name, "type": file.content_type, "size": file.size, "sha256": file.blob.digest if file.part is None else ""}
                for file in one.attachments.all()
            ],
        }  # fmt: skip


def _promise(one: Promise) -> dict[str, Any]:
    return {
        "conversation": str(one.conversation_id), "what": one.text, "kind": one.kind, "state": one.state, "told_at": _iso(one.told_at),
        "first_due_at": _iso(one.first_due_at), "due_at": _iso(one.due_at), "kept_at": _iso(one.kept_at), "broken_at": _iso(one.broken_at),
    }  # fmt: skip


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None

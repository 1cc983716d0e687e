"""Others who mean the same are added: their words are marked and speak for the improvement, in one act."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.improvements.models import Evidence, Improvement
from heard.improvements.services.evidence import add_evidence
from heard.insights.models import Theme
from heard.insights.services.marking import NewSignal, mark_signals
from heard.lib.errors import Refusal
from heard.timeline.models import Interaction

MOST = 200


class NothingChosen(Refusal):
    """Nobody was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one of them."))


@transaction.atomic
def add_alike(
    improvement: Improvement, places: Sequence[tuple[int, int, int]], *, kind: str, theme: Theme | None, by: User, is_against: bool = False
) -> list[Evidence]:
    """Mark words, given as (interaction, start, end), as `kind` and `theme`, and let them speak for the improvement. At most 200 at once.

    What `by` may not read, and what does not exist, is left out. Raises NothingChosen when nothing is left, and what `mark_signals` raises.
    """
    readable = {row.pk: row for row in Interaction.objects.visible_to(by).filter(pk__in=[place[0] for place in places[:MOST]])}
    news = [NewSignal(readable[number], start, end, kind, theme) for number, start, end in places[:MOST] if number in readable]
    if not news:
        raise NothingChosen
    return add_evidence(improvement, mark_signals(news, by=by), by=by, is_against=is_against)

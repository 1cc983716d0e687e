"""Others who may mean the same: messages that use the words of an improvement's evidence, by people who are not counted yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.improvements.models import Evidence, Improvement
from heard.insights.models import Signal
from heard.insights.rules import telling_sentence
from heard.insights.selectors import quotes_of
from heard.insights.services.marking import speakers_of
from heard.insights.vocabulary import vocabulary
from heard.people.models import Identity
from heard.search.selectors import Found, find
from heard.search.snippets import marked
from heard.search.words import Query, fold, parse_query
from heard.timeline.models import Direction, Interaction

MOST_WORDS = 5
LOOKED_AT = 300
READ = 60
EVIDENCE_READ = 50
SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+")
_SAYS_NOTHING = """
    about after again also always because been before being both could does doing done down each even every from have having here into
    just like more most much must never only other over please really same should since some still such than thank thanks that their them
    then there these they thing things this those through time times under until very want wants was were what when where which while
    will with would your yours hello dear regards best kind need needs make made
    algo algunas algunos ante antes aquel aquella aquí así aunque bien cada como con cual cuando desde donde durante ella ellas ellos
    entre esta estaba estas este esto estos están estoy fueron gracias hace hacer hacia hasta hola luego mejor menos mientras mucho muchos
    nada para pero poco porque puede pueden pues quien quiero saludos según siempre sobre solo también tanto tengo tiene todas todavía
    todo todos tras usted ustedes vez veces
"""
_EMPTY = frozenset(fold(_SAYS_NOTHING).split())


@dataclass(frozen=True, slots=True)
class Alike:
    """A message that may mean the same: its telling sentence from `start` to `end`, who said it, and where."""

    interaction: Interaction
    start: int
    end: int
    identity: Identity
    conversation_id: int | None

    @property
    def words(self) -> str:
        return self.interaction.text[self.start : self.end]

    @property
    def place(self) -> str:
        """What a form sends back to name just these words."""
        return f"{self.interaction.pk}:{self.start}:{self.end}"


def characteristic_words(texts: Iterable[str]) -> list[str]:
    """The words that most of these texts share, at most five; short and empty ones are none. Words of equal weight by length."""
    counts = Counter(word for text in texts for word in {fold(one) for one in _WORD.findall(text)} if len(word) >= SHORTEST)
    weighed = [(count, len(word), word) for word, count in counts.items() if word not in _EMPTY]
    return [word for _, _, word in sorted(weighed, reverse=True)[:MOST_WORDS]]


def words_of(improvement: Improvement, actor: User) -> list[str]:
    """What to look for: the words that evidence `actor` may read, the themes and the title have in common. Four queries."""
    ids = Evidence.objects.standing().filter(improvement=improvement, is_against=False).values("signal")
    quotes = quotes_of(Signal.objects.filter(pk__in=ids, end__gt=0).order_by("-said_at", "-pk")[:EVIDENCE_READ], actor)
    themes = vocabulary()
    known = {theme.pk: theme.name for quote in quotes if (theme := themes.now(quote.signal.theme_id)) is not None}
    return characteristic_words([improvement.title, *known.values(), *(quote.words for quote in quotes)])


def alike(improvement: Improvement, actor: User, *, words: list[str], limit: int = 20) -> list[Alike]:
    """Messages of others that `actor` may read and that use most of `words`, rare ones first; one of each person. Words of ours are none.

    At most four queries for each word, and five more.
    """
    if not words:
        return []
    numbers = _ranked([(_found(word, actor)) for word in words])[:READ]
    rows = Interaction.objects.visible_to(actor).filter(pk__in=numbers, erased_at=None, is_automatic=False).exclude(direction=Direction.OUT)
    found = {row.pk: row for row in rows.select_related("message")}
    speakers = speakers_of(list(found.values()))
    people = {row.pk: row for row in Identity.objects.filter(pk__in=speakers.values(), erased_at=None)}
    counted = set(Evidence.objects.standing().filter(improvement=improvement).values_list("signal__identity__person_number", flat=True))
    query, lines = parse_query(" ".join(words)), []
    for number in numbers:
        identity = people.get(speakers.get(number, 0))
        if number not in found or identity is None or identity.person_number in counted:
            continue
        line = _line(found[number], identity, query)
        if line is not None:
            counted.add(identity.person_number)
            lines.append(line)
    return lines[:limit]


def _found(word: str, actor: User) -> Found:
    return find(word, audience_ids=readable_audience_ids(actor), kinds=["message", "note"], limit=LOOKED_AT)


def _ranked(found: list[Found]) -> list[int]:
    """Ids of what was found, by how many of the words it has, each weighed by how rare it is; the newest of equals first."""
    weights: Counter[int] = Counter()
    moments = {}
    for one in found:
        weight = 1000 / log(3 + sum(one.documents.values()))
        for hit in one.hits:
            weights[hit.object_id] += round(weight)
            moments[hit.object_id] = hit.happened_at
    return sorted(weights, key=lambda number: (weights[number], moments[number]), reverse=True)


def _line(interaction: Interaction, identity: Identity, query: Query) -> Alike | None:
    places, at = [], 0
    for piece in marked(interaction.text[:20_000], query, language=interaction.language):
        if piece.is_found:
            places.append((at, at + len(piece.text)))
        at += len(piece.text)
    start, end = telling_sentence(interaction.text, places)
    if end == 0:
        return None
    message = getattr(interaction, "message", None)
    return Alike(interaction, start, end, identity, message.conversation_id if message else None)

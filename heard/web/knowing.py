"""Who knows: colleagues who answered something alike before, with the words that show it.

Alike is a conversation that shares several telling words with this one; who spoke for us in it, or answered a question of a colleague there,
may know. Only conversations that the reader may read take part, in the search as well as in what is shown of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from django.db.models import Q
from django.urls import reverse

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.conversations.models import Conversation, Message
from heard.search.selectors import find
from heard.search.snippets import Piece, snippet
from heard.search.words import Query, fold, parse_query

MOST_TERMS = 6
MOST_ALIKE = 30
MOST_SHOWN = 8
MATCHES_LOOKED_AT = 300
MESSAGES_LOOKED_AT = 600
SHORTEST = 4
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
COMMON = frozenset(
    # What people write in every letter, English and Spanish: never what it is about
    """about after again already also always another answer anything around back because been before being between both cannot
    come could days dear does doing done down each else ever every find first from gave give going good have hello help here however
    into just kind know last later less like little long look made mail make many message might more morning most much must need never
    next nothing once only order other ours over perhaps please problem question really regards reply right said same says seem seen send
    sent shall should since some something soon sorry still such sure take tell than thank thanks that their them then there these they
    thing think this those though through time today told tomorrow under until upon used using very want wants week well went were what
    when where which while whom whose will with within without word work would write wrote year yesterday yours
    ahora algo alguien algún alguna antes aquel aquí aunque años bien buenas buenos cada casi como cómo contra correo cosa cual cuál cuando
    cuándo cuanto debe decir dejar desde después dice dijo días donde dónde durante ella ellas ellos entonces entre eran eres esta está estaba
    estado estamos están estas este esto estos estoy fecha fuera fueron gracias haber había hace hacer hacia hasta haya hola hora luego mañana
    mejor mensaje menos mientras mismo mucho muchas muchos muy nada nadie ninguna nosotros nuestra nuestro nueva nuevo nunca otra otro para
    parece pedido pero poco podría porque pregunta pueda puede puedo pues quien quién quiero respuesta saber saludo saludos sean según semana
    sido siempre sino sobre solo somos soy suya tampoco tanto tarde tenemos tener tengo tiempo tiene tienen toda todas todavía todo todos tras
    tuve unas unos usted vamos veces verdad vez""".split()  # noqa: SIM905
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knower:
    """A colleague, in how many alike conversations they answered, and of one of them the words that show it."""

    user: User
    times: int
    pieces: list[Piece]
    subject: str
    url: str
    message: Message


def telling_words(conversation: Conversation) -> str:
    """What a conversation is about: up to six words of its subject and of what the customer said, the most telling first. One query."""
    rows = Message.objects.filter(conversation=conversation, interaction__direction="in", interaction__is_automatic=False)
    said = list(rows.order_by("-interaction__happened_at", "-pk").values_list("interaction__text", flat=True)[:5])
    counts: Counter[str] = Counter()
    for text, weight in [(conversation.subject, 3), *((text[:4000], 1) for text in said)]:
        for word in {word.lower() for word in _WORD.findall(text)}:
            if len(word) >= SHORTEST and word not in COMMON:
                counts[word] += weight
    best = sorted(counts, key=lambda word: (-counts[word], -min(len(word), 10), word))
    return " ".join(best[:MOST_TERMS])


def who_knows(actor: User, conversation: Conversation, words: str) -> list[Knower]:
    """Up to eight colleagues who answered in conversations with several of these words, those who did so most and best first.

    Neither the reader nor colleagues who have left are among them. About four queries for each word (six at most), and two.
    """
    terms = list(dict.fromkeys(_WORD.findall(words.lower())))[:MOST_TERMS]
    alike = _alike(actor, conversation, terms)
    query = parse_query(" ".join(terms))
    spoke: dict[int, dict[int, tuple[float, Message]]] = defaultdict(dict)
    people: dict[int, User] = {}
    for message, user in _spoken(actor, alike):
        people[user.pk] = user
        here = alike[message.conversation_id] + _terms_in(message.interaction.text, terms)
        best = spoke[user.pk].get(message.conversation_id)
        if best is None or here >= best[0]:
            spoke[user.pk][message.conversation_id] = (here, message)
    order = sorted(spoke, key=lambda pk: (-sum(score for score, _ in spoke[pk].values()), people[pk].name))
    return [_knower(people[pk], list(spoke[pk].values()), query) for pk in order[:MOST_SHOWN]]


def _alike(actor: User, conversation: Conversation, terms: list[str]) -> dict[int, float]:
    """Other conversations by how alike they are: the sum of the weights of the words they share; rare words weigh more."""
    scores: dict[int, float] = defaultdict(float)
    shared: Counter[int] = Counter()
    for term in terms:
        found = find(
            term,
            audience_ids=readable_audience_ids(actor),
            kinds=["message", "note", "conversation"],
            limit=MATCHES_LOOKED_AT,
            is_grouped=True,
        )
        weight = 1 / log(2 + sum(found.documents.values()))
        for hit in found.hits:
            scores[hit.group_id] += weight
            shared[hit.group_id] += 1
    needed = 2 if len(terms) > 2 else 1
    others = [number for number in scores if number != conversation.pk and shared[number] >= needed]
    return {number: scores[number] for number in sorted(others, key=lambda number: (-scores[number], -number))[:MOST_ALIKE]}


def _spoken(actor: User, alike: Iterable[int]) -> Iterable[tuple[Message, User]]:
    """What colleagues said in these conversations, with who it was; questions are no answers. Two queries."""
    rows = Message.objects.filter(conversation__in=list(alike), interaction__audience__in=readable_audience_ids(actor))
    rows = rows.filter(interaction__direction__in=["out", "internal"], interaction__is_automatic=False, interaction__erased_at=None)
    rows = rows.filter(Q(interaction__author__isnull=False) | Q(ask_answer__user__isnull=False)).exclude(interaction__kind="ask")
    rows = rows.select_related("interaction__author", "conversation", "ask_answer__user").order_by("-interaction__happened_at", "-pk")
    for message in rows[:MESSAGES_LOOKED_AT]:
        user = message.interaction.author or message.ask_answer.user
        if user is not None and user.is_active and not user.is_program and user.pk != actor.pk:
            yield message, user


def _terms_in(text: str, terms: Iterable[str]) -> int:
    """How many of the words stand in a text, or begin one there: enough to choose between two answers."""
    folded = fold(text[:20_000])
    return sum(1 for term in terms if fold(term)[: max(SHORTEST, len(term) - 2)] in folded)


def _knower(user: User, spoken: list[tuple[float, Message]], query: Query) -> Knower:
    message = max(spoken, key=lambda one: (one[0], one[1].pk))[1]
    said = message.interaction
    return Knower(
        user=user,
        times=len(spoken),
        pieces=snippet(said.text, query, language=said.language),
        subject=message.conversation.subject,
        url=f"{reverse('web:conversation', args=[message.conversation_id])}#message-{message.pk}",
        message=message,
    )

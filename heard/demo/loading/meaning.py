"""Themes and signals: what each letter of a plot says, by the sentence that shows it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from heard.accounts.models import User
from heard.conversations.models import Message
from heard.demo.company import Company
from heard.demo.loading.setting import Setting
from heard.demo.meanings import SUBJECTS, Subject
from heard.insights.models import Signal, Theme
from heard.insights.rules import LONGEST
from heard.insights.services.marking import NewSignal, mark_signals
from heard.insights.services.themes import make_theme
from heard.lib.time import frozen_at
from heard.timeline.models import Interaction

SENTENCE = re.compile(r"[^\s.!?…][^.!?…\n]*(?:\n(?!\n)[^.!?…\n]*)*[.!?…]?")
AT_ONCE = timedelta(days=5)
MARKERS = ("alice", "bob", "hanna", "dora", "lucia")


def load_meaning(company: Company, setting: Setting, threads: dict[str, int]) -> dict[str, list[Signal]]:
    """Make the themes and mark the letters of their plots; answers the signals by theme, oldest first.

    Letters are marked some days' worth at a time, by the colleagues in turn: marking one by one would take minutes.
    """
    themes = _themes(company, setting)
    news = _found(company, threads, themes)
    signals: dict[str, list[Signal]] = defaultdict(list)
    keys = {themes[key].pk: key for key in themes}
    for number, (moment, some) in enumerate(_batches(news)):
        with frozen_at(min(moment + timedelta(hours=5), company.now)):
            for signal in mark_signals(some, by=_marker(setting, number)):
                signals[keys[signal.theme_id or 0]].append(signal)
    return signals


def _themes(company: Company, setting: Setting) -> dict[str, Theme]:
    with frozen_at(company.now - timedelta(days=352)):
        return {
            one.key: make_theme(one.name, by=setting.users["dora"], definition=one.definition, owner=setting.users[one.owner])
            for one in SUBJECTS
        }


def _found(company: Company, threads: dict[str, int], themes: dict[str, Theme]) -> list[NewSignal]:
    """One signal for each letter that begins a thread of a theme's plot, in order of time."""
    subject_of = {conversation: subject for subject in SUBJECTS for conversation in _conversations(company, threads, subject)}
    found = []
    for interaction, conversation in _first_letters(subject_of):
        subject = subject_of[conversation]
        start, end = telling_sentence(interaction.text, subject.words)
        if end > start:
            found.append(NewSignal(interaction, start, end, subject.kind, themes[subject.key]))
    return sorted(found, key=lambda new: (new.interaction.happened_at, new.interaction.pk))


def _conversations(company: Company, threads: dict[str, int], subject: Subject) -> Iterable[int]:
    keys = [plan.key for plan in company.plans if plan.plot in subject.plots]
    return [threads[key] for key in (*keys, *subject.threads) if key in threads]


def _first_letters(conversations: Iterable[int]) -> list[tuple[Interaction, int]]:
    """The customer's first words of each conversation, as they stand on the time line."""
    numbers, rows = sorted(conversations), []
    for start in range(0, len(numbers), 500):
        letters = Message.objects.filter(conversation__in=numbers[start : start + 500], interaction__direction="in", kind="message")
        rows += list(letters.select_related("interaction").order_by("conversation_id", "interaction__happened_at", "pk"))
    first: dict[int, Interaction] = {}
    for message in rows:
        first.setdefault(message.conversation_id, message.interaction)
    return [(interaction, conversation) for conversation, interaction in first.items()]


def telling_sentence(text: str, words: str) -> tuple[int, int]:
    """Where the sentence stands that speaks most of `words`, a regular expression; (0, 0) when none does. At most the length of a signal."""
    pattern = re.compile(words, re.IGNORECASE)
    best, place = 0, (0, 0)
    for sentence in SENTENCE.finditer(text):
        hits = len(pattern.findall(sentence[0]))
        if hits > best and len(sentence[0]) <= LONGEST:
            best, place = hits, sentence.span()
    return place


def _batches(news: list[NewSignal]) -> Iterable[tuple[datetime, list[NewSignal]]]:
    """Letters of five days together, with the moment of the last."""
    some: list[NewSignal] = []
    for new in news:
        if some and new.interaction.happened_at - some[0].interaction.happened_at > AT_ONCE:
            yield some[-1].interaction.happened_at, some
            some = []
        some.append(new)
    if some:
        yield some[-1].interaction.happened_at, some


def _marker(setting: Setting, number: int) -> User:
    return setting.users[MARKERS[number % len(MARKERS)]]

"""A small grammar for letters: scripts with slots and variants, and decks that do not deal the same card twice in a row."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Piece = str | tuple[str, object]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say something. With tags it goes only where one of them is shared: question about laces, answer about laces."""

    text: str
    tags: frozenset[str]


Slots = tuple[tuple[Variant, ...], ...]
Script = dict[str, Slots]


def read_scripts(text: str) -> dict[str, Script]:
    """Scripts by heading; the layout is told in `phrases_en.py`. Raises ValueError on a line that belongs nowhere."""
    scripts: dict[str, dict[str, list[list[Variant]]]] = {}
    section: list[list[Variant]] | None = None
    script: dict[str, list[list[Variant]]] | None = None
    for line in text.splitlines():
        if not line.strip():
            continue
        if line.startswith("["):
            script = scripts.setdefault(line.strip("[] "), {})
        elif not line.startswith((" ", "--")):
            if script is None:
                raise ValueError(line)
            section = script.setdefault(line.strip(), [[]])
        elif section is None:
            raise ValueError(line)
        elif line.startswith("--"):
            section.append([])
        else:
            section[-1].append(_variant(line.strip()))
    return {name: {key: tuple(map(tuple, slots)) for key, slots in each.items()} for name, each in scripts.items()}


def _variant(line: str) -> Variant:
    if line == "~":
        return Variant("", frozenset())
    if line.startswith("@"):
        tags, _, text = line[1:].partition(" ")
        return Variant(text, frozenset(tags.split(",")))
    return Variant(line, frozenset())


@lru_cache(maxsize=8192)
def _compiled(text: str) -> tuple[Piece, ...]:
    pieces, _ = _parse(text, 0, top=True)
    return tuple(pieces)


def _parse(text: str, at: int, *, top: bool) -> tuple[list[Piece], int]:
    pieces: list[Piece] = []
    plain = ""
    while at < len(text):
        char = text[at]
        if char == "{":
            end = text.index("}", at)
            pieces += [plain, ("fact", text[at + 1 : end])]
            plain, at = "", end + 1
        elif char == "[":
            choices: list[tuple[Piece, ...]] = []
            at += 1
            while True:
                choice, at = _parse(text, at, top=False)
                choices.append(tuple(choice))
                if text[at] == "]":
                    break
                at += 1
            pieces += [plain, ("choice", tuple(choices))]
            plain, at = "", at + 1
        elif not top and char in "|]":
            break
        else:
            plain += char
            at += 1
    return [piece for piece in (*pieces, plain) if piece], at


def render(text: str, facts: Mapping[str, str], rng: random.Random) -> str:
    """The text with its choices made and its facts filled in; KeyError when a fact is missing."""
    if "{" not in text and "[" not in text:
        return text
    return _render(_compiled(text), facts, rng)


def _render(pieces: Iterable[Piece], facts: Mapping[str, str], rng: random.Random) -> str:
    out = []
    for piece in pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif piece[0] == "fact":
            out.append(facts[piece[1]])  # type: ignore[index]
        else:
            out.append(_render(piece[1][int(rng.random() * len(piece[1]))], facts, rng))  # type: ignore[index, arg-type]
    return "".join(out)


class Decks:
    """Deals the variants of each slot so that neighbours differ: what was dealt goes to the back half of its deck."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._decks: dict[int, list[Variant]] = {}

    def deal(self, slot: tuple[Variant, ...], tags: frozenset[str] | None) -> tuple[str, frozenset[str] | None]:
        """The next fitting variant's text ("" when none fits) and the thread's tags after it."""
        deck = self._decks.get(id(slot))
        if deck is None:
            deck = list(slot)
            self._rng.shuffle(deck)
            self._decks[id(slot)] = deck
        for place, variant in enumerate(deck):
            if not variant.tags or tags is None or variant.tags & tags:
                del deck[place]
                back = len(deck) // 2
                deck.insert(back + int(self._rng.random() * (len(deck) - back + 1)), variant)
                if variant.tags:
                    tags = variant.tags if tags is None else variant.tags & tags
                return variant.text, tags
        return "", tags

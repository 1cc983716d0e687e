"""What else than decisions says who is one person: one rule, registered by whoever weighs evidence. `people` knows decisions only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from heard.people.rules import Decision, component


@dataclass(frozen=True, slots=True)
class Derived:
    """`groups` are disjoint and hold everybody. `settle` is called when their numbers are written: it writes down what follows from that."""

    groups: list[set[int]]
    settle: Callable[[], None] = lambda: None


class LinkRule(Protocol):
    """How evidence and decisions together make people. Called inside the transaction that decides."""

    def reached(self, identity_ids: Collection[int]) -> set[int]:
        """The identities that evidence connects with these, one step away. They are locked and derived together."""
        ...

    def derive(self, identity_ids: set[int], decisions: Sequence[Decision]) -> Derived:
        """Who of these, which are whole components of evidence and decisions, is one person. The order of anything plays no part."""
        ...


class DecisionsAlone:
    """The rule where nobody registered one."""

    def reached(self, identity_ids: Collection[int]) -> set[int]:
        return set()

    def derive(self, identity_ids: set[int], decisions: Sequence[Decision]) -> Derived:
        return Derived(component(sorted(identity_ids), decisions))


_rules: list[LinkRule] = [DecisionsAlone()]


def register_link_rule(rule: LinkRule) -> None:
    """From now on, `rule` says who is one person. There is one: the last that was registered."""
    _rules[:] = [rule]


def link_rule() -> LinkRule:
    """The rule in force."""
    return _rules[0]

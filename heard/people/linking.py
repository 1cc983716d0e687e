"""What else than decisions says who is one person: one rule, registered by whoever weighs evidence. `people` knows decisions only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from heard.people.rules import Decision, component


class LinkRule(Protocol):
    """How evidence and decisions together make people. Called inside the transaction that decides."""

    def reached(self, identity_ids: Collection[int]) -> set[int]:
        """The identities that evidence connects with these, one step away. They are locked and derived together."""
        ...

    def groups(self, identity_ids: set[int], decisions: Sequence[Decision]) -> list[set[int]]:
        """Which of these, which are whole components of evidence and decisions, are one person. The order of anything plays no part."""
        ...

    def settled(self, groups: list[set[int]], decisions: Sequence[Decision]) -> None:
        """The derived numbers were written: write down what follows from them, such as what is still to be asked."""
        ...


class DecisionsAlone:
    """The rule where nobody registered one."""

    def reached(self, identity_ids: Collection[int]) -> set[int]:
        return set()

    def groups(self, identity_ids: set[int], decisions: Sequence[Decision]) -> list[set[int]]:
        return component(sorted(identity_ids), decisions)

    def settled(self, groups: list[set[int]], decisions: Sequence[Decision]) -> None:
        pass


_rules: list[LinkRule] = [DecisionsAlone()]


def register_link_rule(rule: LinkRule) -> None:
    """From now on, `rule` says who is one person. There is one: the last that was registered."""
    _rules[:] = [rule]


def link_rule() -> LinkRule:
    """The rule in force."""
    return _rules[0]

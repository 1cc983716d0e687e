"""`heard person erase`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.people.models import Identity
from heard.people.selectors import identities_known_as
from heard.privacy.certificates import Line, certificate_lines, preview_lines
from heard.privacy.services import erase_person, finish_erasure, preview_erasure

WRONG_USE, LEFT = 2, 1


def erase(args: argparse.Namespace) -> int:
    """Show what would go and what stays, ask, erase, print the certificate. 1 when it was left, 2 when nobody or several people are meant."""
    identities = identities_known_as(args.who)
    if not identities:
        complain(f"heard person erase: nobody here is known as {args.who}")
        return WRONG_USE
    chosen = [identity for identity in identities if identity.pk in args.only] if args.only else identities
    if args.only and len(chosen) != len(set(args.only)):
        complain(f"heard person erase: --only names records that are not theirs; theirs are {_numbers(identities)}")
        return WRONG_USE
    if len({identity.person_number for identity in chosen}) > 1:
        _show(chosen)
        complain("heard person erase: several people have that address. Say which records with --only NUMBER")
        return WRONG_USE
    try:
        return _erase(chosen, without_asking=args.yes)
    except Refusal as refusal:
        complain(f"heard person erase: {refusal}")
        return LEFT


def _erase(identities: list[Identity], *, without_asking: bool) -> int:
    ids = [identity.pk for identity in identities]
    say("This person:")
    _show(identities)
    say("\nWhat would be erased, and what stays:")
    _print(preview_lines(preview_erasure(ids)))
    if not without_asking and not _is_sure():
        say("Nothing was erased.")
        return LEFT
    erasure = erase_person(ids, by=None, seconds=0)
    finished = finish_erasure(erasure, whatever_the_size=True)
    say(f"\nCertificate of erasure {erasure.pk}, {erasure.started_at:%Y-%m-%d %H:%M} UTC:")
    _print(certificate_lines(erasure))
    say(
        "All of it is done."
        if finished
        else "The rows are gone. What their bytes leave in files is overwritten as soon as nobody reads there."
    )
    return 0


def _is_sure() -> bool:
    sys.stdout.write("\nErase for good? It cannot be undone. [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _show(identities: Iterable[Identity]) -> None:
    for identity in identities:
        values = ", ".join(identifier.value for identifier in identity.identifiers.all())
        say(f"  {identity.pk:>8}  {identity.display_name or '–'}  {values}")


def _numbers(identities: Iterable[Identity]) -> str:
    return ", ".join(str(identity.pk) for identity in identities)


def _print(lines: Iterable[Line]) -> None:
    for line in lines:
        say(f"  {line.rows:>8,}  {line.name}" + (f"\n            {line.left}" if line.left else ""))

"""Whether every letter was filed once and lies in the right conversation. `python -m bench.truth FILE` asks an installation."""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

Pairs = list[tuple[str, int]]
"""Message-ID and thread of each letter."""


def write(path: Path, pairs: Iterable[tuple[str, int]]) -> None:
    """Keep the truth beside the letters."""
    path.write_text("".join(f"{message_id}\t{thread}\n" for message_id, thread in pairs))


def rightly_filed(pairs: Pairs) -> float:
    """Per cent of letters that have one message, in a conversation that holds exactly the letters of their thread."""
    from heard.conversations.models import Message

    rows = list(Message.objects.exclude(message_id="").values_list("message_id", "conversation_id"))
    times, where = Counter(message_id for message_id, _ in rows), dict(rows)
    holds, belongs = defaultdict(set), defaultdict(set)
    for message_id, thread in pairs:
        belongs[thread].add(message_id)
    for message_id, conversation in rows:
        holds[conversation].add(message_id)
    right = sum(times[message_id] == 1 and holds[where[message_id]] == belongs[thread] for message_id, thread in pairs)
    return 100 * right / len(pairs)


def main(path: Path) -> None:
    """Inside the installation."""
    import django

    django.setup()
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    print(rightly_filed([(message_id, int(thread)) for message_id, thread in lines]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
    main(Path(sys.argv[1]))

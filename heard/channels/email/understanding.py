"""Everything about a mail that its bytes alone tell: so that other processes can do it, without a database."""

from __future__ import annotations

import gc
from dataclasses import dataclass

from heard.channels.email.envelope import InboundMessage, UnreadableEmail
from heard.channels.email.parsing import parse
from heard.lib.children import end_with_the_parent
from heard.lib.collecting import RARELY
from heard.lib.languages import detect


@dataclass(frozen=True, slots=True)
class Understood:
    """A parsed mail and the language of its words; or, without `mail`, the cause. `detail` is the class of an unforeseen error."""

    mail: InboundMessage | None = None
    language: str = ""
    cause: str = ""
    detail: str = ""


def understand(raw: bytes, *, installation: str = "") -> Understood:
    """Read one original. Never raises: what cannot be read has a cause (`failed` when the mistake is ours).

    `installation` is our own name in mail (`installation.installation_name()`), by which our own mail is known.
    """
    try:
        mail = parse(raw, installation=installation)
        return Understood(mail, detect(mail.new_text or mail.text))
    except UnreadableEmail as problem:
        return Understood(cause=problem.cause)
    except Exception as problem:  # our mistake must not lose the message or stop the others: it is quarantined and shown
        return Understood(cause="failed", detail=type(problem).__name__[:80])


def begin_understanding() -> None:
    """What a process does first that will understand many: it ends with its parent, and seldom looks for garbage."""
    end_with_the_parent()
    gc.set_threshold(*RARELY)


def understand_many(raws: list[bytes], installation: str) -> list[Understood]:
    """`understand` for a list, for one trip between processes."""
    return [understand(raw, installation=installation) for raw in raws]

"""Everything about a mail that its bytes alone tell: so that other processes can do it, without a database."""

from __future__ import annotations

from dataclasses import dataclass

from heard.channels.email.envelope import InboundMessage, UnreadableEmail
from heard.channels.email.installation import installation_name
from heard.channels.email.parsing import parse
from heard.lib.languages import detect


@dataclass(frozen=True, slots=True)
class Understood:
    """A parsed mail and the language of its words; or, without `mail`, the cause. `detail` is the class of an unforeseen error."""

    mail: InboundMessage | None = None
    language: str = ""
    cause: str = ""
    detail: str = ""


def understand(raw: bytes) -> Understood:
    """Read one original. Never raises: what cannot be read has a cause (`failed` when the mistake is ours)."""
    try:
        mail = parse(raw, installation=installation_name())
        return Understood(mail, detect(mail.new_text or mail.text))
    except UnreadableEmail as problem:
        return Understood(cause=problem.cause)
    except Exception as problem:  # our mistake must not lose the message or stop the others: it is quarantined and shown
        return Understood(cause="failed", detail=type(problem).__name__[:80])

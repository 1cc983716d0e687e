"""Decisions about mailboxes: values in, value out."""

from __future__ import annotations

from datetime import datetime, timedelta

TEST_PATIENCE = timedelta(seconds=20)


def base_address(address: str) -> str:
    """`address` in lower case without its plus part: Support+x@Example.org is support@example.org."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def standing_of_test(
    *, at: datetime, sent_at: datetime | None, problem: str, returned_at: datetime | None, is_awaited: bool, now: datetime
) -> str:
    """How far a test mail is: `sending`, `failed`, `awaited`, `missing`, `sent` (nobody waits for it) or `returned`.

    A mail that comes back late still counts as returned.
    """
    if returned_at is not None:
        return "returned"
    if problem:
        return "failed"
    if sent_at is None:
        return "sending"
    if not is_awaited:
        return "sent"
    return "awaited" if now - sent_at < TEST_PATIENCE else "missing"

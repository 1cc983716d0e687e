"""A test mail through a mailbox: sent as any reply is, and recognised when it comes back as any mail does."""

from __future__ import annotations

import hmac
import re
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email.composing import compose
from heard.channels.email.envelope import Address, Outgoing
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.sending import Mailer, mailer_for
from heard.channels.email.services.health import note_mail_out, note_way_out
from heard.channels.email.tasks import send_mailbox_test
from heard.lib import keys
from heard.lib.time import now

HEADER_BYTES = 65_536
"""How many bytes of a message are searched for the mark of a test, which stands among the headers."""


def begin_test(mailbox: Mailbox, *, by: User, goes_to_mailbox: bool) -> MailboxTest:
    """Send a test mail to the mailbox itself, or to the colleague who asks. It is sent in the background."""
    nonce = secrets.token_hex(8)
    with transaction.atomic():
        test = MailboxTest.objects.create(mailbox=mailbox, by=by, at=now(), goes_to_mailbox=goes_to_mailbox, code=f"{nonce}{_mark(nonce)}")
        send_mailbox_test.enqueue(test.pk)
    return test


def send_test(test: MailboxTest, *, mailer: Mailer | None = None) -> None:
    """Hand the test mail over, once, and note what the server said."""
    if test.sent_at is not None or test.problem:
        return
    mailbox = test.mailbox
    recipient = mailbox.address if test.goes_to_mailbox else test.by.email
    raw = _with_mark(compose(_mail(test, recipient)), test.code)
    outcome = (mailer or mailer_for(mailbox)).send(raw, mailbox=mailbox, sender=mailbox.address, recipients=[recipient])
    sent_at = now() if outcome.accepted else None
    problem = outcome.problem if sent_at is None else ""
    MailboxTest.objects.filter(pk=test.pk).update(sent_at=sent_at, problem=problem, reply_code=outcome.reply_code)
    if sent_at is not None:
        note_mail_out(mailbox, sent_at)
    if sent_at is not None or outcome.is_temporary:  # a refused address says nothing about the way
        note_way_out(mailbox, problem)


def note_return(raw: bytes, *, mailbox: Mailbox, transport: str) -> None:
    """When `raw` is a test mail of ours that came back to its mailbox, note it. Nothing happens for any other mail."""
    found = re.search(rb"^X-Heard-Test: ([0-9a-f]{32})\r?$", raw[:HEADER_BYTES], re.MULTILINE)
    if found is None:
        return
    code = found[1].decode()
    if hmac.compare_digest(code[16:], _mark(code[:16])):
        MailboxTest.objects.filter(code=code, mailbox=mailbox, returned_at=None).update(returned_at=now(), returned_by=transport)


def _mark(nonce: str) -> str:
    return hmac.digest(keys.key("mail"), b"heard: mailbox test\0" + nonce.encode(), "sha256").hex()[:16]


def _mail(test: MailboxTest, recipient: str) -> Outgoing:
    mailbox = test.mailbox
    with translation.override(test.by.language or settings.LANGUAGE_CODE):
        return Outgoing(
            sender=Address(mailbox.name, mailbox.address),
            to=(Address("", recipient),),
            subject=_("A test from %(mailbox)s") % {"mailbox": mailbox.name},
            text=_("This is a test that %(name)s asked for. Nobody needs to answer it.") % {"name": test.by.name},
            message_id=f"test.{test.code}@{mailbox.domain}",
            date=test.at,
            installation=installation_name(),
            is_automatic=True,
            is_reply=False,
        )


def _with_mark(raw: bytes, code: str) -> bytes:
    return f"X-Heard-Test: {code}\r\n".encode() + raw

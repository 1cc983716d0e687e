"""The mail with a code. It is no message of the conversation: colleagues never see the code, and nothing keeps it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from heard.channels.email.composing import compose
from heard.channels.email.envelope import Address, Outgoing
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.sending import Mailer, mailer_for
from heard.channels.email.services.health import note_mail_out, note_way_out
from heard.lib.time import now
from heard.portal.models import Code
from heard.portal.services.codes import LIFE, address_of, digits_of
from heard.tasks import RetryAt

PAUSE = timedelta(seconds=20)


def send(code_id: int, *, mailer: Mailer | None = None) -> None:
    """Hand the code over, unless nobody is meant by it or it is over. Raises RetryAt while it may still arrive in time."""
    code = Code.objects.filter(pk=code_id).select_related("conversation__mailbox", "identity").first()
    if code is None or code.identity is None or code.sent_at is not None or now() - code.made_at > LIFE:
        return
    mailbox, address = _mailbox(code), address_of(code)
    if mailbox is None or not address:
        return
    outcome = (mailer or mailer_for(mailbox)).send(
        compose(_mail(code, mailbox, address)), mailbox=mailbox, sender=mailbox.address, recipients=[address]
    )  # fmt: skip
    if outcome.accepted:
        Code.objects.filter(pk=code.pk).update(sent_at=now())
        note_mail_out(mailbox, now())
        note_way_out(mailbox, "")
    elif outcome.is_temporary:
        note_way_out(mailbox, outcome.problem)
        raise RetryAt(now() + PAUSE)


def _mailbox(code: Code) -> Mailbox | None:
    own = code.conversation.mailbox if code.conversation is not None else None
    return own or Mailbox.objects.filter(is_active=True).order_by("pk").first()


def _mail(code: Code, mailbox: Mailbox, address: str) -> Outgoing:
    digits = digits_of(code)
    known = {code.language, code.identity.language if code.identity else ""} & set(dict(settings.LANGUAGES))
    language = code.language if code.language in known else next(iter(known), settings.LANGUAGE_CODE)
    with translation.override(language):
        lines = [
            _("Your code: %(code)s") % {"code": f"{digits[:4]} {digits[4:]}"},
            _("Type it on the page where you asked for it. It works once, within %(minutes)s minutes.") % {"minutes": LIFE.seconds // 60},
            _(
                "You did not ask for it? Then somebody else has a link of yours. Without this code it tells them no more than before: do nothing."
            ),
        ]
        return Outgoing(
            sender=Address(mailbox.name, mailbox.address),
            to=(Address("", address),),
            subject=_("Your code for %(mailbox)s") % {"mailbox": mailbox.name},
            text="\n\n".join(lines),
            message_id=f"code.{code.request.hex}@{mailbox.domain}",
            date=code.made_at,
            installation=installation_name(),
            is_automatic=True,
            is_reply=False,
        )

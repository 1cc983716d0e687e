"""Raw mails as a customer's program writes them."""

from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from tests.factories.people import MONDAY_MORNING

_numbers = count(1)


def make_mail(
    text: str = "Where is my parcel?",
    *,
    sender: str = "Ada Lovelace <ada@example.org>",
    to: str = "support@heard.example",
    subject: str = "My parcel",
    message_id: str = "",
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """A plain mail. `headers` are written with underscores: `in_reply_to="<1@example.org>"`; `files` are name → content."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(MONDAY_MORNING)
    mail["Message-ID"] = message_id or f"<test-{next(_numbers)}@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()

# ruff: noqa: E501  (mail is shown as it is written)
"""Reports of failed delivery: for whom, for good or not, and of which message."""

import pytest

from heard.channels.email.envelope import FailedRecipient
from heard.channels.email.parsing import parse

HEAD = "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nTo: support@example.com\nSubject: Undelivered Mail Returned to Sender\n"


def report(*blocks: str, returned: str = "message/rfc822\n\nMessage-ID: <h.token.1@example.com>\nSubject: Re: Parcel\n\nHello") -> bytes:
    status = "\n\n".join(("Reporting-MTA: dns; mx.example.net", *blocks))
    return (
        HEAD
        + "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + "--b\n\nI am sorry.\n"
        + f"--b\nContent-Type: message/delivery-status\n\n{status}\n\n"
        + f"--b\nContent-Type: {returned}\n--b--\n"
    ).encode()


def test_a_report_by_rfc_3464_names_recipient_status_and_message():
    message = parse(
        report(
            "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n <ada@example.org>: no such user"
        )
    )
    assert message.automatic == "bounce"
    assert message.bounce is not None
    assert message.bounce.recipients == (
        FailedRecipient("ada@example.org", True, "5.1.1", "smtp; 550 5.1.1 <ada@example.org>: no such user"),
    )
    assert message.bounce.original_message_id == "h.token.1@example.com"
    assert message.bounce.is_permanent


def test_the_address_we_wrote_to_counts_not_the_one_it_was_forwarded_to():
    message = parse(
        report("Original-Recipient: rfc822;ada@example.org\nFinal-Recipient: rfc822;ada@elsewhere.example\nAction: failed\nStatus: 5.0.0")
    )
    assert message.bounce is not None
    assert [recipient.address for recipient in message.bounce.recipients] == ["ada@example.org"]


def test_a_delay_is_not_for_good():
    message = parse(report("Final-Recipient: rfc822; ada@example.org\nAction: delayed\nStatus: 4.4.1"))
    assert message.bounce is not None
    assert not message.bounce.is_permanent


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action):
    message = parse(report(f"Final-Recipient: rfc822; ada@example.org\nAction: {action}\nStatus: 2.0.0"))
    assert message.bounce is None
    assert message.automatic == "notice"


def test_headers_alone_name_the_message_too():
    message = parse(
        report(
            "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1",
            returned="text/rfc822-headers\n\nMessage-ID: <h.token.2@example.com>\n",
        )
    )
    assert message.bounce is not None
    assert message.bounce.original_message_id == "h.token.2@example.com"


def test_plain_words_of_a_mail_system_are_understood():
    body = "Sorry, your message could not be delivered to <ada@example.org>: mailbox is full.\n\n--- Original message ---\nMessage-ID: <h.token.3@example.com>\n"
    message = parse((HEAD + "\n" + body).encode())
    assert message.bounce is not None
    assert [recipient.address for recipient in message.bounce.recipients] == ["ada@example.org"]
    assert message.bounce.original_message_id == "h.token.3@example.com"


def test_a_report_that_names_nobody_is_still_one():
    message = parse((HEAD + "\nYour message could not be delivered.\n").encode())
    assert message.automatic == "bounce"
    assert message.bounce is not None
    assert message.bounce.recipients == ()


def test_a_customer_who_sends_us_a_report_is_no_mail_system():
    """Their question would be lost among the bounces."""
    body = "I got this when I wrote to you:\n\n> Hi. This is the qmail-send program. I'm afraid I wasn't able to deliver your message\n> <support@example.com>:\n> user unknown\n"
    message = parse(("From: ada@example.org\nTo: sales@example.com\nSubject: Fwd: failure notice\n\n" + body).encode())
    assert message.bounce is None
    assert message.automatic == ""


def test_a_report_inside_a_forwarded_message_counts_for_nothing():
    inner = report("Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1").decode()
    outer = "From: ada@example.org\nSubject: Fwd: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nLook.\n--o\nContent-Type: message/rfc822\n\n"
    assert parse((outer + inner + "\n--o--\n").encode()).bounce is None

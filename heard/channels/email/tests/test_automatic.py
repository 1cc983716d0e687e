"""Robots are recognised, and people are not taken for robots."""

import pytest

from heard.channels.email.automatic import is_robot, may_acknowledge, may_reopen
from heard.channels.email.parsing import parse


def mail(*headers: str, subject: str = "Hello", sender: str = "ada@example.org", body: str = "My parcel is late.") -> bytes:
    lines = [f"From: {sender}", "To: support@example.com", f"Subject: {subject}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body + "\r\n").encode()


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("", ()),
        ("", ("Auto-Submitted: no",)),
        ("", ("Precedence: normal", "Return-Path: <ada@example.org>")),
        ("", ("In-Reply-To: <a@b.example>", "X-Auto-Response-Suppress: DR, RN")),
        ("auto_reply", ("Auto-Submitted: auto-replied (vacation)",)),
        ("auto_reply", ("X-Autoreply: yes",)),
        ("auto_reply", ("Precedence: auto_reply",)),
        ("auto_reply", ("X-POST-MessageClass: 9; Autoresponder",)),
        ("auto_reply", ("Content-Type: multipart/report; report-type=disposition-notification; boundary=b",)),
        ("auto_reply", ("Return-Path: <>", "In-Reply-To: <a@b.example>")),
        ("notice", ("Return-Path: <>",)),
        ("notice", ("Auto-Submitted: auto-generated",)),
        ("notice", ("Precedence: bulk",)),
        ("notice", ("X-Auto-Response-Suppress: All",)),
        ("notice", ("X-Loop: somewhere",)),
        ("list", ("List-Id: <news.example.org>",)),
        ("list", ("List-Unsubscribe: <mailto:x@y.example>", "Precedence: bulk")),
        ("own", ("X-Heard-Installation: 1234",)),
    ],
)
def test_headers_tell(kind, headers):
    message = parse(mail(*headers), installation="1234")
    assert message.automatic == kind
    assert may_acknowledge(message) == (kind == "")
    assert may_reopen(message) == (kind in ("", "list", "notice"))


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your parcel",
        "Out of Office: Re: Your parcel",
        "Out of office",
        "Abwesenheitsnotiz: Ihr Paket",
        "Automatische Antwort: Ihr Paket",
        "Réponse automatique : Votre colis",
        "Respuesta automática: su paquete",
        "Resposta automática: x",
        "Risposta automatica: x",
        "Automatisch antwoord: x",
        "Autosvar: x",
        "Automatyczna odpowiedź: x",
        "Автоматический ответ: x",
        "自動応答: x",
        "自动回复: x",
    ],
)
def test_an_absence_is_recognised_in_many_languages(subject):
    assert parse(mail(subject=subject)).automatic == "out_of_office"
    assert not may_reopen(parse(mail(subject=subject)))


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office hours: whom can I call?",
        "Question about your automatic reply",
        "Re: Automatic reply: Your parcel",
        "Ausente",
        "On vacation I lost my card",
        "Delivery failed twice",
        "Undelivered parcel",
        "Automatic gate does not open",
    ],
)
def test_who_writes_about_such_things_is_a_person(subject):
    message = parse(mail(subject=subject, body="The courier says: address does not exist, user unknown, ada@example.org. Delivery failed."))
    assert message.automatic == ""
    assert message.bounce is None


def test_words_count_anywhere_once_a_header_says_robot():
    assert parse(mail("Auto-Submitted: auto-generated", subject="Re: I am away, out of office")).automatic == "out_of_office"


@pytest.mark.parametrize(
    "address", ["noreply@x.example", "no-reply+1@x.example", "do_not_reply@x.example", "MAILER-DAEMON@x.example", "postmaster@x.example"]
)
def test_nobody_reads_what_is_sent_to_robots(address):
    assert is_robot(address)
    message = parse(mail(sender=address))
    assert message.automatic == "notice"
    assert not may_acknowledge(message)
    assert not may_acknowledge(parse(mail(f"Reply-To: {address}")))


@pytest.mark.parametrize(
    "address", ["ada@noreply.example", "noah@x.example", "rooty@x.example", "alerts.team@x.example", "cronin@x.example"]
)
def test_people_with_such_names_are_people(address):
    assert not is_robot(address)


def test_a_message_without_a_sender_is_not_answered():
    assert not may_acknowledge(parse(b"To: support@example.com\nSubject: x\n\nHello"))

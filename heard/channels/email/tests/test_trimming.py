# ruff: noqa: E501  (mail is shown as it is written)
"""The answer without what it quotes. How well this does on mail of others is in test_outside_scores.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.trimming import trim

QUOTED = "> How are you?\n> Bob"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 3 Nov 2025 at 10:00, Bob <bob@example.com> wrote:",
        "On Mon, 3 Nov 2025 at 10:00, Bob Miller of Example Support\n<bob@example.com> wrote:",
        "Am 03.11.2025 um 10:00 schrieb Bob <bob@example.com>:",
        "Am Mo., 3. Nov. 2025 um 10:00 Uhr schrieb Bob <\nbob@example.com>:",
        "Le lun. 3 nov. 2025 à 10:00, Bob <bob@example.com> a écrit :",
        "El lun, 3 nov 2025 a las 10:00, Bob (<bob@example.com>) escribió:",
        "Il giorno lun 3 nov 2025 alle ore 10:00 Bob <bob@example.com> ha scritto:",
        "Em seg., 3 de nov. de 2025 às 10:00, Bob <bob@example.com> escreveu:",
        "Op ma 3 nov 2025 om 10:00 schreef Bob <bob@example.com>:",
        "Den mån 3 nov. 2025 kl 10:00 skrev Bob <bob@example.com>:",
        "pon., 3 lis 2025 o 10:00 Bob <bob@example.com> napisał(a):",
        "пн, 3 нояб. 2025 г. в 10:00, Bob <bob@example.com>:",
        "пн, 3 нояб. 2025 г. в 10:00 пользователь Bob <\nbob@example.com> написал:",
        "3 Kas 2025 Pzt 10:00 tarihinde Bob <bob@example.com> yazdı:",
        "2025年11月3日(月) 10:00 Bob <bob@example.com>:",
        "在 2025年11月3日，上午10:00，Bob <bob@example.com> 写道：",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-------- Mensaje original --------",
        "Von: Bob <bob@example.com>\nGesendet: Montag, 3. November 2025 10:00\nAn: Ada\nBetreff: Paket\n",
        "*From:* Bob <bob@example.com>\n*Sent:* Monday, November 3, 2025 10:00 AM\n*To:* Ada\n*Subject:* Parcel\n",
        "________________________________\nDe : Bob <bob@example.com>\nEnvoyé : lundi 3 novembre 2025 10:00\nÀ : Ada\nObjet : Colis\n",
    ],
)
def test_what_is_introduced_in_any_language_is_cut(introduction):
    new, quoted = trim(f"Fine, thanks.\n\nAda\n\n{introduction}\n\n{QUOTED}\n")
    assert new == "Fine, thanks.\n\nAda"
    assert "How are you?" in quoted


def test_an_answer_below_the_quotation_is_found():
    assert trim(f"On 3 Nov 2025, Bob wrote:\n{QUOTED}\n\nFine, thanks.") == ("Fine, thanks.", f"On 3 Nov 2025, Bob wrote:\n{QUOTED}")


def test_answers_between_quoted_lines_keep_them():
    text = "On 3 Nov 2025, Bob wrote:\n> How are you?\n\nFine.\n\n> And the parcel?\n\nStill lost."
    assert trim(text)[0] == text


@pytest.mark.parametrize("text", ["> all quoted", "-----Original Message-----\nFrom: x", "", "   \n", "--\nAda"])
def test_when_nothing_would_remain_nothing_is_cut(text):
    assert trim(text) == (text.strip(), "")


@pytest.mark.parametrize(
    "end",
    [
        "-- \nAda Lovelace\nCountess",
        "--\nAda",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPad",
        "Get Outlook for iOS",
        "—\nAda",
    ],
)
def test_signatures_and_advertisements_go(end):
    assert trim(f"Fine, thanks.\n\n{end}\n") == ("Fine, thanks.", end.replace("-- ", "--"))


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nthe parcel was\nsent by courier on Monday.",
        "Please look:\n\nFrom: Berlin\nWeight: 3 kg",
        "I wrote on 3 Nov 2025 that it is late.\nNobody answered:\nwhy?",
        "Two questions\n-----\nWhere is it? When does it come?\nIs it insured?\nWho pays?\nCan I refuse it?\nWhere do you send it?\nHow long?\nWhich box?\nWhich weight?\nWhy?\nSince when?",
        "我的订单在哪里",
        "Sent with DHL on Friday",
        "Gesendet über DHL am Freitag",
    ],
)
def test_ordinary_words_are_kept(text):
    assert trim(text) == (text, "")


words = st.sampled_from(
    [
        "",
        "Hello",
        "> quoted",
        "On 3 Nov 2025, Bob wrote:",
        "-- ",
        "—",
        "From: a",
        "Sent: b",
        "To: c",
        "Subject: d",
        "Sent from my iPhone",
        "______",
        "| x",
    ]
)


@given(st.lists(words | st.text(max_size=20), max_size=25).map("\n".join))
def test_nothing_is_lost_and_something_always_remains(text):
    new, quoted = trim(text)
    assert sorted("".join((new + quoted).split())) == sorted("".join(text.split()))
    assert bool(new) == bool(text.strip())

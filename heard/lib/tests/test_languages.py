import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.lib.languages import LANGUAGES, detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My order has not arrived yet. Could you please check?"),
        ("en", "Please cancel my subscription"),
        ("es", "Mi pedido todavía no ha llegado. ¿Pueden mirarlo?"),
        ("es", "Quiero cancelar mi suscripción"),
        ("de", "Meine Bestellung ist noch nicht angekommen."),
        ("fr", "Ma commande n'est pas encore arrivée."),
        ("it", "Il mio ordine non è ancora arrivato."),
        ("pt", "A minha encomenda ainda não chegou."),
        ("nl", "Mijn bestelling is nog niet aangekomen."),
        ("pl", "Moje zamówienie jeszcze nie dotarło."),
        ("sv", "Min beställning har inte kommit fram ännu."),
        ("ru", "Мой заказ ещё не пришёл, проверьте пожалуйста."),
        ("uk", "Моє замовлення ще не прибуло, перевірте будь ласка."),
        ("ar", "لم يصل طلبي حتى الآن، هل يمكنكم التحقق من ذلك؟"),
        ("el", "Η παραγγελία μου"),
        ("zh", "我的订单还没有到。"),
        ("zh", "iPhone 13 Pro Max 坏了怎么办"),
        ("ja", "注文がまだ届きません。"),
        ("ja", "返品したい"),
        ("ko", "주문이 아직 도착하지 않았습니다."),
        ("th", "สินค้าที่สั่งซื้อยังไม่มาถึง"),
    ],
)
def test_a_language_is_told(language, text):
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "   ", "12345", "Thanks!", "AB-1234", "ada@example.org https://example.org/mi/pedido/todavia/no", "🎉🎉🎉"]
)
def test_what_is_too_little_to_tell_is_left_open(text):
    assert detect(text) == ""


def test_quoted_addresses_do_not_change_a_language():
    assert detect("Meine Bestellung fehlt noch immer, siehe https://example.org/where-is-my-order-please und ada@example.org") == "de"


def test_the_beginning_decides_and_length_does_no_harm():
    assert detect("Ma commande n'est pas encore arrivée. " * 20 + "My order has not arrived. " * 10_000) == "fr"
    assert detect("x" * 1_000_000) in ("", *LANGUAGES)


def test_a_program_that_detects_nothing_does_not_load_the_model():
    code = "import sys, heard.lib.languages as one; one.detect('ok'); one.detect('返品したい'); assert 'py3langid' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@settings(deadline=None)
@given(st.text())
def test_any_text_has_a_code_or_none(text):
    code = detect(text)
    assert code == "" or (len(code) == 2 and code.isalpha())

"""Orders and offerings out of files: what is understood, what is refused and why, and the same file twice."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.cli import main
from heard.lib.money import EXPONENTS, NotMoney, in_words, minor_units
from heard.lib.tables import Problem, WrongFile, moment_of, text_of
from heard.purchases.models import Offering, Order, OrderLine, Refund, Taking
from heard.purchases.offering_files import offerings_in
from heard.purchases.order_files import orders_in
from heard.purchases.said import OrderSaid
from heard.purchases.services.taking import NotAFile, drop_old_takings, drop_taking, look_at_orders, start_taking, take
from tests.factories.people import MONDAY_MORNING

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
SHOP = """order,placed_at,email,customer_name,currency,sku,item,quantity,amount,line_state,delivered_on,refunded,returned
20931,2026-11-02,ada@example.org,Ada,EUR,CZ-1,Carbon Z poles,1,89.00,delivered,2026-11-05,10.00,
20931,,,,,F45,"Fells 45 rucksack, slate",1,145.00,delivered,2026-11-05,,1
20932,2026-11-03,grace@example.com,Grace,EUR,,Wax,3,"13,50",,,,
"""


def read(text: str, currency: str = "") -> list[OrderSaid | Problem]:
    return list(orders_in(text.splitlines(keepends=True), currency=currency, zone=MADRID, now=NOW))


def test_rows_of_one_order_are_its_lines():
    first, second = read(SHOP)
    assert [line.name for line in first.lines] == ["Carbon Z poles", "Fells 45 rucksack, slate"]
    assert (first.charged, first.lines[0].refunded, first.lines[1].returned) == (23400, 1000, 1)
    assert (second.lines[0].quantity, second.charged) == (3, 1350)
    assert first.placed_at == datetime(2026, 11, 2, 11, tzinfo=UTC)  # noon in Madrid: a day without an hour


def test_a_shop_s_own_export_is_understood():
    [order] = read(
        "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount\n"
        "#1001,ada@example.org,paid,fulfilled,GBP,30.00,2026-10-13 10:35:23 -0400,2,Kettle,10.00,5.00\n"
        "#1001,ada@example.org,,,,,,1,Cup,5.00,\n"
    )
    assert (order.number, order.state, order.charged, order.refunded, order.currency) == ("1001", "sent", 3000, 500, "GBP")
    assert [(line.quantity, line.amount) for line in order.lines] == [(2, 2000), (1, 500)]
    assert order.placed_at == datetime(2026, 10, 13, 14, 35, 23, tzinfo=UTC)


def test_a_column_s_own_name_comes_before_others_that_may_mean_it():
    [order] = read("name,order,placed_at,email,currency,item,amount\nAda,7,2026-03-01,a@b.example,EUR,Tea,1.00\n")
    assert order.number == "7"


def test_semicolons_and_spanish_headings():
    [order] = read("Número de pedido;Fecha;Correo electrónico;Artículo;Importe;Moneda\n7;31.10.2026;ada@example.org;Botas;1.234,50;EUR\n")
    assert (order.number, order.charged) == ("7", 123450)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,2026-13-01,a@b.example,EUR,Tea,1.00", "2026-13-01"),
        ("1,03/04/2026,a@b.example,EUR,Tea,1.00", "two days"),
        ("1,2027-03-01,a@b.example,EUR,Tea,1.00", "future"),
        ("1,2026-03-01,nobody,EUR,Tea,1.00", "nobody"),
        ("1,2026-03-01,,EUR,Tea,1.00", "who bought"),
        ("1,2026-03-01,a@b.example,EURO,Tea,1.00", "EURO"),
        ("1,2026-03-01,a@b.example,EUR,Tea,cheap", "cheap"),
        ("1,2026-03-01,a@b.example,EUR,Tea,\"1,000\"", "two things"),
        ("1,2026-03-01,a@b.example,JPY,Tea,1.50", "JPY"),
        (",2026-03-01,a@b.example,EUR,Tea,1.00", "number"),
        ("1,2026-03-01,a@b.example,EUR,Tea,1.00,extra", "fields"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_line_and_a_sentence(row, says):
    problem, order = read(f"order,placed_at,email,currency,item,amount\n{row}\n2,2026-03-01,a@b.example,EUR,Tea,1.00\n")
    assert isinstance(problem, Problem) and problem.line == 2 and says in problem.message
    assert isinstance(order, OrderSaid)


def test_an_order_whose_rows_stand_apart_is_refused_the_second_time():
    row = "{},2026-03-01,a@b.example,EUR,Tea,1.00\n"
    first, _second, third = read("order,placed_at,email,currency,item,amount\n" + row.format(1) + row.format(2) + row.format(1))
    assert isinstance(first, OrderSaid) and isinstance(third, Problem) and third.line == 4


@pytest.mark.parametrize("raw", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"a,b\0c"])
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(WrongFile):
        text_of(raw)


def test_letters_of_windows_are_read():
    assert "años" in text_of("años".encode("cp1252")) and "años" in text_of("años".encode("utf-16"))


def test_a_file_without_a_needed_column_names_those_it_has():
    with pytest.raises(WrongFile, match="when, what"):
        read("when,what\n1,2\n")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_file_breaks_the_reader(raw):
    """Whatever the bytes: a WrongFile, or orders and problems."""
    try:
        list(orders_in(text_of(b"order,placed_at,email,item,amount\n" + raw).splitlines(keepends=True), currency="EUR", zone=UTC, now=NOW))
        list(offerings_in(text_of(b"sku,name,fits_with\n" + raw).splitlines(keepends=True)))
    except WrongFile:
        pass


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_text_breaks_a_moment_or_an_amount(text):
    for read_one in (lambda: moment_of(text, MADRID), lambda: minor_units(text, "EUR")):
        try:
            read_one()
        except ValueError:
            pass


@given(st.integers(0, 10**12), st.sampled_from(sorted(EXPONENTS)))
@settings(deadline=None)
def test_an_amount_written_plainly_is_read_back_exactly(minor, currency):
    plain = str(Decimal(minor).scaleb(-EXPONENTS[currency]))
    if EXPONENTS[currency] == 3 or not ("." in plain and len(plain.split(".")[1]) == 3):
        assert minor_units(plain, currency) == minor
    assert in_words(minor, currency)


def test_an_amount_of_another_currency_is_no_amount():
    with pytest.raises(NotMoney):
        minor_units("£5", "EUR")


# Taken in


@pytest.fixture
def shop(support, db):
    from heard.purchases.services.sources import ensure_source

    return ensure_source("shop", teams=[support])


def counts(taking: Taking) -> tuple[int, ...]:
    taking.refresh_from_db()
    return taking.made, taking.changed, taking.unchanged, taking.refused


def test_looking_changes_nothing_and_taking_twice_changes_nothing_more(shop, root):
    wrong = SHOP + "20933,never,ada@example.org,,EUR,,Tea,1,1.00,,,,\n"
    taking = look_at_orders(wrong.encode(), name="orders.csv", source=shop, currency="", by=root)
    assert counts(taking) == (2, 0, 0, 1) and not Order.objects.exists()
    start_taking(taking, by=root)
    take(taking.pk)
    take(taking.pk)
    assert counts(taking) == (2, 0, 0, 1)
    assert taking.state == "done" and taking.blob is None and "never" in taking.problems[0][1]
    again = look_at_orders(wrong.encode(), name="orders.csv", source=shop, currency="", by=root)
    assert counts(again) == (0, 0, 2, 1)
    start_taking(again, by=root)
    take(again.pk)
    assert (Order.objects.count(), OrderLine.objects.count(), Refund.objects.count()) == (2, 3, 1)


def test_a_run_that_was_cut_off_goes_on(shop, root, monkeypatch):
    rows = "".join(f"{number},2026-03-01,c{number}@example.org,EUR,Tea,1.00\n" for number in range(7))
    raw = ("order,placed_at,email,currency,item,amount\n" + rows).encode()
    taking = start_taking(look_at_orders(raw, name="a.csv", source=shop, currency="", by=root), by=root)
    monkeypatch.setattr("heard.purchases.services.taking.AT_ONCE", 3)
    from heard.purchases.services import recording

    real, calls = recording.record_orders, []

    def cut_off(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(recording, "record_orders", cut_off)
    with pytest.raises(KeyboardInterrupt):
        take(taking.pk)
    assert Order.objects.count() == 3
    take(taking.pk)
    assert Order.objects.count() == 7 and counts(taking) == (7, 0, 0, 0)


def test_a_contradiction_is_refused_and_the_rest_taken(shop, root):
    head = "order,placed_at,email,currency,item,amount\n"
    for currency in ("EUR", "USD"):
        raw = f"{head}1,2026-03-01,a@b.example,{currency},Tea,1.00\n{currency},2026-03-01,a@b.example,EUR,Tea,1.00\n".encode()
        taking = start_taking(look_at_orders(raw, name="a.csv", source=shop, currency="", by=root), by=root)
        take(taking.pk)
    assert counts(taking) == (1, 0, 0, 1) and "EUR" in taking.problems[0][1]


def test_what_nobody_takes_in_is_dropped(shop, root):
    taking = look_at_orders(SHOP.encode(), name="a.csv", source=shop, currency="", by=root)
    Taking.objects.update(at=MONDAY_MORNING)
    assert drop_old_takings() == 1
    taking.refresh_from_db()
    assert (taking.state, taking.blob) == ("dropped", None)
    with pytest.raises(NotAFile):
        start_taking(taking, by=root)
    assert drop_taking(taking).state == "dropped"


def test_the_command_takes_orders_and_says_what_it_did(tmp_path: Path, support, capsys):
    file = tmp_path / "orders.csv"
    file.write_text(SHOP + "x,never,,,,,,,,,,,\n")
    assert main(["import", "orders", str(file), "--source", "Till", "--team", "Support"]) == 1
    said = capsys.readouterr()
    assert "2 orders are new" in said.out and "line 5" in said.err
    assert main(["import", "orders", str(tmp_path / "none.csv")]) == 2
    assert main(["import", "orders", str(file), "--currency", "DOLLAR"]) == 2
    assert main(["import", "orders", str(file), "--team", "Nobody"]) == 2


def test_offerings_know_what_fits_whatever_their_order(tmp_path: Path, support, capsys):
    from heard.purchases.selectors import fitting

    file = tmp_path / "offerings.csv"
    file.write_text("sku,name,kind,fits_with,Colour\nT-1,Tip,product,P-1; none,black\nP-1,Poles,product,,\nS-1,Sharpening,service,,\n")
    orders = tmp_path / "orders.csv"
    orders.write_text("order,placed_at,email,currency,item,sku,amount\n1,2026-03-01,a@b.example,EUR,Poles,P-1,89.00\n")
    assert main(["import", "orders", str(orders)]) == 0
    assert main(["import", "offerings", str(file)]) == 0
    assert main(["import", "offerings", str(file)]) == 0
    assert "0 offerings are new, 0 changed, 3 were here" in capsys.readouterr().out
    poles = Offering.objects.get(sku="P-1")
    assert [one.sku for one in fitting([poles.pk])[poles.pk]] == ["T-1"]
    assert Offering.objects.get(sku="T-1").attributes == {"Colour": "black"}
    assert OrderLine.objects.get().offering == poles

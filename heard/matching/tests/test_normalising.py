"""Values as people write them, in the one form in which two are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.matching.normalising import address, birth_date, email, external_id, handle, make_record, name, organisation, phone
from heard.matching.records import Name, pack, together, unpack


@pytest.mark.parametrize(
    ("text", "given_name", "family", "middle", "generation"),
    [
        ("Ana López", "ana", "lopez", "", ""),
        ("Smith, Robert E", "robert", "smith", "e", ""),
        ("Dr. Ana de la Cruz", "ana", "cruz", "", ""),
        ("DUPONT Jean", "jean", "dupont", "", ""),
        ("Robert Smith Jr.", "robert", "smith", "", "2"),
        ("Smith Sr", "", "smith", "", "1"),
        ("María José García López", "maria", "lopez", "jose garcia", ""),
        ("Ludwig van Beethoven", "ludwig", "beethoven", "", ""),
        ("J.R. Smith", "j", "smith", "r", ""),
        ("王杰", "jie", "wang", "", ""),
        ("欧阳娜娜", "nana", "ouyang", "", ""),
        ("김철수", "cheolsu", "kim", "", ""),
        ("Владимир Иванов", "vladimir", "ivanov", "", ""),
        ("O’Hare, Ellie", "ellie", "ohare", "", ""),
        ("Ana", "ana", "", "", ""),
    ],
)
def test_a_name_is_one_however_it_is_written(text, given_name, family, middle, generation):
    assert name(text) == Name(given_name, family, middle, generation)


def test_parts_of_a_name_may_come_apart():
    assert name(given="Jean-Pierre", family="Le Goff") == Name("jeanpierre", "goff")
    assert name(given="Morris II", family="Klein") == Name("morris", "klein", "", "2")
    assert name(given="", family="") is None
    assert name("—") is None


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("1978-11-12", "", "1978-11-12"),
        ("19781112", "", "1978-11-12"),
        ("12/11/1978", "", "1978-12-11"),
        ("12/11/1978", "ES", "1978-11-12"),
        ("12.11.1978", "", "1978-11-12"),
        ("20/8/1991", "US", "1991-08-20"),
        ("3/1/70", "", "1970-03-01"),
        ("24-May-11", "", "2011-05-24"),
        ("Mar 1 1970", "", "1970-03-01"),
        ("15 de marzo de 1992", "ES", "1992-03-15"),
        ("1970-01-01T00:00:00", "", "1970-01-01"),
        ("1980", "", "1980"),
    ],
)
def test_a_day_is_one_however_it_is_written(text, region, value):
    assert birth_date(text, region=region).value == value


@pytest.mark.parametrize("text", ["", "unknown", "1900-01-01", "5 Aug"])
def test_what_is_no_day_of_birth_is_left_out(text):
    assert birth_date(text) is None


@pytest.mark.parametrize(
    ("line", "number", "street", "city", "postcode"),
    [
        ("123 Main Street, Las Vegas NV 89132", "123", "main", "las vegas", "89132"),
        ("123 E Main St, Las Vegas, NV 89132-1234", "123", "main", "las vegas", "89132"),
        ("445 Overpass Rd San Ramon", "445", "overpass", "san ramon", ""),
        ("80 Delaware Ave SE Washington DC 40040", "80", "delaware", "washington", "40040"),
        ("Ansbacher Straße 23, 56422 Düsseldorf", "23", "ansbacher", "dusseldorf", "56422"),
        ("Hardenbergstr. 87, 10623 Berlin", "87", "hardenberg", "berlin", "10623"),
        ("Calle Mayor 5, 2º B, 28013 Madrid, España", "5", "mayor", "madrid", "28013"),
        ("10 Downing Street, London SW1A 2AA", "10", "downing", "london", "SW1A2AA"),
        ("12 rue de la Paix, 75002 Paris", "12", "paix", "paris", "75002"),
        ("P.O. Box 12987", "12987", "po box", "", ""),
        ("North Street 4", "4", "north", "", ""),
    ],
)
def test_an_address_is_one_however_it_is_written(line, number, street, city, postcode):
    found = address(line)
    assert (found.number, found.street, found.city, found.postcode) == (number, street, city, postcode)


def test_an_address_may_come_in_fields():
    assert address("giblin street", number="69", city="Bittern", postcode="4814", region="Queensland") == address(
        "69 Giblin St", city="bittern", postcode="4814", region="qld"
    )
    assert address("") is None


def test_telephones_have_one_form_where_the_country_is_known():
    assert phone("600 111 222", region="ES").number == phone("+34 600-111-222").number == "+34600111222"
    assert phone("(702) 919-1300 ext. 7", region="US").number == "+17029191300"
    assert phone("0034 600 111 222", region="").number == "+34600111222"
    assert phone("12345", region="ES") is None
    assert phone("0000000000", region="") is None


def test_the_form_of_a_provider_stands_apart_from_the_address():
    found = email('"Ana" <Ana.Lopez+shop@Gmail.com>')
    assert (found.address, found.provider_form) == ("ana.lopez+shop@gmail.com", "analopez@gmail.com")
    assert email("no address") is None


def test_handles_and_numbers_of_others():
    assert handle("https://mastodon.social/@Ana_L") == handle("@ana_l", network="Mastodon")
    assert external_id("Driver's license", "82-31 23", issuer="Texas") == external_id("drivers licence", "823123", issuer="TX")
    assert external_id("passport", "C01", issuer="Canada").kind == external_id("passport", "C01", issuer="CAN").kind == "passport:ca"
    assert external_id("ssn", "000000000") is None
    assert organisation("Miller & Söhne GmbH") == organisation("MILLER & SOHNE") == "miller sohne"


def test_a_record_is_made_from_what_was_given():
    made = make_record(7, "shop", names=["Ana López", "", "—"], emails=["ana@example.org"], phones=["x"], verified={"ana@example.org"})
    assert made.names == (Name("ana", "lopez"),)
    assert made.emails[0].is_verified
    assert made.phones == ()
    assert unpack(pack(made)) == made


def test_records_of_one_person_make_one_record():
    one, other = make_record(2, "shop", names=["Ana López"]), make_record(5, "mail", names=["Ana López"], emails=["ana@example.org"])
    assert together(2, [one, other]) == together(2, [other, one])
    assert len(together(2, [one, other]).names) == 1


@given(st.text(), st.text(), st.text())
def test_whatever_was_written_nothing_breaks(one, two, three):
    made = make_record(
        1, "any", names=[one, (two, three)], birth_dates=[one], emails=[two], phones=[three], addresses=[one, {"line": two, "city": three}],
        handles=[one], ids=[(two, three)], organisation_name=one,
    )  # fmt: skip
    assert unpack(pack(made)) == made

"""Who is right about a field, and how a value becomes their attributes."""

from hypothesis import given
from hypothesis import strategies as st

from heard.bridges.crm.fields import attributes_saying, blank, record_said, values_of
from heard.bridges.crm.mapping import FieldMap, shipped
from heard.bridges.crm.rules import Pair, settle

SUITE = shipped()["suitecrm8"]
NAME, EMAIL, PHONE, ADDRESS = (next(one for one in SUITE.fields if one.field == name) for name in ("name", "email", "phone", "address"))
VALUES = st.sampled_from(["", "a", "b", "c"])
WHO = st.sampled_from(["customer", "colleague", "proved"])


def ways(base, theirs, ours, by="colleague", **more):
    return [settle(way, base=base, theirs=theirs, ours=ours, ours_by=by if ours else "", **more) for way in ("in", "out", "both")]


def test_whoever_changed_something_alone_is_heard():
    assert ways(Pair("a", "a"), "b", "a") == ["take", "send", "take"]
    assert ways(Pair("a", "a"), "a", "b") == ["take", "send", "send"]
    assert ways(Pair("a", "b"), "a", "b") == ["keep", "keep", "keep"]
    assert ways(None, "", "a") == ["take", "send", "send"]
    assert ways(None, "a", "") == ["take", "take", "take"]


def test_two_different_changes_are_for_people():
    assert ways(Pair("a", "a"), "b", "c") == ["take", "send", "ask"]
    assert ways(None, "b", "c") == ["take", "send", "ask"]
    assert ways(Pair("a", "a"), "b", "b") == ["agree"] * 3


def test_what_a_customer_said_is_never_given_up_silently():
    assert ways(Pair("a", "a"), "b", "a", by="customer") == ["ask", "send", "ask"]
    assert ways(Pair("a", "a"), "", "a", by="customer")[2] == "ask"
    assert ways(None, "b", "a", by="customer") == ["ask", "send", "ask"]


def test_a_second_address_is_no_disagreement():
    assert settle("both", base=None, theirs="b", ours="a", ours_by="proved", others=["b"]) == "agree"
    assert settle("both", base=None, theirs="b", ours="a", ours_by="proved", has_room=True) == "send"
    assert settle("both", base=Pair("b", ""), theirs="b", ours="a", ours_by="proved") == "ask"
    assert settle("both", base=Pair("b", ""), theirs="b", ours="a", ours_by="colleague") == "send"


@given(
    st.sampled_from(["off", "in", "out", "both"]), st.one_of(st.none(), st.builds(Pair, VALUES, VALUES)), VALUES, VALUES, WHO, st.booleans()
)
def test_what_is_settled_stays_settled_and_nothing_of_a_customer_is_lost(direction, base, theirs, ours, by, has_room):
    way = settle(direction, base=base, theirs=theirs, ours=ours, ours_by=by if ours else "", has_room=has_room)
    if way in ("agree", "take"):
        after = settle(direction, base=Pair(theirs, ours), theirs=theirs, ours=ours, ours_by=by if ours else "", has_room=has_room)
        assert after == "keep"
    if way == "send":
        assert ours and direction in ("out", "both")
        assert settle(direction, base=Pair(ours, ours), theirs=ours, ours=ours, ours_by=by) == "keep"
    if way == "take" and by == "customer" and ours and theirs and theirs != ours and direction in ("in", "both"):
        assert base is not None and base.theirs == theirs  # theirs was seen beside ours before
    if way == "ask":
        assert ours and direction in ("in", "both")


def test_a_name_is_cut_where_their_own_parts_say():
    theirs = {"first_name": "Ada", "last_name": "King Lovelace"}
    assert attributes_saying(NAME, "Ada María King Lovelace", parts={}, attributes=theirs) == {
        "first_name": "Ada María",
        "last_name": "King Lovelace",
    }
    assert attributes_saying(NAME, "Ada Byron", parts={}, attributes=theirs) == {"first_name": "Ada", "last_name": "Byron"}
    assert attributes_saying(NAME, "Prince", parts={}, attributes={}) == {"first_name": "", "last_name": "Prince"}
    known = {"given": "José Luis", "family": "García"}
    assert attributes_saying(NAME, "José Luis García", parts=known, attributes={}) == {"first_name": "José Luis", "last_name": "García"}


def test_a_value_goes_to_the_place_of_the_one_it_replaces_else_to_an_empty_one():
    theirs = {"email1": "old@example.org", "email2": ""}
    assert attributes_saying(EMAIL, "new@example.org", parts={}, attributes=theirs) == {"email2": "new@example.org"}
    assert attributes_saying(EMAIL, "new@example.org", parts={}, attributes=theirs, instead_of="old@example.org") == {
        "email1": "new@example.org"
    }
    assert attributes_saying(EMAIL, "c@x.example", parts={}, attributes={"email1": "a@x.example", "email2": "b@x.example"}) == {
        "email1": "c@x.example"
    }


def test_what_is_no_value_is_left_out_and_named_and_the_rest_taken():
    from datetime import date

    attributes = {
        "first_name": " Ada ",
        "last_name": "Byron",
        "email1": "ADA@Example.org",
        "phone_work": "ask reception",
        "birthdate": "0000-00-00",
    }
    said = record_said(SUITE.fields, attributes, today=date(2026, 3, 1))
    assert (said.record.emails, said.record.phones, said.record.birth_date) == (("ADA@Example.org",), (), "")
    assert "ask reception" in said.left_out[0]
    assert values_of(NAME, attributes) == ["Ada Byron"]
    assert values_of(EMAIL, attributes) == ["ada@example.org"]


def test_a_field_that_is_not_carried_in_says_nothing():
    from dataclasses import replace
    from datetime import date

    said = record_said([replace(EMAIL, direction="out"), NAME], {"email1": "a@x.example", "first_name": "Ada"}, today=date(2026, 3, 1))
    assert said.record.emails is None


def test_whoever_is_forgotten_leaves_nothing_in_their_attributes():
    emptied = blank(SUITE.fields, SUITE.blanks)
    assert set(emptied) >= {"first_name", "email1", "phone_mobile", "birthdate", "primary_address_street"}
    assert {value for name, value in emptied.items() if name != "last_name"} == {""}


def test_an_address_without_parts_goes_into_the_street():
    one = FieldMap("address", "both", {"street": "street", "town": "city"})
    assert attributes_saying(one, "1 Elm Rd, Leeds", parts={}, attributes={}) == {"street": "1 Elm Rd, Leeds"}
    assert attributes_saying(one, "x", parts={"street": "1 Elm Rd", "town": "Leeds"}, attributes={}) == {
        "street": "1 Elm Rd",
        "city": "Leeds",
    }
    assert values_of(ADDRESS, {"primary_address_city": "Leeds", "primary_address_postalcode": "LS1"}) == ["LS1 Leeds"]

"""A token threads only where we made it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.envelope import Address, InboundMessage
from heard.channels.email.tokens import MAX_NUMBER, TOKEN_LENGTH, find_tokens, make_token, message_id_for, plus_address, read_token

KEY = b"k" * 32
numbers = st.integers(0, MAX_NUMBER)


@given(numbers)
def test_a_token_tells_its_conversation_in_either_case(number):
    token = make_token(number, KEY)
    assert len(token) == TOKEN_LENGTH
    assert read_token(token, KEY) == number
    assert read_token(token.upper(), KEY) == number


@given(numbers, st.binary(min_size=1, max_size=40))
def test_a_token_of_another_key_is_refused(number, other):
    assert other == KEY or read_token(make_token(number, other), KEY) is None


@given(numbers, st.integers(0, TOKEN_LENGTH - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_a_changed_letter_is_refused(number, place, letter):
    token = make_token(number, KEY)
    forged = token[:place] + letter + token[place + 1 :]
    assert read_token(forged, KEY) == (number if forged == token else None)


@given(st.text(max_size=40) | st.text("abcdefghijklmnopqrstuvwxyz234567ſK", min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH))
def test_no_invented_token_is_accepted(text):
    assert read_token(text, KEY) is None


def test_the_marks_of_two_conversations_do_not_mix():
    one, other = make_token(1, KEY), make_token(2, KEY)
    assert read_token(one[:8] + other[8:], KEY) is None


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_impossible_numbers_are_refused(number):
    with pytest.raises(ValueError):
        make_token(number, KEY)


def test_one_message_always_has_the_same_message_id():
    assert message_id_for(7, 3, "example.com", KEY) == message_id_for(7, 3, "example.com", KEY)
    assert message_id_for(8, 3, "example.com", KEY) != message_id_for(7, 3, "example.com", KEY)
    assert message_id_for(7, 3, "example.com", KEY).endswith("@example.com")


def test_tokens_are_found_in_ids_and_plus_addresses():
    first, second, third = (make_token(number, KEY) for number in (1, 2, 3))
    message = InboundMessage(
        message_id=message_id_for(9, 9, "example.com", KEY),  # its own is no hint: who writes a message chooses it
        in_reply_to=(message_id_for(1, 1, "example.com", KEY),),
        references=("x@y.example", message_id_for(5, 2, "example.com", KEY)),
        to=(Address("", plus_address("support+old@example.com", third)),),
        delivered_to=(plus_address("support@example.com", first).upper(),),
    )
    assert find_tokens(message) == [first, second, third]
    assert find_tokens(InboundMessage(in_reply_to=("h.short.1@example.com",))) == []

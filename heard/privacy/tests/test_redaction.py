"""Taking one person out of the words of others."""

from hypothesis import given
from hypothesis import strategies as st

from heard.privacy.redaction import ERASED, Redactor

ADA = Redactor(["ada@example.org"], ["Ada Lovelace"], ["My kettle leaks on the left side of the spout.\nSend it back please"])


def test_addresses_and_whole_names_go_whatever_their_capitals():
    assert ADA.names("ADA LOVELACE wrote from Ada@Example.org.") == f"{ERASED} wrote from {ERASED}."
    assert ADA.names("Ada\nLovelace") == f"{ERASED}"


def test_a_part_of_a_name_goes_as_a_whole_word_in_its_own_spelling():
    assert ADA.names("Dear Ada, and Mr Lovelace") == f"Dear {ERASED}, and Mr {ERASED}"
    assert ADA.names("Adamant about canada and ada") == "Adamant about canada and ada"


def test_a_part_that_is_an_ordinary_word_stays_where_it_is_one():
    will = Redactor([], ["Will Smith"])
    assert will.names("Will you come? I will.") == "Will you come? I will."
    assert will.names("Ask Will.") == f"Ask {ERASED}."


def test_an_address_inside_a_longer_one_stays():
    assert ADA.names("grada@example.org, ada@example.organic") == "grada@example.org, ada@example.organic"


def test_quoted_lines_go_and_the_answer_stays():
    assert ADA.words("Mine too.\n> My kettle\n> leaks\nGrace") == f"Mine too.\n{ERASED}\nGrace"


def test_five_words_in_a_row_are_a_quotation_wherever_the_lines_break():
    assert ADA.words('She says "kettle leaks on the\nleft side" there.') == f'She says "{ERASED}" there.'


def test_a_short_line_that_was_theirs_goes():
    assert ADA.words("Send it back, please!\nNo.") == f"{ERASED}\nNo."


def test_words_that_anybody_says_stay():
    assert ADA.words("My kettle is fine.") == "My kettle is fine."


def test_without_anything_known_nothing_changes():
    assert Redactor([], [], []).words("a b c d e f") == "a b c d e f"


@given(st.text(), st.lists(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=3), st.text())
def test_nothing_that_is_written_breaks_it_and_an_address_never_survives(text, names, said):
    redactor = Redactor(["ada@example.org"], names, [said])
    assert "ada@example.org" not in redactor.words(f"{text} ada@example.org {text}").lower().split()

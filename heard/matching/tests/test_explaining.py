"""Every level has a sentence that names the values, and the weights of the sentences are those of the evidence."""

import pytest
from django.utils.translation import override

from heard.matching.comparisons import LEVELS
from heard.matching.explaining import SENTENCES, in_words, veto_in_words
from heard.matching.model import default_model
from heard.matching.normalising import make_record
from heard.matching.scoring import Evidence, Part, compare


@pytest.mark.parametrize(("kind", "level"), [(kind, level) for kind, levels in LEVELS.items() for level in levels])
def test_every_level_has_a_sentence_of_its_own(kind: str, level: str):
    assert (kind, level) in SENTENCES
    with override("en"):
        said = in_words(Evidence(0.5, 1.0, (Part(kind, level, 1.0, "mine", "theirs"),)))[0]
        assert "%" not in said.text and said.speaks == "for"


def test_the_weights_of_the_sentences_sum_up_to_that_of_the_evidence():
    said = {"names": ["Ada Lovelace"], "emails": ["ada@example.org"], "birth_dates": ["1815-12-10"], "phones": ["+34600111222"]}
    one, other = make_record(1, "crm", **said), make_record(2, "shop", **said | {"phones": ["+34600111223"]})
    evidence = compare(one, other, default_model())
    reasons = in_words(evidence)
    assert sum(reason.weight for reason in reasons) == pytest.approx(evidence.weight)
    with override("en"):
        texts = [reason.text for reason in in_words(evidence)]
    assert "The same e-mail address: ada@example.org" in texts and any("differ in one figure" in text for text in texts)


def test_what_is_new_to_the_sentences_is_still_told():
    said = in_words(Evidence(0.5, -1.0, (Part("shoe", "size", -1.0, "38", "47"),)))[0]
    assert "38" in said.text and "47" in said.text and said.speaks == "against"


def test_a_value_of_very_many_says_nothing():
    said = in_words(Evidence(0.5, 0.0, (Part("phone", "shared", 0.0, "+3491", "+3491"),)))[0]
    assert "says nothing" in said.text and said.speaks == "neither"


def test_a_percent_sign_in_a_value_is_a_value():
    assert "100%s" in in_words(Evidence(0.5, 1.0, (Part("handle", "same", 1.0, "100%s", "100%s"),)))[0].text


@pytest.mark.parametrize("veto", ["kind", "birth_date", "passport"])
def test_a_veto_is_a_sentence(veto: str):
    assert veto_in_words(veto).endswith(".") and veto_in_words("") == ""

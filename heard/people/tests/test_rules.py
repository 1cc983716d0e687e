from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.people.rules import (
    Decision,
    Held,
    canonical,
    clean_display_name,
    component,
    fold_narrowest,
    fold_newest,
    is_free_mail,
    normalise_email,
    organisation_domain,
    provider_form,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  <ada@example.org> ", "ada@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("ＡＤＡ@example.org", "ada@example.org"),
        ("a.d.a+shop@gmail.com", "a.d.a+shop@gmail.com"),
        ("undisclosed", "undisclosed"),
        ("", ""),
    ],
)
def test_addresses_are_compared_in_one_form(written, compared):
    assert normalise_email(written) == compared


@given(st.text(max_size=60))
def test_normalising_once_is_enough_and_never_fails(text):
    assert normalise_email(normalise_email(text)) == normalise_email(text)
    organisation_domain(text)
    clean_display_name(text, text)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("A.d.a+shop@googlemail.com", "ada@gmail.com"),
        ("ada+shop@pm.me", "ada@proton.me"),
        ("a.d.a@outlook.com", "a.d.a@outlook.com"),
        ("a.d.a+shop@example.org", ""),
    ],
)
def test_what_a_provider_treats_as_one_mailbox_is_known_where_it_is_known(address, mailbox):
    assert provider_form(address) == mailbox


@pytest.mark.parametrize(
    "domain", ["gmail.com", "GMX.net", "yahoo.co.uk", "yahoo.fr", "hotmail.com", "t-online.de", "qq.com", "libero.it", "uol.com.br"]
)
def test_free_mail_names_no_organisation(domain):
    assert is_free_mail(domain)
    assert organisation_domain(f"ada@{domain}") == ""
    assert organisation_domain(f"ada@mail.{domain}") == ""


@pytest.mark.parametrize("domain", ["example.org", "yahoofinance.com", "gmail.example.org", "yahoo.example.org", "mygmail.com"])
def test_a_company_is_no_free_mail_provider(domain):
    assert not is_free_mail(domain)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ada@example.org", "example.org"),
        ("ada@mail.shop.example.org", "example.org"),
        ("ada@shop.co.uk", "shop.co.uk"),
        ("ada@mail.shop.com.br", "shop.com.br"),
        ("ada@shop.de", "shop.de"),
        ("ada@co.uk", ""),
        ("ada@localhost", ""),
        ("ada@printer.local", ""),
        ("ada@[192.0.2.1]", ""),
        ("ada@192.0.2.1", ""),
        ("ada@[IPv6:2001:db8::1]", ""),
        ("ada", ""),
        ("ada@a..b", ""),
    ],
)
def test_an_organisation_is_the_domain_it_registered(address, domain):
    assert organisation_domain(address) == domain


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ada Whitfield", "Ada Whitfield"),
        ("Whitfield, Ada", "Ada Whitfield"),
        ('"Whitfield, Ada"', "Ada Whitfield"),
        ("Whitfield, Ada (Acme UK)", "Ada Whitfield (Acme UK)"),
        ("García Márquez, Gabriel", "Gabriel García Márquez"),
        ("'Ada Whitfield'", "Ada Whitfield"),
        ("O'Brien, Pat", "Pat O'Brien"),
        ("Acme, Inc.", "Acme, Inc."),
        ("Müller, GmbH", "Müller, GmbH"),
        ("Ada Whitfield, PhD", "Ada Whitfield, PhD"),
        ("Sales, Support, Billing", "Sales, Support, Billing"),
        ("Room 4, Floor 2", "Room 4, Floor 2"),
        ("'Ada Whitfield' via Support", "Ada Whitfield"),
        ("Ada  \t Whitfield\x00", "Ada Whitfield"),
        ("Ada Whitfield <ada@example.org>", "Ada Whitfield"),
        ("李 明", "李 明"),
        ("ada@example.org", ""),
        ("'ada@example.org'", ""),
        ("ada", ""),
        ("+34 600 000 000", ""),
        ("", ""),
    ],
)
def test_a_name_is_what_people_would_say(written, said):
    assert clean_display_name(written, "ada@example.org") == said


# --- one person, or several ------------------------------------------------------------------------------------------------------------


def same(number, one, other, **fields):
    return Decision(number, one, other, "same", NOON + timedelta(minutes=number), **fields)


def different(number, one, other, **fields):
    return Decision(number, one, other, "different", NOON + timedelta(minutes=number), **fields)


def test_without_decisions_everybody_is_alone():
    assert component([3, 1, 2], []) == [{1}, {2}, {3}]


def test_same_is_carried_on():
    assert component([1, 2, 3, 4], [same(1, 1, 2), same(2, 2, 3)]) == [{1, 2, 3}, {4}]
    assert canonical({3, 1, 2}) == 1


def test_a_retracted_decision_does_not_count():
    decisions = [same(1, 1, 2), same(2, 2, 3, retracted_at=NOON)]
    assert component([1, 2, 3], decisions) == [{1, 2}, {3}]


def test_different_keeps_two_apart_however_they_are_connected():
    assert component([1, 2, 3], [same(1, 1, 2), same(2, 2, 3), different(3, 1, 3)]) == [{1, 2}, {3}]


def test_the_newest_word_on_a_pair_counts():
    assert component([1, 2], [same(1, 1, 2), different(2, 2, 1)]) == [{1}, {2}]
    assert component([1, 2], [different(1, 1, 2), same(2, 1, 2)]) == [{1, 2}]


def test_a_person_outweighs_a_model_at_any_time():
    assert component([1, 2], [different(1, 1, 2), same(2, 1, 2, is_by_person=False)]) == [{1}, {2}]
    assert component([1, 2], [same(1, 1, 2), different(2, 1, 2, is_by_person=False)]) == [{1, 2}]
    joined = [same(5, 1, 2), same(1, 2, 3, is_by_person=False), different(6, 1, 3)]
    assert component([1, 2, 3], joined) == [{1, 2}, {3}]


def test_a_model_s_difference_keeps_models_apart():
    decisions = [same(1, 1, 2, is_by_person=False), same(2, 2, 3, is_by_person=False), different(3, 1, 3, is_by_person=False)]
    assert component([1, 2, 3], decisions) == [{1, 2}, {3}]


def test_decisions_about_others_are_left_out():
    assert component([1], [same(1, 1, 2), same(2, 1, 1)]) == [{1}]


@st.composite
def histories(draw):
    """Up to a dozen decisions among seven identities, some retracted, some by models, several at one moment."""
    count = draw(st.integers(0, 12))
    minutes = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    return [
        Decision(
            number,
            draw(st.integers(1, 7)),
            draw(st.integers(1, 7)),
            draw(st.sampled_from(["same", "same", "different"])),
            NOON + timedelta(minutes=minutes[number]),
            draw(st.sampled_from([None, None, NOON])),
            draw(st.booleans()),
        )
        for number in range(count)
    ]


@given(histories(), st.permutations(range(1, 8)), st.data())
def test_the_order_of_arrival_plays_no_part(decisions, identities, data):
    shuffled = data.draw(st.permutations(decisions))
    turned = [replace(each, one=each.other, other=each.one) for each in shuffled]
    assert component(identities, turned) == component(range(1, 8), decisions)


@given(histories(), st.integers(1, 7), st.integers(1, 7), st.sampled_from(["same", "different"]))
def test_undoing_restores_exactly(decisions, one, other, verdict):
    before = component(range(1, 8), decisions)
    said = Decision(99, one, other, verdict, NOON + timedelta(hours=1))
    component(range(1, 8), [*decisions, said])
    assert component(range(1, 8), [*decisions, replace(said, retracted_at=NOON + timedelta(hours=2))]) == before


@given(histories())
def test_who_a_person_said_differ_are_never_together(decisions):
    people = component(range(1, 8), decisions)
    assert sorted(each for members in people for each in members) == list(range(1, 8))
    standing = [each for each in decisions if each.retracted_at is None and each.is_by_person and each.one != each.other]
    newest = {each.pair: each for each in sorted(standing, key=lambda each: (each.at, each.id))}
    for each in newest.values():
        if each.verdict == "different":
            assert not any({each.one, each.other} <= members for members in people)


@given(histories())
def test_every_component_is_held_together_by_standing_joins(decisions):
    joins = [each.pair for each in decisions if each.retracted_at is None and each.verdict == "same"]
    for members in component(range(1, 8), decisions):
        reached = {min(members)}
        for _ in members:
            reached |= {each for pair in joins if reached & set(pair) and set(pair) <= members for each in pair}
        assert reached == members


# --- what is true of a person ----------------------------------------------------------------------------------------------------------


def test_an_attribute_is_the_newest_of_all_identities():
    assert fold_newest([]) is None
    assert fold_newest([Held(1, "old", NOON), Held(2, "new", NOON + timedelta(days=1))]) == "new"
    assert fold_newest([Held(2, "b", NOON), Held(1, "a", NOON)]) == "b"


SCALE = ("nothing", "service", "everything")


def test_a_consent_is_the_narrowest_of_all_identities():
    assert fold_narrowest([], narrow_to_wide=SCALE) is None
    assert fold_narrowest([Held(1, "everything", NOON), Held(2, "service", NOON)], narrow_to_wide=SCALE) == "service"


def test_somebody_may_change_their_mind_on_one_identity():
    minds = [Held(1, "nothing", NOON), Held(1, "everything", NOON + timedelta(days=1))]
    assert fold_narrowest(minds, narrow_to_wide=SCALE) == "everything"


def test_a_consent_that_the_scale_lacks_is_an_error():
    with pytest.raises(ValueError, match="perhaps"):
        fold_narrowest([Held(1, "perhaps", NOON)], narrow_to_wide=SCALE)


consents = st.lists(st.builds(Held, st.integers(1, 4), st.sampled_from(SCALE), st.just(NOON)), unique_by=lambda each: each.identity)


@given(consents, consents)
def test_joining_never_widens_a_consent_and_never_depends_on_order(one, other):
    other = [replace(each, identity=each.identity + 10) for each in other]
    joined = fold_narrowest([*one, *other], narrow_to_wide=SCALE)
    assert joined == fold_narrowest([*other, *one], narrow_to_wide=SCALE)
    for part in (one, other):
        if part:
            assert SCALE.index(joined) <= SCALE.index(fold_narrowest(part, narrow_to_wide=SCALE))

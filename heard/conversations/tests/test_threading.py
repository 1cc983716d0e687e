from dataclasses import dataclass, field, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.envelope import Address, InboundMessage
from heard.conversations.threading import Envelope, Filed, Index, Reason, Setting, Target, ThreadDecision, decide_thread, envelope_of

ADA, BOB, EVE, ALICE = "ada@example.org", "bob@example.org", "eve@example.net", "alice@heard.example"


def index(seen=None, *, participants=(ADA,), filed=None, targets=None, colleagues=()):
    """Conversation 7 with these participants, unless told otherwise."""
    return Index(seen or {}, targets or {7: Target(frozenset(participants))}, filed or {}, colleagues)


def answer(sender=ADA, **changes):
    return replace(Envelope(message_id="m2@x", in_reply_to=("m1@x",), references=("m1@x",), sender=sender), **changes)


SEEN = {"m1@x": 7}


def test_a_message_that_answers_nothing_opens_a_conversation():
    assert decide_thread(Envelope(message_id="m1@x", sender=ADA), index()) == ThreadDecision("new", None, Reason.NO_REFERENCE)


def test_an_answer_to_something_never_seen_opens_a_conversation():
    assert decide_thread(answer(), index()).reason is Reason.REFERENCE_UNKNOWN


def test_a_message_without_any_id_opens_a_conversation():
    assert decide_thread(Envelope(sender=ADA), index({"": 7})).kind == "new"


@pytest.mark.parametrize("authentication", ["pass", "none"])
def test_a_known_participant_threads_by_header(authentication):
    decision = decide_thread(answer(authentication=authentication), index(SEEN))
    assert decision == ThreadDecision("join", 7, Reason.HEADER_KNOWN_PARTICIPANT)


def test_a_stranger_who_names_our_mail_gets_a_linked_conversation():
    decision = decide_thread(answer(EVE, authentication="pass"), index(SEEN))
    assert decision == ThreadDecision("linked", None, Reason.HEADER_STRANGER, linked_to=7)


def test_a_known_sender_who_failed_authentication_is_a_stranger():
    decision = decide_thread(answer(authentication="fail"), index(SEEN))
    assert decision == ThreadDecision("linked", None, Reason.HEADER_FAILED_AUTHENTICATION, linked_to=7)


def test_a_signed_token_threads_whoever_sends_and_makes_them_a_participant():
    decision = decide_thread(answer(EVE, tokens=(7,)), index())
    assert decision == ThreadDecision("join", 7, Reason.SIGNED_TOKEN, adds_participant=True)
    assert not decide_thread(answer(ADA, tokens=(7,)), index()).adds_participant


def test_a_signed_token_with_a_failed_sender_threads_but_adds_nobody():
    decision = decide_thread(answer(EVE, tokens=(7,), authentication="fail"), index())
    assert decision == ThreadDecision("join", 7, Reason.SIGNED_TOKEN)


def test_a_token_outweighs_headers():
    other = index({"m1@x": 8}, targets={7: Target({ADA}), 8: Target({ADA})})
    assert decide_thread(answer(tokens=(7,)), other).conversation == 7


def test_the_newest_reference_counts_first():
    seen = {"old@x": 7, "middle@x": 8, "new@x": 9}
    targets = {number: Target({ADA}) for number in (7, 8, 9)}
    mail = answer(in_reply_to=(), references=("old@x", "middle@x", "new@x"))
    assert decide_thread(mail, index(seen, targets=targets)).conversation == 9
    assert decide_thread(replace(mail, in_reply_to=("old@x",)), index(seen, targets=targets)).conversation == 7


def test_an_older_reference_counts_when_the_newest_is_strange_to_the_sender():
    seen = {"old@x": 7, "new@x": 8}
    targets = {7: Target({ADA}), 8: Target({BOB})}
    decision = decide_thread(answer(in_reply_to=(), references=("old@x", "new@x")), index(seen, targets=targets))
    assert decision == ThreadDecision("join", 7, Reason.HEADER_KNOWN_PARTICIPANT)


def test_an_authenticated_colleague_threads_from_their_own_mail_program():
    here = index(SEEN, colleagues={ALICE})
    assert decide_thread(answer(ALICE, authentication="pass"), here) == ThreadDecision("join", 7, Reason.HEADER_COLLEAGUE)
    assert decide_thread(answer(ALICE, authentication="none"), here).reason is Reason.HEADER_STRANGER


def test_a_parent_that_comes_late_is_adopted_by_its_child():
    parent = Envelope(message_id="m1@x", sender=ADA)
    assert decide_thread(parent, index(SEEN)) == ThreadDecision("adopt", 7, Reason.CHILD_CAME_FIRST)
    written_to_her = replace(parent, sender=BOB, recipients=frozenset({ADA}))
    assert decide_thread(written_to_her, index(SEEN)) == ThreadDecision("adopt", 7, Reason.CHILD_CAME_FIRST, adds_participant=True)


def test_a_stranger_who_takes_the_id_of_a_missing_mail_is_not_adopted():
    forged = Envelope(message_id="m1@x", sender=EVE)
    assert decide_thread(forged, index(SEEN)) == ThreadDecision("linked", None, Reason.HEADER_STRANGER, linked_to=7)
    assert decide_thread(replace(forged, sender=ADA, authentication="fail"), index(SEEN)).kind == "linked"


def test_a_message_between_two_conversations_links_them():
    seen = {"m1@x": 7, "m2@x": 8}
    decision = decide_thread(answer(), index(seen, targets={7: Target({ADA}), 8: Target({ADA})}))
    assert decision == ThreadDecision("join", 7, Reason.HEADER_KNOWN_PARTICIPANT, linked_to=8)


def test_the_same_mail_by_another_mailbox_is_a_copy():
    mail = Envelope(message_id="m1@x", sender=ADA, body_digest="d")
    here = index({"m1@x": 7}, filed={"m1@x": Filed(7, ADA, "d")})
    assert decide_thread(mail, here) == ThreadDecision("copy", 7, Reason.SAME_MAIL)


@pytest.mark.parametrize("changes", [{"body_digest": "other"}, {"sender": EVE}])
def test_other_words_under_a_used_id_are_filed_apart(changes):
    mail = replace(Envelope(message_id="m1@x", sender=ADA, body_digest="d"), **changes)
    here = index({"m1@x": 7}, filed={"m1@x": Filed(7, ADA, "d")})
    assert decide_thread(mail, here) == ThreadDecision("linked", None, Reason.MESSAGE_ID_REUSED, linked_to=7)


def test_our_own_mail_is_nobodys_new_word():
    here = index(SEEN)
    assert decide_thread(answer(automatic="own", tokens=(7,)), here) == ThreadDecision("copy", 7, Reason.OWN_LOOP)
    assert decide_thread(Envelope(automatic="own"), here) == ThreadDecision("copy", None, Reason.OWN_LOOP)


def test_a_joined_conversation_answers_for_what_was_joined_into_it():
    targets = {7: Target({ADA}, joined_into=9), 9: Target({ADA})}
    assert decide_thread(answer(), index(SEEN, targets=targets)).conversation == 9
    assert decide_thread(answer(tokens=(7,)), index(targets=targets)).conversation == 9


def test_a_circle_of_joins_and_an_erased_conversation_are_gone():
    circle = {7: Target({ADA}, joined_into=9), 9: Target({ADA}, joined_into=7)}
    assert decide_thread(answer(), index(SEEN, targets=circle)).reason is Reason.CONVERSATION_GONE
    assert decide_thread(answer(tokens=(5,)), index()).reason is Reason.CONVERSATION_GONE


def test_what_was_closed_long_ago_is_a_new_matter_if_the_installation_says_so():
    old = index(SEEN, targets={7: Target({ADA}, closed_days=40)})
    assert decide_thread(answer(), old).kind == "join"
    setting = Setting(new_matter_after_days=30)
    for mail in (answer(), answer(tokens=(7,))):
        assert decide_thread(mail, old, setting) == ThreadDecision("linked", None, Reason.CLOSED_LONG_AGO, linked_to=7)


def test_an_installation_may_thread_by_token_alone():
    decision = decide_thread(answer(), index(SEEN), Setting(headers_thread=False))
    assert decision == ThreadDecision("linked", None, Reason.HEADERS_DO_NOT_THREAD, linked_to=7)


@pytest.mark.parametrize("automatic", ["auto_reply", "out_of_office", "bounce", "list", "notice"])
def test_an_automatic_reply_is_filed_where_it_belongs(automatic):
    assert decide_thread(answer(automatic=automatic, tokens=(7,)), index()).conversation == 7


# --- properties -----------------------------------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """The smallest thing that follows the decisions: conversations, their participants, and every id ever seen."""

    seen: dict[str, int] = field(default_factory=dict)
    targets: dict[int, Target] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    links: list[tuple[int, int]] = field(default_factory=list)

    def file(self, mail: Envelope) -> ThreadDecision:
        decision = decide_thread(mail, Index(self.seen, self.targets, self.filed))
        number = decision.conversation or len(self.targets) + 1
        before = self.targets.get(number, Target())
        self.targets[number] = Target(frozenset(before.participants) | {mail.sender} | mail.recipients)
        for name in mail.ids:
            self.seen.setdefault(name, number)
        self.seen[mail.message_id] = number
        self.filed[mail.message_id] = Filed(number, mail.sender, mail.body_digest)
        if decision.linked_to:
            self.links.append((number, decision.linked_to))
        return decision

    def number_of(self, message_id: str) -> int:
        return self.filed[message_id].conversation


@st.composite
def threads(draw, *, full_references=True):
    """Mails of one thread between Ada, Bob and us, every one naming its ancestors as mail programs do, in any order of arrival."""
    mails = []
    for number in range(draw(st.integers(2, 7))):
        parents = mails[draw(st.integers(0, number - 1))] if number else None
        line = (*parents.references, parents.message_id) if parents else ()
        sender = draw(st.sampled_from([ADA, BOB]))
        mails.append(
            Envelope(
                message_id=f"m{number}@x",
                in_reply_to=line[-1:],
                references=line if full_references else (),
                sender=sender,
                recipients=frozenset({ADA, BOB} - {sender}),
                authentication=draw(st.sampled_from(["pass", "none"])),
            )
        )
    return draw(st.permutations(mails))


@given(threads())
def test_any_order_of_arrival_gives_one_conversation(mails):
    desk = Desk()
    for mail in mails:
        desk.file(mail)
    assert {desk.number_of(mail.message_id) for mail in mails} == {1}


@given(threads(full_references=False))
def test_with_parents_alone_any_order_gives_one_conversation_or_linked_ones(mails):
    desk = Desk()
    for mail in mails:
        desk.file(mail)
    together = {desk.number_of(mails[0].message_id)}
    for _ in desk.links:
        together |= {number for pair in desk.links if together & set(pair) for number in pair}
    assert {desk.number_of(mail.message_id) for mail in mails} <= together


names = st.sampled_from([f"m{number}@x" for number in range(8)])


@given(threads(), st.tuples(names), st.lists(names, max_size=8).map(tuple), st.sampled_from(["pass", "none", "fail"]), st.integers(1, 7))
def test_a_forged_reference_from_a_stranger_never_joins_and_tears_nothing_apart(mails, in_reply_to, references, authentication, place):
    desk = Desk()
    for mail in mails[:place]:
        desk.file(mail)
    assert desk.file(Envelope("forged@evil", in_reply_to, references, EVE, authentication=authentication)).kind in ("new", "linked")
    for mail in mails[place:]:
        desk.file(mail)
    assert {desk.number_of(mail.message_id) for mail in mails} == {1}
    assert EVE not in desk.targets[1].participants


@given(threads(), st.integers(0, 6))
def test_a_stranger_who_takes_a_known_id_never_joins(mails, place):
    desk = Desk()
    for mail in mails:
        desk.file(mail)
    taken = mails[place % len(mails)].message_id
    assert desk.file(Envelope(taken, sender=EVE, body_digest="evil")).kind in ("new", "linked")


@given(st.text(), st.text())
def test_the_subject_never_matters(one, other):
    assert "subject" not in {each.name for each in fields(Envelope)}
    mails = [InboundMessage(message_id="m1@x", sender=Address("Ada", ADA), subject=subject) for subject in (one, other)]
    assert envelope_of(mails[0], authentication="none") == envelope_of(mails[1], authentication="none")


def test_an_envelope_leaves_out_our_own_mailboxes_and_the_case_of_addresses():
    mail = InboundMessage(
        message_id="m1@x",
        sender=Address("Ada", "Ada@example.org"),
        to=(Address("", "Support@heard.example"), Address("", "Bob@example.org")),
        in_reply_to=("b@x",),
        references=("a@x", "b@x"),
    )
    envelope = envelope_of(mail, authentication="pass", our_addresses={"support@heard.example"})
    assert (envelope.sender, envelope.recipients) == (ADA, frozenset({BOB}))
    assert envelope.ids == ["a@x", "b@x", "m1@x"]

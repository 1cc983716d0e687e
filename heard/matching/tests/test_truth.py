"""Random arrivals, imports, joins, cuts, erasures and changes against a simple model of truth: what must hold, whatever happens."""

from datetime import timedelta
from itertools import combinations
from unittest import mock

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.accounts.services.audiences import audience_of
from heard.matching import candidates
from heard.matching.candidates import generics, is_strong, key_number
from heard.matching.grouping import group
from heard.matching.keys import blocking_keys
from heard.matching.model import default_model
from heard.matching.models import MatchEdge, MatchKey, MatchRecord
from heard.matching.reading import read_identities
from heard.matching.records import together as whole_of
from heard.matching.scoring import compare
from heard.matching.services.live import match_identities
from heard.matching.tests.test_live import MAY
from heard.matching.tests.test_order import records
from heard.people.models import Identity
from heard.people.selectors import get_person
from heard.people.services.decisions import decide_different, decide_same, retract_decision, standing_decisions
from heard.people.services.identities import identify
from heard.people.services.records import ErasedBefore, NewRecord, put_record
from heard.privacy.services import erase_person
from heard.timeline.models import Interaction
from heard.timeline.selectors import story_of
from heard.timeline.services.recording import NewInteraction, record_interaction
from tests.factories.people import make_team, make_user

FEW = 3
ADDRESSES = ["ada@example.org", "a.lovelace@work.example", "bob@example.org"]

numbers = st.integers(0, 5)
acts = st.one_of(
    st.tuples(st.just("import"), numbers, records, st.booleans()),
    st.tuples(st.just("mail"), st.sampled_from(ADDRESSES), st.sampled_from(["Ada Lovelace", "Bob Miller", ""]), st.booleans()),
    st.tuples(st.just("same"), numbers, numbers, st.none()),
    st.tuples(st.just("different"), numbers, numbers, st.none()),
    st.tuples(st.just("retract"), numbers, st.none(), st.none()),
    st.tuples(st.just("erase"), numbers, st.none(), st.none()),
)


class RollBack(Exception):
    pass


class World:
    """The installation, and beside it what we remember of what was done, in plain lists."""

    def __init__(self) -> None:
        support, other = make_team(), make_team("Legal")
        self.audiences = {True: audience_of(teams=[support]), False: audience_of(teams=[other])}
        self.readers = {True: make_user("Alice", teams=(support,)), False: make_user("Charlie", teams=(other,))}
        self.boss = make_user("Boss", role="admin")
        self.known: list[int] = []
        self.erased: set[int] = set()
        self.seen_by: dict[int, set[bool]] = {}
        self.said: list[tuple[str, bool]] = []
        self.decisions: list = []
        self.clock = MAY

    def meet(self, identity: Identity, is_support: bool) -> None:
        if identity.pk not in self.known:
            self.known.append(identity.pk)
        self.seen_by.setdefault(identity.pk, set()).add(is_support)
        match_identities([identity.pk])

    def do(self, act, one, two, three) -> None:
        self.clock += timedelta(minutes=1)
        getattr(self, f"do_{act}")(one, two, three)

    def do_import(self, number, record, is_support) -> None:
        try:
            record = NewRecord(**record)
            identity = put_record("crm", str(number), record, audience_id=self.audiences[is_support].pk, at=self.clock)
        except ErasedBefore:
            return
        self.meet(identity, is_support)

    def do_mail(self, address, name, is_support) -> None:
        audience = self.audiences[is_support]
        identity = identify(address, name=name, at=self.clock, audience_id=audience.pk)
        text = f"words {len(self.said)}"
        record_interaction(
            NewInteraction(
                audience=audience, channel="email", direction="in", kind="message", happened_at=self.clock, text=text,
                parties=[(identity, "from")],
            )
        )  # fmt: skip
        self.said.append((text, is_support))
        self.erased.discard(identity.pk)
        self.meet(identity, is_support)

    def pair(self, one, two) -> tuple[Identity, Identity] | None:
        living = [pk for pk in self.known if pk not in self.erased]
        if len(living) < 2 or living[one % len(living)] == living[two % len(living)]:
            return None
        return tuple(Identity.objects.get(pk=living[place % len(living)]) for place in (one, two))

    def do_same(self, one, two, _three) -> None:
        if pair := self.pair(one, two):
            self.decisions.append(decide_same(*pair, by=self.boss))

    def do_different(self, one, two, _three) -> None:
        if pair := self.pair(one, two):
            self.decisions.append(decide_different(*pair, by=self.boss))

    def do_retract(self, one, _two, _three) -> None:
        """A decision, and the same taken back: everything derived is as it was."""
        if pair := self.pair(one, one + 1):
            standing = standing_decisions({each.pk for each in pair})
            before = self.derived()
            decision = decide_different(*pair, by=self.boss)
            if not standing:
                retract_decision(decision, by=self.boss)
                assert self.derived() == before

    def do_erase(self, one, _two, _three) -> None:
        living = [pk for pk in self.known if pk not in self.erased]
        if living:
            pk = living[one % len(living)]
            texts = {row.text for row in Interaction.objects.filter(parties__identity=pk)}
            erase_person([pk], by=self.boss)
            self.erased.add(pk)
            self.said = [(text, is_support) for text, is_support in self.said if text not in texts]

    # --- what must hold

    def derived(self) -> tuple:
        edges = MatchEdge.objects.order_by("one", "other").values_list(
            "one", "other", "probability", "state", "obstacle", "joint_probability"
        )
        return list(Identity.objects.order_by("pk").values_list("pk", "person_number")), list(edges)

    def check(self) -> None:
        self.check_people()
        self.check_erased()
        self.check_rights()

    def check_people(self) -> None:
        """The slow and obvious twin: everybody with everybody."""
        readings = {pk: each.record for pk, each in read_identities([pk for pk in self.known if pk not in self.erased]).items()}
        holders: dict[str, set[int]] = {}
        for pk, record in readings.items():
            for key in blocking_keys(record):
                holders.setdefault(key, set()).add(pk)
        crowded = {key_number(key) for key, held in holders.items() if len(held) > FEW}
        model, pairs = default_model(), []

        def weigh(one, other):
            found = compare(one, other, model, generics=generics([one, other], crowded))
            return round(found.probability, 9), round(found.weight, 6), found.veto

        for one, other in combinations(sorted(readings), 2):
            shared = [key for key, held in holders.items() if {one, other} <= held and len(held) <= FEW]
            if sum(2 if is_strong(key) else 1 for key in shared) > 1:
                probability, weight, veto = weigh(readings[one], readings[other])
                if probability >= 0.5:
                    pairs.append(MatchEdge(one_id=one, other_id=other, probability=probability, weight=weight, veto=veto))
        stored = MatchEdge.objects.order_by("one", "other")
        assert [(each.one_id, each.other_id, each.weight) for each in pairs] == [
            (each.one_id, each.other_id, each.weight) for each in stored
        ]
        decisions = standing_decisions(set(self.known))

        def whole(ones, others):
            return weigh(*(whole_of(0, [readings[pk] for pk in sorted(side) if pk in readings]) for side in (ones, others)))

        wanted = group(self.known, pairs, decisions, readings, set(), compare=weigh, compare_joint=whole)
        numbers = dict(Identity.objects.filter(pk__in=self.known).values_list("pk", "person_number"))
        assert numbers == {pk: min(members) for members in wanted.groups for pk in members}
        said_same = {each.pair for each in decisions if each.verdict == "same"}
        for each in decisions:
            assert each.verdict == "same" or numbers[each.one] != numbers[each.other] or each.pair in said_same
        for one, other in wanted.vetoes:
            assert numbers[one] != numbers[other] or said_same

    def check_erased(self) -> None:
        gone = self.erased
        assert not MatchRecord.objects.filter(identity__in=gone).exists()
        assert not MatchKey.objects.filter(identity__in=gone).exists()
        assert not MatchEdge.objects.filter(one__in=gone).exists() and not MatchEdge.objects.filter(other__in=gone).exists()

    def check_rights(self) -> None:
        """Whoever is joined with whom: a reader knows the identities and reads the words of their own teams."""
        for is_support, reader in self.readers.items():
            reader.__dict__.pop("_readable_audience_ids", None)
            words: set[str] = set()
            for pk in self.known:
                try:
                    person = get_person(reader, pk)
                except Http404:
                    continue
                assert all(is_support in self.seen_by[one] for one in person.identity_ids)
                words |= {row.words for row in story_of(person.identity_ids, reader) if row.words}
            assert words == {text for text, of_support in self.said if of_support == is_support}


def truth_holds(happenings: list) -> None:
    with mock.patch.object(candidates, "MOST_HOLDERS", FEW), mock.patch("heard.privacy.services.finish_erasure"):
        try:
            with transaction.atomic():
                world = World()
                for happening in happenings:
                    world.do(*happening)
                    world.check()
                raise RollBack
        except RollBack:
            pass


@pytest.mark.django_db
@settings(max_examples=8, deadline=None)
@given(st.lists(acts, min_size=4, max_size=12))
def test_whatever_happens_the_truth_holds(happenings):
    truth_holds(happenings)


@pytest.mark.soak
@pytest.mark.django_db
@settings(max_examples=300, deadline=None)
@given(st.lists(acts, min_size=8, max_size=30))
def test_whatever_happens_for_long_the_truth_holds(happenings):
    truth_holds(happenings)

"""Who is who: the queue, answers and their undo, why, checks by lot, and the alarm; to whom, and at what cost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.accounts.services.audiences import audience_of
from heard.events.models import Event
from heard.lib.time import now
from heard.matching.models import JoinAlarm, JoinCheck, MatchEdge, Review
from heard.matching.quality import join_quality
from heard.matching.queue import count_doubts, review_queue
from heard.matching.services.checking import draw_checks, keep_checks, watch_joining
from heard.matching.services.live import match_identities
from heard.matching.services.reviewing import answer, take_back
from heard.matching.whys import joins_of, why
from heard.people.models import Identity, LinkDecision
from heard.people.services.decisions import decide_same
from heard.people.services.records import NewAddress, NewName, NewRecord, put_record
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from heard.web.joins import facts_of

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOME = NewAddress(street="Calle Mayor", number="3", postcode="28013", town="Madrid", country="ES")


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def put(mailbox):
    """A record that Support may know of; matched at once."""

    def put(number: str, *, audience=None, source: str = "crm", **said) -> Identity:
        one = put_record(source, number, NewRecord(**said), audience_id=(audience or mailbox.audience).pk, at=MAY)
        match_identities([one.pk])
        return one

    return put


@pytest.fixture
def namesakes(put):
    """Two records of the same rare name and nothing else: a doubt."""
    return [put(number, names=(NewName(given="Wilhelmina", family="Ostrander"),)) for number in ("1", "2")]


@pytest.fixture
def joined(put):
    """Two records that are surely one person."""
    said = {"names": (NewName(given="Ada", family="Lovelace"),), "emails": ("ada@example.net",), "birth_date": "1990-12-10"}
    return [put("a", **said), put("b", source="shop", **said)]


def together(*identities: Identity) -> bool:
    return len({Identity.objects.get(pk=one.pk).person_number for one in identities}) == 1


def say(page, pair, verdict: str, **more):
    data = {"one": pair[0].pk, "other": pair[1].pk, "verdict": verdict, "once": uuid4()} | more
    return page.post("/people/review/answers/", data, follow=True)


def test_a_doubt_stands_side_by_side_with_its_differences(page, put):
    one = put("1", names=("Wilhelmina Ostrander",), birth_date="1980-02-03", addresses=(HOME,))
    other = put("2", names=("Wilhelmina Ostrandr",), birth_date="1980-02-03")
    html = page.get(f"/people/review/?one={one.pk}&other={other.pk}").content.decode()
    assert "Wilhelmina Ostrander" in html and "the same" in html and "alike" in html
    assert 'class="sides__differs"' in html and "only one says" in html
    assert 'data-key="s"' in html and 'data-key="d"' in html and 'data-key="n"' in html


def test_same_joins_them_and_undo_parts_them_again(page, namesakes):
    html = say(page, namesakes, "same", reason="They told us.").content.decode()
    assert together(*namesakes) and "are one person now" in html
    review = Review.objects.get()
    assert (review.verdict, review.reason, review.decision.verdict, review.is_check) == ("same", "They told us.", "same", False)
    assert 0.5 <= review.probability < 0.99 and review.model_version
    html = page.post(f"/people/review/answers/{review.pk}/end/", follow=True).content.decode()
    assert not together(*namesakes) and "Taken back" in html and 'data-key="s"' in html
    assert LinkDecision.objects.get().retracted_at is not None


def test_different_ends_the_doubt_for_everyone(page, alice, bob, namesakes):
    say(page, namesakes, "different")
    assert not together(*namesakes)
    assert count_doubts(alice) == count_doubts(bob) == 0
    assert "Nothing is in doubt" in page.get("/people/review/").content.decode()


def test_not_sure_decides_nothing_and_asks_a_colleague(page, alice, bob, namesakes):
    say(page, namesakes, "not_sure")
    assert count_doubts(alice) == 0 and count_doubts(bob) == 1
    assert LinkDecision.objects.count() == 0


def test_the_same_form_sent_twice_is_one_answer(page, namesakes):
    once = uuid4()
    say(page, namesakes, "same", once=once)
    say(page, namesakes, "same", once=once)
    assert Review.objects.count() == 1 and Event.objects.filter(kind="pair.reviewed").count() == 1


def test_the_same_answer_again_is_the_first(page, namesakes):
    say(page, namesakes, "different")
    say(page, namesakes, "different")
    assert Review.objects.count() == 1


def test_what_a_colleague_answered_meanwhile_is_not_overruled_unseen(page, bob, namesakes):
    answer(*namesakes, verdict="same", by=bob)
    response = say(page, namesakes, "different", newest=0)
    assert response.status_code == 409 and "Bob has answered" in response.content.decode() and together(*namesakes)
    seen = Review.objects.get().pk
    assert "Bob said on" in page.get(f"/people/review/?one={namesakes[0].pk}&other={namesakes[1].pk}").content.decode()
    assert say(page, namesakes, "different", newest=seen).status_code == 200 and not together(*namesakes)


def test_taking_back_leaves_what_a_colleague_had_said_before(alice, bob, namesakes):
    decide_same(*namesakes, by=bob)
    review = answer(*namesakes, verdict="same", by=alice)
    take_back(review, by=alice)
    assert together(*namesakes)


@pytest.mark.parametrize("data", [{"verdict": "perhaps"}, {"once": "x"}, {"other": "one"}])
def test_a_broken_form_is_refused_and_changes_nothing(page, namesakes, data):
    if data.get("other"):
        data = {"other": namesakes[0].pk}
    assert say(page, namesakes, **({"verdict": "same"} | data)).status_code in (404, 409)
    assert Review.objects.count() == 0


def test_nobody_is_asked_about_somebody_they_may_not_know(client, charlie, alice, put, namesakes, sales):
    """A pair of two teams is nobody's who knows one half only."""
    put("3", audience=audience_of(teams=[sales]), names=("Wilhelmina Ostrander",))
    assert count_doubts(charlie) == 0 and len(review_queue(charlie)) == 0
    client.force_login(charlie)
    one, other = namesakes
    assert client.get(f"/people/review/?one={one.pk}&other={other.pk}").status_code == 404
    assert client.post("/people/review/answers/", {"one": one.pk, "other": other.pk, "verdict": "same", "once": uuid4()}).status_code == 404
    assert {frozenset((pair.one.pk, pair.other.pk)) for pair in review_queue(alice)} == {frozenset((one.pk, other.pk))}


def test_two_people_are_asked_about_once_however_many_records_they_have(alice, put, namesakes):
    said = {"names": (NewName(given="Wilhelmina", family="Ostrander"),), "emails": ("mina@example.org",), "birth_date": "1980-02-03"}
    put("5", **said), put("6", **said)
    assert MatchEdge.objects.filter(state="open").count() >= 3
    pairs = [tuple(sorted([pair.one.person_number, pair.other.person_number])) for pair in review_queue(alice)]
    assert len(pairs) == len(set(pairs))


def test_the_queue_costs_the_same_for_few_and_many(page, put, namesakes):
    def cost(url: str) -> int:
        page.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(url).status_code == 200
        return len(captured)

    few = [cost("/people/review/"), cost("/people/quality/"), cost("/people/review/answered/")]
    for number, name in enumerate(("Thaddeus Quimby", "Ottoline Ferris", "Hyacinth Bellweather", "Lysander Crump")):
        put(f"x{number}", names=(name,)), put(f"y{number}", names=(name,))
    assert [cost("/people/review/"), cost("/people/quality/"), cost("/people/review/answered/")] == few


def test_why_tells_each_join_with_its_weight(page, alice, joined):
    assert together(*joined)
    steps = joins_of(alice, [one.pk for one in joined])
    assert len(steps) == 1 and steps[0].probability >= 0.99 and steps[0].model_version
    found = why(alice, joined[0].pk, joined[1].pk)
    assert found.verdict == "same" and len(found.path) == 1
    html = page.get(f"/people/{joined[0].pk}/why/?with={joined[1].pk}").content.decode()
    assert "are one person." in html and "Not the same: cut here" in html


def test_why_not_joined_compares_any_two(page, alice, put, joined):
    stranger = put("z", names=("Grace Hopper",), birth_date="1906-12-09")
    found = why(alice, joined[0].pk, stranger.pk)
    assert (found.verdict, found.path) == ("unlikely", ()) and found.probability < 0.01 and found.weight < 0
    html = page.get(f"/people/{joined[0].pk}/why/?with=Grace Hopper").content.decode()
    assert "too little speaks for it" in html and "hardly any" in html
    assert "Nobody else whom you may know" in page.get(f"/people/{joined[0].pk}/why/?with=Nobody").content.decode()


def test_a_cut_on_the_way_cuts_exactly_there_and_can_be_taken_back(page, alice, joined):
    number = joined[0].pk
    response = say(page, joined, "different", next=number)
    assert response.redirect_chain[-1][0] == f"/people/{number}/why/" and not together(*joined)
    found = why(alice, *[one.pk for one in joined])
    assert (found.verdict, found.obstacle, found.decided.by) == ("different", "decided", alice.name)
    match_identities([one.pk for one in joined])
    assert not together(*joined), "the next comparison must not join what a colleague cut"
    page.post(f"/people/review/answers/{Review.objects.get().pk}/end/")
    assert together(*joined)


def test_what_the_reader_may_not_know_of_is_not_shown(alice, put, sales, joined):
    hidden = put(
        "h", audience=audience_of(teams=[sales]), names=("Ada Lovelace",), emails=("ada@example.net", "ada.secret@example.net"),
        birth_date="1990-12-10",
    )  # fmt: skip
    assert together(*joined, hidden)
    steps = joins_of(alice, [joined[0].pk])
    assert len(steps) == 2
    for step in steps:
        if None in (step.one, step.other):
            assert step.reasons == ()
    assert sum(None in (step.one, step.other) for step in steps) == 1


def test_not_the_same_on_the_person_page_is_one_act_and_one_undo(page, put, joined):
    third = put("c", source="till", names=("Ada Lovelace",), emails=("ada@example.net",), birth_date="1990-12-10")
    assert together(*joined, third)
    number = joined[0].pk
    page.post(f"/people/{number}/different/", {"identity": third.pk})
    assert together(*joined) and not together(joined[0], third)
    assert Review.objects.count() == 2
    page.post(f"/people/review/answers/{Review.objects.first().pk}/end/?from={number}")
    assert together(*joined, third)


def test_a_cut_taken_back_on_the_person_page_is_taken_back_whole(page, put, joined):
    third = put("c", source="till", names=("Ada Lovelace",), emails=("ada@example.net",), birth_date="1990-12-10")
    number = joined[0].pk
    page.post(f"/people/{number}/different/", {"identity": third.pk})
    assert not together(joined[0], third)
    page.post(f"/people/{number}/decisions/{LinkDecision.objects.first().pk}/end/")
    assert together(*joined, third) and not Review.objects.filter(taken_back_at=None).exists()


def test_a_decision_about_somebody_of_another_team_is_not_told(page, alice, bob, put, sales, joined):
    hidden = put("h", audience=audience_of(teams=[sales]), names=("Zebedee Hidden",))
    answer(joined[0], hidden, verdict="different", by=bob, reason="Zebedee is his cousin.")
    html = page.get(f"/people/{joined[0].pk}/").content.decode()
    assert "Zebedee" not in html
    assert "Zebedee" not in page.get("/people/review/answered/").content.decode()


def test_joins_drawn_by_lot_are_asked_about_and_counted(page, alice, joined):
    assert draw_checks(by=alice) == 1 and draw_checks(by=alice) == 0
    pair = review_queue(alice)[0]
    assert pair.is_check and count_doubts(alice) == 1
    html = page.get("/people/review/").content.decode()
    assert "by lot" not in html and "joined" not in html.partition("<main")[2].partition("Nobody is joined")[2], (
        "nothing on the page says that they are joined"
    )
    say(page, joined, "different")
    assert not together(*joined)
    quality = join_quality(alice, now=now())
    assert (quality.wrong.hits, quality.wrong.of) == (1, 1)
    take_back(Review.objects.get(), by=alice)
    assert join_quality(alice, now=now()).wrong.of == 0 and JoinCheck.objects.get().review is None


def test_checks_are_drawn_again_when_all_were_answered(alice, joined, put):
    keep_checks()
    keep_checks()
    assert JoinCheck.objects.count() == 1
    more = {"names": (NewName(given="Grace", family="Hopper"),), "emails": ("grace@example.net",), "birth_date": "1906-12-09"}
    put("g", **more), put("h", source="shop", **more)
    keep_checks()
    assert JoinCheck.objects.count() == 1, "one still waits"
    answer(*joined, verdict="same", by=alice)
    keep_checks()
    assert JoinCheck.objects.count() == 2


def newcomers(number: int, joined: int, at: datetime) -> None:
    """So many identities first seen at a moment, of whom so many were joined with an older one."""
    made = Identity.objects.bulk_create([Identity(source="t", first_seen_at=at, last_seen_at=at) for _ in range(number)])
    for place, one in enumerate(made):
        one.person_number = 0 if place < joined else one.pk
    Identity.objects.bulk_update(made, ["person_number"])


def test_an_alarm_is_raised_once_when_joining_falls(client, dora, page):
    moment = now()
    newcomers(200, 150, moment - timedelta(weeks=3))
    newcomers(40, 2, moment - timedelta(days=2))
    alarm = watch_joining(at=moment)
    assert alarm is not None and (alarm.newcomers, alarm.joined, alarm.usual_newcomers, alarm.usual_joined) == (40, 2, 200, 150)
    assert watch_joining(at=moment) is None and Event.objects.filter(kind="joining.fell").count() == 1
    client.force_login(dora)
    home = client.get("/").content.decode()
    assert "Far fewer newcomers are joined than before" in home and "5 of 100" in home and "75 of 100" in home
    client.post(f"/people/quality/alarms/{alarm.pk}/end/", {"reason": "The import had no addresses."})
    assert "Far fewer newcomers" not in client.get("/").content.decode()
    assert JoinAlarm.objects.get().reason == "The import had no addresses."


@pytest.mark.parametrize("lately", [(40, 28), (20, 0)])
def test_chance_and_few_newcomers_raise_no_alarm(db, lately):
    moment = now()
    newcomers(200, 150, moment - timedelta(weeks=3))
    newcomers(*lately, moment - timedelta(days=2))
    assert watch_joining(at=moment) is None


def test_quality_counts_in_plain_words(page, joined, namesakes):
    html = page.get("/people/quality/").content.decode()
    assert "Nobody has looked at a join yet" in html and "1 pair of people is in doubt" in html


def test_what_a_shop_wrote_of_an_order_is_not_what_they_said(alice, conversation, ada):
    source = ensure_source("shop", teams=[conversation.mailbox.team])
    record_orders(source, [OrderSaid("8", now(), "EUR", Buyer("ada@example.org"), (Line("Head torch", 4900),))], by=None)
    [about] = facts_of(alice, [ada])
    assert about.interactions == 2 and "Where is it?" in about.words

import hashlib
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise

import pytest

from heard.demo.company import BOXES, DOMAIN, STAFF, Assign, Close, Company, MailArrives, Note, Reply, Snooze, Tell
from heard.demo.generate import acts, count_interactions, generate
from heard.demo.named import PEOPLE

TODAY = date(2026, 11, 19)
RESERVED = (".example", ".test", ".invalid")


@pytest.fixture(scope="module")
def company() -> Company:
    return generate(seed=1, today=TODAY)


@pytest.fixture(scope="module")
def told(company):
    return list(acts(company))


@pytest.fixture(scope="module")
def letters(told):
    return [act for act in told if isinstance(act, MailArrives) and act.sort == "letter"]


def threads_of(told):
    threads = defaultdict(list)
    for act in told:
        threads[act.thread].append(act)
    return threads


def fingerprint(company: Company) -> str:
    digest = hashlib.sha256()
    for act in acts(company):
        digest.update(act.mail.raw if isinstance(act, MailArrives) else repr(act).partition("enclosures")[0].encode())
        digest.update(act.at.isoformat().encode())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    small = {"people": 60, "interactions": 400}
    assert fingerprint(generate(7, TODAY, **small)) == fingerprint(generate(7, TODAY, **small))
    assert fingerprint(generate(7, TODAY, **small)) != fingerprint(generate(8, TODAY, **small))


def test_telling_twice_gives_the_same(company, told):
    again = acts(company)
    assert all(next(again).at == act.at for act in told[:500])


def test_the_company_is_as_large_as_it_says(company, told):
    assert len(company.customers) == 2200
    assert len({address for each in company.customers for address in each.addresses}) >= 2200
    assert count_interactions(iter(told)) >= 20_000
    writers = {act.mail.sender for act in told if isinstance(act, MailArrives)}
    assert sum(any(address in writers for address in each.addresses) for each in company.customers) >= 2000


def test_time_runs_forward_through_one_year_and_stops_now(company, told):
    assert all(one.at <= other.at for one, other in pairwise(told))
    assert all(act.at.tzinfo is UTC for act in told[:2000])
    assert told[0].at >= company.now - timedelta(days=367)
    assert company.now - timedelta(hours=2) < told[-1].at <= company.now


def test_every_address_is_under_a_reserved_domain(company, told):
    addresses = {address for each in company.customers for address in each.addresses} | {each.email for each in STAFF}
    for act in told:
        if isinstance(act, MailArrives):
            addresses |= {act.mail.sender, *(address for _, address in (*act.mail.to, *act.mail.cc))}
        elif isinstance(act, Reply):
            addresses.add(act.to[1])
    assert all(address.endswith(RESERVED) for address in addresses), sorted(
        address for address in addresses if not address.endswith(RESERVED)
    )


def test_no_other_address_hides_in_the_bytes(letters):
    found = {domain for act in letters[::7] for domain in re.findall(rb"@([\w.-]+\.[a-z]+)", act.mail.raw.replace(b"=\r\n", b""))}
    assert all(domain.decode().endswith(RESERVED) for domain in found)


def test_references_name_earlier_messages_of_the_same_thread(told):
    for acts_of_thread in threads_of(told).values():
        known: set[str] = set()
        for act in acts_of_thread:
            if isinstance(act, MailArrives):
                assert set(act.mail.references) <= known, act.thread
                known.add(act.mail.message_id)
            elif isinstance(act, Reply):
                assert set(act.references) <= known, act.thread
                known.add(act.message_id)


def test_message_ids_are_unique(told):
    ids = Counter(
        act.mail.message_id if isinstance(act, MailArrives) else act.message_id for act in told if isinstance(act, MailArrives | Reply)
    )
    assert max(ids.values()) == 1


def test_every_letter_says_something(told):
    for act in told:
        if isinstance(act, MailArrives) and act.sort != "unreadable":
            assert re.search(r"\w[\w’', ]*", act.mail.text), act
            assert "{" not in act.mail.text + act.mail.subject, act.mail.text
        elif isinstance(act, Reply | Note):
            assert len(act.text) > 3 and "{" not in act.text and "[" not in act.text, act.text


def test_letters_have_a_sentence(letters):
    without = [act.mail.text for act in letters if not re.search(r"\w{2,}.*[.!?…»”]", act.mail.text, re.DOTALL)]
    assert len(without) < len(letters) * 0.01, without[:5]


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def test_neighbours_are_not_alike(letters):
    first = {act.thread: act for act in reversed(letters)}
    opening = sorted(first.values(), key=lambda act: act.at)
    alike = 0
    for one, other in pairwise(opening):
        a, b = words(one.mail.text), words(other.mail.text)
        alike += len(a & b) / len(a | b) > 0.6
    assert alike <= len(opening) * 0.004
    assert sum(one.mail.subject == other.mail.subject for one, other in pairwise(opening)) <= len(opening) * 0.004


def test_no_letter_is_written_twice_often(letters):
    bodies = Counter(act.mail.text for act in letters if len(act.mail.text) > 120)
    assert max(bodies.values()) <= 3


def test_there_are_forty_plots_three_languages_and_files(company, told, letters):
    assert len({plan.plot for plan in company.plans if not plan.plot.startswith("_")}) >= 40
    language = {address: each.language for each in company.customers for address in each.addresses}
    spoken = Counter(language[act.mail.sender] for act in letters)
    assert min(spoken["es"], spoken["de"]) > 200
    assert sum(bool(act.mail.enclosures) for act in letters) > 300
    sorts = Counter(act.sort for act in told if isinstance(act, MailArrives))
    assert min(sorts[sort] for sort in ("notice", "list", "automatic", "bounce", "unreadable")) >= 6


def test_the_library_reads_what_we_wrote(letters):
    for act in letters[::40]:
        message = message_from_bytes(act.mail.raw, policy=policy.default)
        assert str(message["subject"]) == act.mail.subject
        assert message["from"].addresses[0].addr_spec == act.mail.sender
        assert message["date"].datetime == act.mail.sent_at.replace(microsecond=0)
        assert [part.get_content() for part in message.iter_attachments()] or not act.mail.enclosures
        body = message.get_body(("plain", "html"))
        first_line = act.mail.text.split("\n")[0].rstrip(",:")
        assert first_line[:30].replace("&", "") in body.get_content().replace("&amp;", "").replace("&", "")


def test_colleagues_keep_the_tone(told):
    for act in told:
        if isinstance(act, Reply):
            assert not re.search(r"!|¡|please note|oops|\bticket\b|case closed", act.text, re.IGNORECASE), act.text


def standing_of(acts_of_thread):
    """Who spoke last, whether it is closed, until when it is snoozed."""
    last, is_closed, until = "", False, None
    for act in acts_of_thread:
        if isinstance(act, MailArrives) and act.sort == "letter":
            last, is_closed = "customer", False
        elif isinstance(act, Reply):
            last = "us"
        elif isinstance(act, Close):
            is_closed = True
        elif isinstance(act, Snooze):
            until = act.until
    return last, is_closed, until


def test_now_is_a_believable_morning(company, told):
    waiting, on_customer, snoozed, open_threads = 0, 0, 0, 0
    for key, acts_of_thread in threads_of(told).items():
        if not any(isinstance(act, MailArrives) and act.sort == "letter" for act in acts_of_thread):
            continue
        last, is_closed, until = standing_of(acts_of_thread)
        if is_closed:
            continue
        open_threads += 1
        is_snoozed = until is not None and until > company.now
        snoozed += is_snoozed
        waiting += last == "customer" and not is_snoozed
        on_customer += last == "us" and not is_snoozed
        assert not re.fullmatch(r"t\d+", key), f"{key} never ended"
    assert 20 <= waiting <= 30
    assert 35 <= on_customer <= 45
    assert 7 <= snoozed <= 10
    assert open_threads < 90


def test_nobody_was_dropped_in_the_past_who_was_not_meant_to_be(told):
    for key, acts_of_thread in threads_of(told).items():
        last, is_closed, _ = standing_of(acts_of_thread)
        if last == "customer" and is_closed and key != "sofia-pegs":
            assert [act for act in acts_of_thread if isinstance(act, Close)][-1].reason in {"no_answer_needed", "unwanted"}, key


def test_the_people_of_the_tour_are_there(company, letters):
    senders = {act.mail.sender_name for act in letters}
    assert {f"{each['given']} {each['family']}" for each in PEOPLE} <= senders
    ada = [act for act in letters if act.mail.sender_name == "Ada Whitfield"]
    assert any("I need poles that hold" in act.mail.text for act in ada)
    assert "leave for Snowdonia" in ada[-1].mail.text


def test_actors_are_colleagues_and_boxes_are_ours(company, told):
    keys, boxes = {each.key for each in STAFF}, {box.key for box in BOXES}
    readers = {each.key for each in STAFF if each.role == "reader"}
    teams = {team.slug for team in company.teams}
    for act in told:
        if isinstance(act, Reply | Note):
            assert act.author in keys - readers
        if isinstance(act, MailArrives | Reply):
            assert act.box in boxes
        if isinstance(act, Assign):
            assert act.to is None or act.to in keys - readers
            assert act.team is None or act.team in teams
        if isinstance(act, Tell):
            assert act.owner in keys | teams
        if isinstance(act, Close):
            assert act.reason in {"solved", "no_answer_needed", "no_reply", "unwanted"}
    assert all(each.email.endswith(f"@{DOMAIN}") for each in STAFF)


@pytest.mark.parametrize(
    "now", [datetime(2026, 3, 1, 3, 30, tzinfo=UTC), datetime(2027, 1, 3, 23, 0, tzinfo=UTC), datetime(2026, 7, 18, 12, 0, tzinfo=UTC)]
)
def test_any_moment_will_do(now):
    company = generate(3, people=120, interactions=600, now=now)
    told = list(acts(company))
    assert told[-1].at <= now
    assert count_interactions(iter(told)) >= 600
    assert {"ada-poles", "sofia-pegs"} <= {act.thread for act in told}

"""What every address answers, to whom: one entry per URL, in the order of the URLs. An address without an entry fails the tests.

An entry is `Answers(get, post, where, data)`; the words are in `routes.py`, `w` is the world of `world.py`. A page that takes no POST, and an
act that takes no GET, answer 405, after it was asked who is there.
"""

from uuid import uuid4

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from heard.conversations.services.ask_links import link_token
from heard.improvements.answer_links import make_token
from heard.ui.stylesheet import stylesheet
from tests.conventions.routes import (
    ABSENT,
    DONE,
    FORBIDDEN,
    LOG_IN,
    NO_METHOD,
    OK,
    Answers,
    admins,
    everyone,
    leads,
    readers_of_it,
    staff,
    writers,
    writers_of_it,
)
from tests.factories import PASSWORD

NEW_PASSWORD = "another sentence that nobody guesses"
ORDERS_CSV = b"order,placed_at,email,item,amount,currency\n7,2026-03-01,ada@example.org,Kettle,49.00,EUR\n"
CONVERSATION = {"where": lambda w: {"number": w.conversation.pk}}
PERSON = {"where": lambda w: {"number": w.ada.person_number}}
HEADS_UP = {"where": lambda w: {"number": w.ada.person_number, "heads_up": w.heads_up.pk}}
SEGMENT = {"where": lambda w: {"number": w.segment.pk}}
ORGANISATION = {"where": lambda w: {"number": w.ada.organisation_id}}
MESSAGE = {"where": lambda w: {"message_id": w.message.pk}}
PROMISE = {"where": lambda w: {"number": w.promise.pk}}
TELLING = {"where": lambda w: {"telling_id": w.telling.pk}}
TOLD = {"where": lambda w: {"token": make_token(w.told.message_id)}}
IMPROVEMENT = {"where": lambda w: {"number": w.improvement.pk}}
PAGE = {"where": lambda w: {"token": w.page_token}}
MAILBOX = {"where": lambda w: {"pk": w.mailbox.pk}}
BOOK = {"where": lambda w: {"number": w.address_book.pk}}


def book_form(w, url: str) -> dict[str, object]:
    """What the form of an address book sends."""
    return {"name": "Phone", "url": url, "teams": w.mailbox.team_id, "sends": "nothing", "minutes": 15, "is_active": "on", "once": uuid4()}


def mailbox_form(w, address: str) -> dict[str, object]:
    """What the form of a mailbox sends."""
    return {
        "name": "Support", "address": address, "team": w.mailbox.team_id, "language": "en", "after_fetch": "leave", "imap_port": 993,
        "imap_encryption": "tls", "imap_folder": "INBOX", "smtp_port": 587, "smtp_encryption": "starttls",
    }  # fmt: skip


BRIDGE_WAYS = {f"way_{name}": "in" for name in ("name", "email", "phone", "address", "birth_date", "organisation")}


def bridge_form(w, slug: str) -> dict[str, object]:
    """What the form of a CRM bridge sends."""
    return {
        "name": "Sales CRM", "slug": slug, "profile": "suitecrm8", "address": "https://crm.example.org/legacy/Api/", "username": "heard",
        "secret": "secret", "teams": w.mailbox.team_id, "when_gone": "ask", "minutes": 5,
    }  # fmt: skip


ANSWERS: dict[str, Answers] = {
    # ground
    "healthz": Answers(get=everyone(OK), post=everyone(NO_METHOD)),
    "ui:stylesheet": Answers(get=everyone(OK), post=everyone(NO_METHOD), where=lambda w: {"digest": stylesheet().digest}),
    "ui:preferences": Answers(get=everyone(NO_METHOD), post=everyone(DONE), data={"theme": "dark"}),
    "ui:components": Answers(get=admins(OK), post=staff(NO_METHOD)),
    # the API asks for a token, whoever is logged in; test_api_routes.py states the rest
    "api:v1": Answers(get=everyone(401), post=everyone(NO_METHOD), where={"rest": "conversations"}),
    # accounts
    "accounts:login": Answers(
        get=(OK, *(DONE,) * 5), post=everyone(DONE), data=lambda w: {"username": w.alice.email, "password": PASSWORD}
    ),
    "accounts:logout": Answers(get=everyone(NO_METHOD), post=everyone(LOG_IN)),
    "accounts:profile": Answers(get=staff(OK), post=staff(DONE), data={"name": "Somebody", "language": "es"}),
    "accounts:password": Answers(
        get=staff(OK), post=staff(DONE), data={"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    ),
    "accounts:colleagues": Answers(get=admins(OK), post=staff(NO_METHOD)),
    "accounts:colleague_new": Answers(
        get=admins(OK),
        post=admins(DONE),
        data={"name": "Eve", "email": "eve@heard.example", "role": "agent", "password": NEW_PASSWORD},
    ),
    "accounts:colleague": Answers(
        get=admins(OK),
        post=admins(DONE),
        where=lambda w: {"user_id": w.bob.pk},
        data=lambda w: {"name": "Bob", "email": w.bob.email, "role": "reader", "is_active": "on"},
    ),
    "accounts:tokens": Answers(
        get=admins(OK), post=admins(201), data={"name": "Shop", "scopes": ["orders:write"], "role": "agent", "days": ""}
    ),
    "accounts:token_revocation": Answers(get=staff(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.token.pk}),
    "accounts:team_new": Answers(get=admins(OK), post=admins(DONE), data={"name": "Warehouse"}),
    "accounts:team": Answers(get=admins(OK), post=admins(DONE), where=lambda w: {"team_id": w.sales.pk}, data={"name": "Selling"}),
    # purchases
    "purchases:takings": Answers(
        get=admins(OK),
        post=admins(DONE),
        data=lambda w: {"kind": "orders", "source": "till", "file": SimpleUploadedFile("orders.csv", ORDERS_CSV)},
    ),
    "purchases:source": Answers(
        get=admins(OK), post=admins(DONE), where=lambda w: {"number": w.order.source_id}, data=lambda w: {"teams": w.sales.pk}
    ),
    "purchases:taking": Answers(get=admins(OK), post=admins(NO_METHOD), where=lambda w: {"number": w.taking.pk}),
    "purchases:taking_start": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.taking.pk}),
    "purchases:taking_end": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.taking.pk}),
    "purchases:offerings": Answers(get=staff(OK), post=staff(NO_METHOD), query="?q=kettle"),
    "purchases:offering": Answers(get=staff(OK), post=staff(NO_METHOD), where=lambda w: {"number": w.offering.pk}),
    # people from files, and to them
    "bridges:files": Answers(
        get=admins(OK),
        post=admins(DONE),
        data=lambda w: {"source": "till", "file": SimpleUploadedFile("people.csv", b"name,email\nAda,ada@example.org\n")},
    ),
    "bridges:people_source": Answers(
        get=admins(OK), post=admins(DONE), where=lambda w: {"number": w.people_file.source_id}, data=lambda w: {"teams": w.sales.pk}
    ),
    "bridges:file": Answers(
        get=admins(OK),
        post=admins(DONE),
        where=lambda w: {"number": w.people_file.pk},
        data={"encoding": "utf-8", "separator": ",", "has_heading": "on", "column-0": "name", "column-1": "email"},
    ),
    "bridges:file_start": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.people_file.pk}),
    "bridges:file_end": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.people_file.pk}),
    "bridges:bridges": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "bridges:bridge_new": Answers(get=admins(OK), post=admins(DONE), data=lambda w: bridge_form(w, uuid4().hex[:12])),
    "bridges:bridge": Answers(get=admins(OK), post=admins(NO_METHOD), where=lambda w: {"number": w.bridge.pk}),
    "bridges:bridge_settings": Answers(
        get=admins(OK), post=admins(DONE), where=lambda w: {"number": w.bridge.pk}, data=lambda w: bridge_form(w, "crm") | BRIDGE_WAYS
    ),
    "bridges:bridge_looks": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.bridge.pk}),
    "bridges:bridge_look": Answers(
        get=admins(OK), post=admins(NO_METHOD), where=lambda w: {"number": w.bridge.pk, "run": w.bridge_look.pk}
    ),
    "bridges:bridge_start": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.bridge.pk}),
    "bridges:bridge_end": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.bridge.pk}),
    "bridges:bridge_retry": Answers(get=admins(NO_METHOD), post=admins(DONE), where=lambda w: {"number": w.bridge.pk}),
    "bridges:conflicts": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "bridges:conflict": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.bridge_conflict.pk}, data={"verdict": "theirs"}
    ),
    "bridges:conflict_end": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.settled_bridge_conflict.pk}
    ),
    # address books; the server of these is not there, which is told and is no error
    "bridges:books": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "bridges:book_new": Answers(get=admins(OK), post=admins(DONE), data=lambda w: book_form(w, "http://127.0.0.1:1/new/")),
    "bridges:book": Answers(get=admins(OK), post=admins(DONE), **BOOK, data=lambda w: book_form(w, w.address_book.url)),
    "bridges:book_look": Answers(get=admins(NO_METHOD), post=admins(DONE), **BOOK),
    "bridges:book_choice": Answers(get=admins(NO_METHOD), post=admins(DONE), **BOOK, data=lambda w: {"url": w.address_book.url}),
    "bridges:book_end": Answers(get=admins(NO_METHOD), post=admins(DONE), **BOOK),
    "bridges:card_conflicts": Answers(get=writers(OK), post=writers(NO_METHOD)),
    "bridges:card_settling": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.card_conflict.pk}, data={"verdict": "ours"}
    ),
    "bridges:export": Answers(get=leads(OK), post=leads(OK), data={"form": "csv"}),
    "bridges:card": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **PERSON),
    "bridges:jcard": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **PERSON),
    # mailboxes
    "email:mailboxes": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "email:new_mailbox": Answers(get=admins(OK), post=admins(DONE), data=lambda w: mailbox_form(w, "new@heard.example")),
    "email:mailbox": Answers(get=admins(OK), post=admins(DONE), **MAILBOX, data=lambda w: mailbox_form(w, w.mailbox.address)),
    "email:tests": Answers(get=admins(NO_METHOD), post=admins(DONE), **MAILBOX),
    "email:test": Answers(get=admins(OK), post=admins(NO_METHOD), where=lambda w: {"pk": w.mailbox.pk, "test": w.mailbox_test.pk}),
    # pages that join several apps
    "web:home": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:inbox": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:inbox_view": Answers(get=staff(OK), post=staff(NO_METHOD), where={"view": "all"}),
    # a conversation
    "web:conversation": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **CONVERSATION),
    "web:replies": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        **CONVERSATION,
        data=lambda w: {"once": uuid4(), "to": "ada@example.org", "body": "It leaves today."},
    ),
    "web:notes": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data=lambda w: {"once": uuid4(), "body": "Ask the warehouse."}
    ),
    "web:conversation_asks": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        **CONVERSATION,
        data=lambda w: {"once": uuid4(), "whom": f"user:{w.bob.pk}", "question": "Is it in stock?", "due": "tomorrow"},
    ),
    "web:who_knows": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **CONVERSATION),
    # questions between colleagues: Bob has asked Charlie, who may read nothing else of the conversation
    "conversations:asks": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "conversations:ask": Answers(
        get=(LOG_IN, OK, OK, OK, OK, ABSENT),
        post=(LOG_IN, FORBIDDEN, DONE, DONE, DONE, ABSENT),
        where=lambda w: {"number": w.ask.pk},
        data=lambda w: {"once": uuid4(), "text": "In Leeds there are four."},
    ),
    "conversations:ask_end": Answers(get=staff(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.ask.pk}),
    "conversations:ask_answer": Answers(
        get=staff(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.ask.pk, "answer": w.automatic_answer.pk},
    ),
    "conversations:ask_link": Answers(
        get=everyone(OK),  # the address itself is the permission, to read one question and to answer it
        post=everyone(DONE),
        where=lambda w: {"token": link_token(w.ask)},
        data=lambda w: {"once": uuid4(), "text": "In Leeds there are four."},
    ),
    "web:draft": Answers(get=writers(NO_METHOD), post=writers_of_it(204), **CONVERSATION, data={"body": "It lea"}),
    "web:assignment": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data=lambda w: {"assignee": w.bob.pk}),
    "web:move": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data=lambda w: {"team": w.sales.pk}),
    "web:snooze": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data={"until": "tomorrow"}),
    "web:snooze_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION),
    "web:closure": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data={"reason": "solved"}),
    "web:closure_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION),
    "web:joins": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION, data=lambda w: {"into": w.other_conversation.pk}
    ),
    "web:join_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.conversation.pk, "join": 1}),
    # gestures
    "web:gestures_of": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        **CONVERSATION,
        data=lambda w: {"once": uuid4(), "kind": "credit", "thing": "", "worth": "10.00", "currency": w.allowed.currency},
    ),
    "web:gesture_end": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.conversation.pk, "gesture": w.gesture.pk}
    ),
    "web:gestures": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:gesture_carried_out": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.gesture.pk}),
    "web:authority": Answers(get=leads(OK), post=leads(DONE), data={"role": "agent", "amount": "150", "currency": "EUR"}),
    # what we promised
    "web:conversation_promises": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        **CONVERSATION,
        data=lambda w: {"owe-once": uuid4(), "owe-text": "Send a new kettle", "owe-owner": "", "owe-by": "in two days"},
    ),
    "web:promise_dates": Answers(get=writers(NO_METHOD), post=writers_of_it(OK), **CONVERSATION, data={"body": "It leaves tomorrow."}),
    "web:promises": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:promise_list": Answers(get=staff(OK), post=staff(NO_METHOD), where={"view": "late"}),
    "web:promise": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **PROMISE),
    "web:promise_kept": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PROMISE),
    "web:promise_kept_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PROMISE),
    "web:promise_change": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        **PROMISE,
        data=lambda w: {"once": uuid4(), "by": "in three weeks", "reason": "The maker is late."},
    ),
    "web:promise_release": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PROMISE, data={"reason": "Ada found it."}),
    # a message
    "web:message": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **MESSAGE),
    "web:message_details": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **MESSAGE),
    "web:message_frame": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **MESSAGE),
    "web:message_raw": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **MESSAGE),
    "web:signals": Answers(
        get=writers_of_it(OK), post=writers_of_it(DONE), **MESSAGE, data={"words": "Where is it?", "kind": "problem", "new_theme": "Post"}
    ),
    "web:signal": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"signal_id": w.signal.pk},
        data=lambda w: {f"{w.signal.pk}-kind": "wish", f"{w.signal.pk}-theme": w.theme.pk},
    ),
    "web:signal_retraction": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"signal_id": w.signal.pk}),
    "web:signal_retraction_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"signal_id": w.signal.pk}),
    # what people speak of, and what we change
    "web:themes": Answers(get=staff(OK), post=writers(DONE), data={"name": "Post"}),
    "web:theme": Answers(
        get=staff(OK),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE),  # whoever looks after it, and leads
        where=lambda w: {"number": w.theme.pk},
        data={"name": "Parcels", "definition": "What we send"},
    ),
    "web:theme_merge": Answers(
        get=writers(NO_METHOD),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE),
        where=lambda w: {"number": w.theme.pk},
        data=lambda w: {"into": w.other_theme.pk},
    ),
    "web:theme_merge_end": Answers(
        get=writers(NO_METHOD), post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE), where=lambda w: {"number": w.theme.pk}
    ),
    "web:theme_split": Answers(
        get=writers(NO_METHOD),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, 409),  # an admin of no team may not read what would be split off
        where=lambda w: {"number": w.theme.pk},
        data=lambda w: {"signal": w.signal.pk, "name": "Late parcels"},
    ),
    "improvements:improvements": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "improvements:new": Answers(get=writers(OK), post=writers(DONE), data=lambda w: {"once": uuid4(), "title": "Parcels that come"}),
    "improvements:improvement": Answers(get=staff(OK), post=staff(NO_METHOD), **IMPROVEMENT),
    "improvements:edit": Answers(
        get=writers(OK), post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE), **IMPROVEMENT, data={"title": "Parcels that come in time"}
    ),
    "improvements:decisions": Answers(
        get=writers(NO_METHOD),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE),
        **IMPROVEMENT,
        data=lambda w: {"once": uuid4(), "state": "planned"},
    ),
    "improvements:evidence_of": Answers(get=staff(OK), post=staff(NO_METHOD), **IMPROVEMENT),
    "improvements:alike": Answers(
        get=writers(OK),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, 409),  # who may not read the words adds nobody
        **IMPROVEMENT,
        data=lambda w: {"place": f"{w.message.interaction_id}:0:9", "kind": "problem"},
    ),
    "improvements:evidence": Answers(
        get=writers(NO_METHOD),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, 409),
        data=lambda w: {"improvement": w.improvement.pk, "signal": w.signal.pk},
    ),
    "improvements:evidence_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"evidence_id": w.evidence.pk}),
    "improvements:evidence_restore": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"evidence_id": w.evidence.pk}
    ),
    # everybody is told
    "telling:loop": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "telling:owed": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "telling:write": Answers(
        get=(LOG_IN, FORBIDDEN, OK, 409, OK, OK),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE),
        **IMPROVEMENT,
        data=lambda w: {"once": uuid4(), "text_en": "They come in time now."},
    ),
    "telling:told": Answers(get=staff(OK), post=staff(NO_METHOD), **IMPROVEMENT),
    "telling:quote": Answers(
        get=writers(NO_METHOD),
        post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE),
        data={"show": "yes"},
        where=lambda w: {"number": w.improvement.pk, "consent": w.quote_consent.pk},
    ),
    "telling:telling": Answers(get=staff(OK), post=staff(NO_METHOD), **TELLING),
    "telling:queue": Answers(get=writers(NO_METHOD), post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE), **TELLING),
    "telling:end": Answers(get=writers(NO_METHOD), post=(LOG_IN, FORBIDDEN, DONE, 409, DONE, DONE), **TELLING),
    "telling:answer": Answers(get=everyone(OK), post=everyone(NO_METHOD), **TOLD),  # the address itself is the permission
    "telling:answers": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **TOLD, data={"answer": "solved"}),
    "telling:words": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **TOLD, data=lambda w: {"once": uuid4(), "words": "Thanks."}),
    "telling:own_quote": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **TOLD, data={"allow": "yes", "name": "Ada"}),
    "telling:no_more": Answers(get=everyone(OK), post=everyone(OK), **TOLD),
    # the open window
    "window:window": Answers(get=everyone(OK), post=everyone(NO_METHOD)),
    "window:words": Answers(
        get=everyone(NO_METHOD), post=everyone(DONE), data=lambda w: {"once": uuid4(), "text": "A wish", "address": "g@example.org"}
    ),
    "window:feed": Answers(get=everyone(OK), post=everyone(NO_METHOD)),
    "window:embed": Answers(get=everyone(OK), post=everyone(NO_METHOD)),
    "web:inline_image": Answers(
        get=everyone(OK),  # the address itself is the permission, for ten minutes
        post=everyone(NO_METHOD),
        where=lambda w: {"token": signing.dumps(w.attachment.pk, salt="inline-image")},
    ),
    "web:attachment": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), where=lambda w: {"number": w.attachment.pk}),
    # people
    "web:people": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:heads_ups": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:review": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:review_answers": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        data=lambda w: {"one": w.ada.pk, "other": w.grace.pk, "verdict": "not_sure", "once": uuid4()},
    ),
    "web:review_answer_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.review.pk}),
    "web:reviews": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:join_quality": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:join_checks": Answers(get=leads(NO_METHOD), post=leads(DONE)),
    "web:join_alarm_end": Answers(
        get=leads(NO_METHOD), post=leads(DONE), where=lambda w: {"number": w.join_alarm.pk}, data={"reason": "The shop was closed."}
    ),
    "web:person_why": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **PERSON),
    "web:person_owner": Answers(
        get=writers_of_it(OK), post=writers_of_it(DONE), **PERSON, data=lambda w: {"face": f"user:{w.bob.pk}", "reason": "Knows pumps"}
    ),
    "web:person_owner_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PERSON, data=lambda w: {"row": w.owner.pk}),
    "web:person_marks": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PERSON, data={"mark": "tier=gold"}),
    "web:customers": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:absences": Answers(get=writers(NO_METHOD), post=writers(DONE), data={"starts_on": "2026-12-24"}),
    "web:absence_end": Answers(
        get=writers(NO_METHOD), post=(LOG_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, DONE, DONE), where=lambda w: {"number": w.absence.pk}
    ),
    "web:hand_over": Answers(
        get=writers(OK), post=(LOG_IN, FORBIDDEN, 409, 409, DONE, 409), data=lambda w: {"face": f"user:{w.bob.pk}", "once": uuid4()}
    ),
    "web:hand_over_end": Answers(
        get=writers(NO_METHOD), post=(LOG_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, DONE, DONE), where=lambda w: {"number": w.hand_over.pk}
    ),
    "web:segments": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:segment": Answers(get=staff(OK), post=staff(NO_METHOD), **SEGMENT),
    "web:segment_new": Answers(
        get=leads(OK),
        post=leads(DONE),
        data=lambda w: {
            "once": uuid4(),
            "name": "Big spenders",
            "match": "all",
            "question-0": "spent:at_least",
            "value-0": "500 EUR",
            "position": 1,
        },
    ),
    "web:segment_edit": Answers(
        get=leads(OK),
        post=leads(DONE),
        **SEGMENT,
        data=lambda w: {
            "once": uuid4(),
            "name": "Regulars",
            "match": "any",
            "question-0": "orders:at_least",
            "value-0": "5",
            "position": 1,
        },
    ),
    "web:segment_retirement": Answers(get=leads(NO_METHOD), post=leads(DONE), **SEGMENT),
    "web:segment_retirement_end": Answers(get=leads(NO_METHOD), post=leads(DONE), **SEGMENT),
    "web:person": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **PERSON),
    "web:heads_up_new": Answers(
        get=writers_of_it(OK),
        post=writers_of_it(DONE),
        **PERSON,
        data=lambda w: {"once": uuid4(), "text": "Call before noon.", "reason": "She works at night."},
    ),
    "web:heads_up_review": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **HEADS_UP),
    "web:heads_up_end": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **HEADS_UP),
    "web:heads_up_restoration": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **HEADS_UP),
    "web:household": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PERSON, data=lambda w: {"other": w.grace.person_number}),
    "web:household_end": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.grace.person_number, "household_id": w.home[0].household_id},
    ),
    "web:household_undo": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.grace.person_number, "members": "-".join(str(one.pk) for one in w.home)},
    ),
    "web:person_name": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PERSON, data={"name": "Ada King"}),
    "web:person_same": Answers(get=writers(NO_METHOD), post=writers_of_it(DONE), **PERSON, data=lambda w: {"other": w.grace.person_number}),
    "web:person_different": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.decision.one_id},
        data=lambda w: {"identity": w.decision.other_id},
    ),
    "web:decision_end": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.decision.one_id, "decision": w.decision.pk},
    ),
    "web:person_divide": Answers(
        get=writers_of_it(OK),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.ada.person_number, "identity": w.ada.pk},
        data=lambda w: {"interaction": w.message.interaction_id, "name": "Annabella"},
    ),
    "web:division_end": Answers(
        get=writers(NO_METHOD),
        post=writers_of_it(DONE),
        where=lambda w: {"number": w.grace.person_number, "division": w.division.pk},
    ),
    "web:person_write": Answers(
        get=writers_of_it(OK),
        post=writers_of_it(DONE),
        **PERSON,
        data=lambda w: {"once": uuid4(), "mailbox": w.mailbox.pk, "to": "ada@example.org", "subject": "Your kettle", "body": "It is here."},
    ),
    "web:person_erasure": Answers(get=leads(OK), post=leads(DONE), **PERSON),
    "web:organisations": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:organisation": Answers(get=readers_of_it(OK), post=writers_of_it(DONE), **ORGANISATION, data={"name": "Example Ltd"}),
    "web:organisation_departure": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.ada.organisation_id, "identity": w.ada.pk}
    ),
    "web:organisation_return": Answers(
        get=writers(NO_METHOD), post=writers_of_it(DONE), where=lambda w: {"number": w.ada.organisation_id, "identity": w.ada.pk}
    ),
    "web:search": Answers(get=staff(OK), post=staff(NO_METHOD), query="?q=parcel"),
    # the customer's page: the address is the permission, and a code to the address for what is only theirs
    "portal:page": Answers(get=everyone(OK), post=everyone(NO_METHOD), **PAGE),
    "portal:messages": Answers(
        get=everyone(NO_METHOD), post=everyone(DONE), **PAGE, data=lambda w: {"once": uuid4(), "text": "It is this lock."}
    ),
    "portal:solved": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **PAGE, data=lambda w: {"once": uuid4()}),
    "portal:not_yet": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **PAGE, data=lambda w: {"once": uuid4()}),
    "portal:language": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **PAGE, data={"language": "es"}),
    "portal:file": Answers(get=everyone(OK), post=everyone(NO_METHOD), where=lambda w: {"token": w.page_token, "number": w.attachment.pk}),
    "portal:codes": Answers(get=everyone(NO_METHOD), post=everyone(DONE), **PAGE),
    "portal:code": Answers(
        get=everyone(OK), post=everyone(422), where=lambda w: {"token": w.page_token, "asked": uuid4()}, data={"code": "1234 5678"}
    ),
    "portal:corrections": Answers(get=everyone(OK), post=everyone(FORBIDDEN), **PAGE, data={"name": "Ada King"}),
    "portal:not_me": Answers(get=everyone(OK), post=everyone(FORBIDDEN), **PAGE),
    "portal:held": Answers(get=everyone(OK), post=everyone(NO_METHOD), **PAGE),
    "portal:take_conversation": Answers(get=everyone(NO_METHOD), post=everyone(OK), **PAGE),
    "portal:take_everything": Answers(get=everyone(NO_METHOD), post=everyone(FORBIDDEN), **PAGE),
    "portal:panel": Answers(get=readers_of_it(OK), post=staff(NO_METHOD), **CONVERSATION),
    "portal:stop_links": Answers(get=staff(NO_METHOD), post=writers_of_it(DONE), **CONVERSATION),
    "portal:front_door": Answers(get=admins(OK), post=admins(DONE), data={"company": "Tarn & Trail", "phone": "+44 113 496 0000"}),
    # the demo, its log-in by one click and its mail sink: nowhere but in a home that `heard demo` made
    "demo:chooser": Answers(get=everyone(ABSENT), post=everyone(ABSENT)),
    "demo:enter": Answers(get=everyone(ABSENT), post=everyone(ABSENT), where={"who": "alice"}),
    "demo:ada": Answers(get=everyone(ABSENT), post=everyone(ABSENT)),
    "demo:guide": Answers(get=everyone(ABSENT), post=everyone(ABSENT)),
    "demo:guide_end": Answers(get=everyone(ABSENT), post=everyone(ABSENT)),
    "demo:mail": Answers(get=staff(ABSENT), post=staff(ABSENT)),
    "demo:write": Answers(get=staff(ABSENT), post=staff(ABSENT)),
    "demo:letter": Answers(get=staff(ABSENT), post=staff(ABSENT), where={"name": "any"}),
    # the why
    "programmes:why": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "programmes:draft": Answers(
        get=writers(OK),
        post=writers(DONE),
        data=lambda w: {"based_on": w.why.number, "whom_we_serve": "Walkers.", "what_we_promise": "Poles that hold."},
    ),
    "programmes:draft_end": Answers(get=leads(NO_METHOD), post=leads(DONE), data=lambda w: {"number": w.why.number}),
    "programmes:sign_off": Answers(get=leads(NO_METHOD), post=leads(DONE), data=lambda w: {"number": w.why.number}),
    "programmes:version": Answers(get=staff(OK), post=staff(NO_METHOD), where=lambda w: {"number": w.why.number}),
    "programmes:standing_new": Answers(
        get=leads(OK), post=leads(DONE), data=lambda w: {"once": uuid4(), "text": "We mend what we sell.", "measure": "nothing"}
    ),
    "programmes:standing": Answers(get=staff(OK), post=staff(NO_METHOD), where=lambda w: {"number": w.standing_promise.pk}),
    "programmes:standing_end": Answers(get=leads(NO_METHOD), post=leads(DONE), where=lambda w: {"number": w.standing_promise.pk}),
    # how soon we answer
    "web:policies": Answers(get=staff(OK), post=staff(NO_METHOD)),
    "web:policy": Answers(
        get=leads(OK), post=leads(DONE), where=lambda w: {"number": w.policy.pk}, data={"first_reply": "2", "next_reply": "6.5"}
    ),
    "web:calendar": Answers(
        get=leads(OK),
        post=leads(DONE),
        where=lambda w: {"number": w.policy.calendar_id},
        data={"timezone": "Europe/Madrid", "day0": "09:00–12:30, 13:30–18:00", "holidays": "2026-12-25"},
    ),
    # operators
    "web:quarantine": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "web:quarantine_retry": Answers(get=admins(NO_METHOD), post=admins(DONE), data=lambda w: {"inbound": w.quarantined.pk}),
    "web:quarantine_source": Answers(get=admins(OK), post=admins(NO_METHOD), where=lambda w: {"number": w.quarantined.pk}),
    "web:ledger": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "web:erasures": Answers(get=leads(OK), post=leads(DONE), data={"who": "ada@example.org"}),
    "web:erasure": Answers(get=leads(OK), post=leads(NO_METHOD), where=lambda w: {"erasure_id": w.erasure.pk}),
    "web:what_we_hold": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "web:tasks": Answers(get=admins(OK), post=admins(NO_METHOD)),
    "web:tasks_requeue": Answers(get=admins(NO_METHOD), post=admins(DONE)),
}

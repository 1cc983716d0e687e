"""The world in which every address is asked: Support with its people, Ada and what she said; things are made when first asked for."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from heard.accounts.services.absences import note_absence
from heard.accounts.services.tokens import make_token
from heard.bridges.models import AddressBook, BookCard, Bridge, BridgeConflict, BridgeRecord, BridgeRun, CardConflict
from heard.bridges.services.books import add_book
from heard.bridges.services.crm_bridges import add_bridge
from heard.bridges.services.crm_conflicts import answer_conflict
from heard.bridges.services.files import look_at_file
from heard.bridges.services.sources import ensure_people_source
from heard.channels.email.models import MailboxTest
from heard.conversations.customer_links import make_token as page_token
from heard.conversations.models import Ask, AskAnswer
from heard.conversations.services.answering import answer_by_link
from heard.conversations.services.asking import ask_inside
from heard.files import store
from heard.gestures.services.authority import set_authority
from heard.gestures.services.giving import make_gesture
from heard.improvements.services.answering import allow_quote
from heard.improvements.services.proposing import propose_improvement
from heard.improvements.services.telling import queue_telling, tell_everyone, write_telling
from heard.inbound.models import Inbound
from heard.insights.models import Theme
from heard.insights.services.marking import mark_words
from heard.insights.services.themes import make_theme
from heard.lib.time import now
from heard.matching.models import JoinAlarm
from heard.matching.services.reviewing import answer
from heard.people.segment_rules import Condition, Rule
from heard.people.services.decisions import decide_same
from heard.people.services.heads_ups import write_heads_up
from heard.people.services.households import live_together
from heard.people.services.owning import give_owner, hand_over
from heard.people.services.segments import make_segment
from heard.privacy.models import Erasure
from heard.programmes.services.standing import state_standing_promise
from heard.programmes.services.why import Wording, write_why
from heard.promises.services.byhand import promise_by_hand
from heard.promises.services.policies import ensure_defaults
from heard.purchases.said import Buyer, Line, OrderSaid
from heard.purchases.services.offerings import OfferingSaid, record_offerings
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from heard.purchases.services.taking import look_at_orders
from heard.timeline.models import Attachment
from heard.timeline.services.divisions import divide_identity
from tests.factories import make_conversation, make_customer, make_mail
from tests.factories.conversations import say
from tests.factories.people import MONDAY_MORNING

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049454e44ae426082")


@dataclass
class World:
    """Alice and Bob answer in Support, Rita reads, Dora leads; Charlie is in Sales; Root is in no team. Ada has written to Support."""

    alice: Any
    bob: Any
    rita: Any
    dora: Any
    charlie: Any
    root: Any
    sales: Any
    ada: Any
    mailbox: Any
    conversation: Any

    def user(self, role: str) -> Any:
        """Who plays a role of `routes.ROLES`."""
        return {"reader": self.rita, "agent": self.alice, "outsider": self.charlie, "lead": self.dora, "admin": self.root}[role]

    def make_everything(self) -> None:
        """Make all that is made when first asked for, so that asking changes nothing any more."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property):
                getattr(self, name)

    @cached_property
    def message(self) -> Any:
        return self.conversation.messages.get()

    @cached_property
    def page_token(self) -> str:
        """What stands in the link to Ada's page."""
        return page_token(self.conversation.pk, self.ada.pk, now())

    @cached_property
    def original(self) -> Any:
        """What Ada's message was understood from."""
        return self._inbound(make_mail(), state="filed", interaction=self.message.interaction)

    @cached_property
    def quarantined(self) -> Any:
        """Something that nobody could read."""
        return self._inbound(b"\0", state="quarantined", cause="not_an_email")

    @cached_property
    def promise(self) -> Any:
        """What Bob has promised Ada."""
        due_at = now() + timedelta(days=3)
        return promise_by_hand(self.conversation, by=self.bob, text="A new kettle is posted", due_at=due_at)

    @cached_property
    def attachment(self) -> Any:
        """A small picture in Ada's message."""
        return Attachment.objects.create(
            interaction=self.message.interaction, blob=store.put(PNG), name="a.png", content_type="image/png", size=len(PNG)
        )

    @cached_property
    def ask(self) -> Any:
        """Bob has asked Charlie of Sales about Ada's parcel."""
        return ask_inside(self.conversation, by=self.bob, question="Is it in stock?", due_at=now() + timedelta(days=1), user=self.charlie)

    @cached_property
    def automatic_answer(self) -> Any:
        """Charlie's mail program says that he is away."""
        answer = answer_by_link(self.ask, text="I am away.")
        AskAnswer.objects.filter(pk=answer.pk).update(is_automatic=True)
        Ask.objects.filter(pk=self.ask.pk).update(answered_at=None)
        return answer

    @cached_property
    def other_conversation(self) -> Any:
        return make_conversation(self.mailbox, customer=self.ada, subject="And my kettle?")

    @cached_property
    def grace(self) -> Any:
        """Another customer of Support."""
        grace = make_customer("grace@example.com", name="Grace Hopper", audience=self.mailbox.audience)
        say(make_conversation(self.mailbox, customer=grace), "in", "Hello?", at=MONDAY_MORNING + timedelta(hours=1))
        return grace

    @cached_property
    def segment(self) -> Any:
        return make_segment("Regulars", Rule("all", (Condition("orders", "at_least", 3),)), by=self.dora)

    @cached_property
    def owner(self) -> Any:
        """Bob looks after Ada."""
        return give_owner(self.ada, user=self.bob, by=self.bob)

    @cached_property
    def hand_over(self) -> Any:
        """Bob has handed Grace over to Dora."""
        give_owner(self.grace, user=self.bob, by=self.bob)
        return hand_over(self.bob, to=self.dora, by=self.bob, person_numbers=[self.grace.person_number])

    @cached_property
    def absence(self) -> Any:
        """Bob will be away."""
        return note_absence(self.bob, starts_at=now() + timedelta(days=9), cover=self.alice, by=self.bob)

    @cached_property
    def decision(self) -> Any:
        """Two more customers whom Bob holds to be one."""
        one, other = (
            make_customer(f"{name}@example.net", name="Joan Clarke", audience=self.mailbox.audience) for name in ("joan", "clarke")
        )
        return decide_same(one, other, by=self.bob)

    @cached_property
    def review(self) -> Any:
        """Bob has said that Ada and Grace are different people."""
        return answer(self.ada, self.grace, verdict="different", by=self.bob)

    @cached_property
    def join_alarm(self) -> Any:
        """A week in which far fewer newcomers were joined."""
        return JoinAlarm.objects.create(
            begins_on=MONDAY_MORNING.date(), newcomers=40, joined=2, usual_newcomers=300, usual_joined=200, raised_at=MONDAY_MORNING
        )

    @cached_property
    def division(self) -> Any:
        """Grace's second message was somebody else's."""
        last = self.grace.parties.order_by("-pk").first()
        return divide_identity(self.grace, interaction_ids=[last.interaction_id], name="Anita Borg", by=self.bob)

    @cached_property
    def heads_up(self) -> Any:
        """What Bob wants colleagues to know about Ada."""
        return write_heads_up(self.ada, text="Send no parcels to the old house.", reason="She moved.", by=self.bob)

    @cached_property
    def home(self) -> Any:
        """Grace lives with Joan, as Bob was told."""
        return live_together(self.grace, self.decision.one, by=self.bob, reason="Joan said so.")

    @cached_property
    def offering(self) -> Any:
        """Something that is sold."""
        return record_offerings([OfferingSaid("K-1", "Kettle")], by=self.root).offerings[0]

    @cached_property
    def order(self) -> Any:
        """What Ada bought in a shop that Support reads."""
        said = OrderSaid("20931", MONDAY_MORNING, "EUR", Buyer("ada@example.org"), (Line("Kettle", 4900, sku="K-1"),))
        return record_orders(ensure_source("shop", teams=[self.mailbox.team]), [said], by=self.root)[0].order

    @cached_property
    def taking(self) -> Any:
        """A file of orders that somebody looked at and has not taken in yet."""
        raw = b"order,placed_at,email,item,amount,currency\n8,2026-03-01,ada@example.org,Kettle,49.00,EUR\n"
        return look_at_orders(raw, name="orders.csv", source=self.order.source, currency="", by=self.root)

    @cached_property
    def bridge(self) -> Any:
        """A CRM that Support reads; it does not run."""
        values = {"name": "Sales CRM", "slug": "crm", "profile": "suitecrm8", "address": "https://crm.example.org/Api/", "secret": "secret"}
        return add_bridge(values, teams=[self.mailbox.team], by=self.root)

    @cached_property
    def bridge_look(self) -> Any:
        """A dry look that is over."""
        return BridgeRun.objects.create(bridge=self.bridge, is_dry=True, started_at=now(), ended_at=now())

    @cached_property
    def bridge_conflict(self) -> Any:
        """The CRM calls Ada otherwise."""
        return self._bridge_conflict(self.bridge)

    @cached_property
    def settled_bridge_conflict(self) -> Any:
        """Another one, of her telephone, which Alice settled."""
        conflict = self._bridge_conflict(self.bridge, field="phone", theirs="+34600123456", ours="+34600123457")
        return answer_conflict(conflict, verdict="theirs", by=self.alice)

    def _bridge_conflict(
        self, bridge: Bridge, *, field: str = "name", theirs: str = "Ada King", ours: str = "Ada Lovelace"
    ) -> BridgeConflict:
        record, _ = BridgeRecord.objects.get_or_create(bridge=bridge, external_id="7", defaults={"identity": self.ada, "read_at": now()})
        return BridgeConflict.objects.create(
            record=record, field=field, theirs=theirs, ours=ours, ours_by="colleague", ours_at=now(), found_at=now()
        )

    @cached_property
    def people_file(self) -> Any:
        """A file of people that somebody looked at and has not taken in yet."""
        source = ensure_people_source("shop", teams=[self.mailbox.team], by=self.root)
        return look_at_file(b"name,email\nEmmy Noether,emmy@example.org\n", name="people.csv", source=source, by=self.root)

    @cached_property
    def address_book(self) -> Any:
        """Support's address book on a server that is not there."""
        values = {"name": "Phone", "url": "http://127.0.0.1:1/book/", "sends": "changes", "is_active": True}
        book = add_book(values, teams=[self.mailbox.team], by=self.root)
        AddressBook.objects.filter(pk=book.pk).update(is_chosen=True, found=[[book.url, "Phone"]])
        book.refresh_from_db()
        return book

    @cached_property
    def card_conflict(self) -> Any:
        """Support's address book calls Ada otherwise than Bob does."""
        card = BookCard.objects.create(book=self.address_book, href="/book/ada.vcf", uid="ada-1", identity=self.ada, read_at=now())
        return CardConflict.objects.create(card=card, field="name", theirs="Ada King", ours="Ada Lovelace", found_at=now())

    @cached_property
    def token(self) -> Any:
        """The shop's key to the API."""
        return make_token("Shop", scopes=["orders:write"], teams=[self.mailbox.team], role="agent", by=self.root)[0]

    @cached_property
    def allowed(self) -> Any:
        """What agents and leads may give in a week; in this currency."""
        set_authority("lead", amount=50_000, currency="EUR", by=self.root)
        return set_authority("agent", amount=20_000, currency="EUR", by=self.root)

    @cached_property
    def gesture(self) -> Any:
        """A credit that Bob gave to Ada, of which nobody was told yet."""
        return make_gesture(self.conversation, by=self.bob, kind="credit", amount=500, currency=self.allowed.currency)

    @cached_property
    def theme(self) -> Any:
        """What Alice looks after."""
        return make_theme("Parcels", by=self.alice)

    @cached_property
    def other_theme(self) -> Any:
        """What nobody looks after."""
        return Theme.objects.create(name="Delivery", made_at=MONDAY_MORNING)

    @cached_property
    def signal(self) -> Any:
        """Words of Ada's that Alice marked."""
        return mark_words(self.message.interaction, words="a week ago", kind="problem", theme=self.theme, by=self.alice)

    @cached_property
    def improvement(self) -> Any:
        """What Alice wants to change because Ada said so."""
        return propose_improvement("Parcels that come", by=self.alice, signals=[self.signal])

    @cached_property
    def evidence(self) -> Any:
        return self.improvement.evidence.get()

    @cached_property
    def told(self) -> Any:
        """Ada was told what became of it."""
        telling = write_telling(self.improvement, by=self.alice, text_en="They come in time now.")
        tell_everyone(telling, by=self.alice)
        queue_telling(telling.pk)
        return telling.told.get()

    @cached_property
    def telling(self) -> Any:
        """What Alice would tell them next; a draft."""
        return write_telling(self.improvement, by=self.alice, text_en="They come on the day before.")

    @cached_property
    def quote_consent(self) -> Any:
        """Ada agreed to be quoted."""
        return allow_quote(self.told, name="Ada")

    @cached_property
    def policy(self) -> Any:
        """The policy of a new installation, and with it its calendar."""
        return ensure_defaults()

    @cached_property
    def why(self) -> Any:
        """A draft of the why that waits for a signature."""
        return write_why(Wording("Those who walk.", "", "Gear that holds.", ""), by=self.bob, based_on=0)

    @cached_property
    def standing_promise(self) -> Any:
        return state_standing_promise("We do what we said by the day we said.", measure="by_hand", by=self.dora)

    @cached_property
    def mailbox_test(self) -> Any:
        return MailboxTest.objects.create(mailbox=self.mailbox, by=self.root, at=MONDAY_MORNING, code="1")

    @cached_property
    def erasure(self) -> Any:
        """The certificate of somebody else's erasure."""
        return Erasure.objects.create(number_of_identities=1, started_at=MONDAY_MORNING, finished_at=MONDAY_MORNING)

    def _inbound(self, raw: bytes, **fields: Any) -> Any:
        blob = store.put(raw)
        return Inbound.objects.create(
            mailbox=self.mailbox, blob=blob, digest=blob.digest, transport="test", transport_id=blob.digest[:9], day=MONDAY_MORNING.date(),
            received_at=MONDAY_MORNING, **fields,
        )  # fmt: skip

"""What goes in and out: ids are strings, times ISO 8601 in UTC, money whole minor units with a currency, lists `items` with `next`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from heard.lib.money import MOST
from heard.lib.text import storable

Item = TypeVar("Item")


def _told(text: str) -> str:
    return storable(text).strip()


Minor = Annotated[int, Field(strict=True, ge=-MOST, le=MOST, description="Whole minor units of the currency: cents for EUR, yen for JPY.")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["EUR"])]
Text = Annotated[str, AfterValidator(_told)]
Moment = Annotated[AwareDatetime, Field(description="ISO 8601 with its time zone.", examples=["2026-11-02T09:30:00Z"])]


class Given(Schema):
    """What is sent: a member that is not known is refused, so that a mistyped name is not silently lost."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[Item]):
    """Some of a list; `next` is the `after` of the following ones, null at the end."""

    items: list[Item]
    next: str | None = None


class Money(Schema):
    amount: int
    currency: str


class ColleagueOut(Schema):
    id: str
    name: str


class ProblemOut(Schema):
    """RFC 9457. `errors` names the members that were wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


# Conversations


class ConversationOut(Schema):
    id: str
    subject: str
    state: str
    standing: str = Field(description="Who has to move next: us, customer, snoozed, closed or joined.")
    customer: str | None = Field(None, description="The person's number; an address of yours leads there.")
    customer_name: str = ""
    assignee: ColleagueOut | None = None
    opened_at: datetime
    last_message_at: datetime
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    joined_into: str | None = None


class MessageOut(Schema):
    id: str
    kind: str
    direction: str
    at: datetime
    author: ColleagueOut | None = None
    sender: str = ""
    to: list[str] = []
    cc: list[str] = []
    text: str
    attachments: list[str] = []
    delivery: str | None = None


class ConversationWithMessages(ConversationOut):
    messages: list[MessageOut]
    earlier: int = Field(description="How many messages came before these; ask with ?all=true for up to 2,000.")


class ReplyIn(Given):
    body: Text = Field(min_length=1, max_length=200_000)
    to: list[str] | None = Field(None, max_length=50, description="Left out: to whoever wrote last, with everybody who was in it.")
    cc: list[str] | None = Field(None, max_length=50)
    then_close: bool = False


class NoteIn(Given):
    body: Text = Field(min_length=1, max_length=200_000)


class ClosureIn(Given):
    reason: str = Field("solved", description="solved, no_reply_needed, duplicate or spam.")


# People


class IdentifierOut(Schema):
    kind: str
    value: str
    verified_at: datetime | None = None


class PersonOut(Schema):
    id: str
    name: str
    addresses: list[str]
    organisation: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime


class PersonWithIdentifiers(PersonOut):
    identifiers: list[IdentifierOut]


class StoryOut(Schema):
    id: str
    at: datetime
    channel: str
    direction: str
    kind: str
    stage: str = Field(
        description="Where in the customer's own path: need, choose, buy, use, get_help, renew_or_leave; empty where nobody said."
    )
    text: str = Field(description="The beginning: at most 280 characters.")


class StoryIn(Schema):
    """What of a story is asked for. Empty asks for everything."""

    kind: str = Field("", max_length=30)
    channel: str = Field("", max_length=20)
    direction: Literal["", "in", "out", "internal", "public"] = ""
    stage: Literal["", "need", "choose", "buy", "use", "get_help", "renew_or_leave"] = ""
    before: AwareDatetime | None = None


class HeadsUpOut(Schema):
    id: str
    text: str
    reason: str
    by: str
    at: datetime
    review_on: date


class HousemateOut(Schema):
    id: str = Field(description="Their person's number.")
    name: str
    reason: str
    since: datetime


# Promises


class PromiseOut(Schema):
    id: str
    conversation: str
    kind: str
    what: str
    owed_by: str = ""
    made_at: datetime
    first_due_at: datetime
    due_at: datetime
    told_at: datetime | None = None
    state: str
    kept_at: datetime | None = None
    broken_at: datetime | None = None


class PromiseIn(Given):
    what: Text = Field(min_length=1, max_length=300)
    due_at: Moment
    owed_by_team: str | None = Field(None, description="The name of a team or department; left out, the program itself owes it.")


# Purchases


class BuyerIn(Given):
    email: Text = ""
    number: Text = Field("", max_length=200, description="Your own number for the customer.")
    name: Text = Field("", max_length=200)


class LineIn(Given):
    name: Text = Field(min_length=1, max_length=200)
    sku: Text = Field("", max_length=64)
    quantity: int = Field(1, strict=True, ge=1, le=1_000_000)
    amount: Minor
    state: str = "placed"
    state_at: Moment | None = None


class ReturnIn(Given):
    number: Text = Field(min_length=1, max_length=64)
    line: int = Field(0, ge=0, description="The line, counted from 1; 0 is the whole order.")
    quantity: int = Field(1, strict=True, ge=1)
    at: Moment


class RefundIn(Given):
    number: Text = Field(
        min_length=1, max_length=64, description="Your own number for it. A gesture's reference, like G12, says that it is that gesture."
    )
    line: int = Field(0, ge=0)
    amount: Minor
    at: Moment


class OrderIn(Given):
    """The whole order as it stands now. What was said of lines before follows; returns and refunds are added and never change."""

    placed_at: Moment
    currency: Currency
    customer: BuyerIn
    lines: list[LineIn] = Field(min_length=1, max_length=500)
    state: str = Field("placed", description="placed, sent, delivered or cancelled.")
    total: Minor | None = Field(None, description="What was charged; left out, the sum of the lines.")
    returns: list[ReturnIn] = Field([], max_length=1000)
    refunds: list[RefundIn] = Field([], max_length=1000)


class LineOut(Schema):
    name: str
    sku: str
    offering: str | None = None
    quantity: int
    amount: int
    state: str
    state_at: datetime | None = None


class ReturnOut(Schema):
    number: str
    line: int
    quantity: int
    at: datetime


class RefundOut(Schema):
    number: str
    line: int
    amount: int
    at: datetime


class OrderOut(Schema):
    source: str
    number: str
    interaction: str
    placed_at: datetime
    changed_at: datetime
    currency: str
    total: int
    refunded: int
    state: str
    lines: list[LineOut]
    returns: list[ReturnOut]
    refunds: list[RefundOut]


class OfferingIn(Given):
    name: Text = Field(min_length=1, max_length=200)
    kind: str = Field("product", description="product, service or place.")
    attributes: dict[Text, Text] = Field({}, max_length=60)
    fits_with: list[Text] | None = Field(None, max_length=1000, description="Numbers of others; left out, what fits stays as it is.")
    is_retired: bool = False


class OfferingOut(Schema):
    sku: str
    name: str
    kind: str
    attributes: dict[str, str]
    fits_with: list[str]
    is_retired: bool
    changed_at: datetime


# Gestures


class GestureIn(Given):
    kind: str = Field(description="replacement, refund or credit.")
    amount: Minor
    currency: Currency
    order: str | None = Field(None, description="`source/number` of the order it is for.")
    line: int = Field(0, ge=0, description="The order's line, counted from 1; 0 is the whole order.")


class GestureOut(Schema):
    id: str
    reference: str
    conversation: str
    kind: str
    worth: Money
    order: str | None = None
    by: ColleagueOut
    at: datetime
    told_at: datetime | None = None
    carried_out_at: datetime | None = None


class BudgetOut(Schema):
    worth: Money
    left: Money
    ends_at: datetime


# What is heard, and what we change


class ThemeOut(Schema):
    id: str
    name: str
    definition: str
    people: int
    people_recently: int = Field(description="In the last 30 days.")
    signals: int


class SignalOut(Schema):
    id: str
    kind: str
    theme: str | None = None
    words: str = Field(description="Empty when they were erased.")
    channel: str
    conversation: str | None = None
    person: str | None = None
    said_at: datetime


class ImprovementOut(Schema):
    id: str
    title: str
    state: str
    public_reason: str
    is_public: bool
    owner: str
    people_for: int
    people_against: int
    decided_at: datetime

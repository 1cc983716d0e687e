"""What goes in and out of segments and owners."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from heard.api.schemas import Given, Text


class ConditionIn(Given):
    """One condition: `what` and `how` as `GET /segments/subjects` lists them; money as `100 EUR`, days and numbers as numbers."""

    what: str = Field(max_length=40, examples=["orders"])
    how: str = Field(max_length=20, examples=["at_least"])
    value: int | str | None = Field(default=None, examples=[3])


class FaceIn(Given):
    """A colleague by log-in address, or a team by name."""

    colleague: Text = Field(default="", max_length=254)
    team: Text = Field(default="", max_length=80)
    reason: Text = Field(default="", max_length=300)


class SegmentIn(Given):
    name: Text = Field(max_length=80, examples=["Regulars"])
    match: Literal["all", "any"] = "all"
    conditions: list[ConditionIn] = Field(max_length=20)
    owner: FaceIn | None = None
    position: int = Field(default=100, ge=1, le=9999)


class MarkIn(Given):
    value: Text = Field(default="", max_length=150)


class SubjectOut(Schema):
    what: str
    label: str
    how: list[str]
    fold: str = Field(description="How a person's value is made of those of their identities.")
    example: str


class FaceOut(Schema):
    colleague: str = ""
    team: str = ""
    name: str = ""
    because: str = Field(default="", description="hand, handed_over or segment; empty when nobody looks after them.")
    segment: str | None = None
    reason: str = ""
    since: datetime | None = None


class ReasonOut(Schema):
    words: str
    holds: bool
    known: str


class MembershipOut(Schema):
    person: str
    name: str
    addresses: list[str] = []
    segment: str | None = None
    segment_name: str | None = None
    is_member: bool = True
    because: list[ReasonOut] = []


class SegmentOut(Schema):
    id: str
    name: str
    words: str = Field(description="The rule in plain words.")
    match: str
    conditions: list[dict[str, object]]
    version: int
    position: int
    people: int = Field(description="How many of its people the token may know of; 1001 stands for more than 1,000.")
    owner: FaceOut
    counted_at: datetime | None
    retired_at: datetime | None

"""Segments and who looks after whom, for programs: the same rules, the same words, the same limits as on the pages."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from heard.accounts.models import Team, User
from heard.api.access import actor, may, once
from heard.api.pages import Limit, number_of
from heard.api.problems import Problem
from heard.api.schemas import Page
from heard.api.segment_schemas import FaceIn, FaceOut, MarkIn, MembershipOut, SegmentIn, SegmentOut, SubjectOut
from heard.people.attributes import SUBJECTS
from heard.people.models import Identity, RelationshipOwner, Segment
from heard.people.owner_selectors import owner_of
from heard.people.segment_rules import HOWS, Rule, WrongRule, all_said
from heard.people.segment_selectors import Explained, count_in, explain, get_segment, list_segments, people_in, rule_of, segment_names
from heard.people.selectors import Person, get_person
from heard.people.services.attributes import give_mark
from heard.people.services.owning import end_owner, give_owner
from heard.people.services.segments import change_segment, make_segment, retire_segment

router = Router(tags=["segments"])


@router.get("/segments", auth=may("people:read"), response=Page[SegmentOut])
def index(request: HttpRequest):
    """Every segment in force; its count is of people the program may know of."""
    return {"items": [_out(line.segment, line.members, line.words) for line in list_segments(actor(request))]}


@router.get("/segments/subjects", auth=may("people:read"), response=Page[SubjectOut])
def subjects(request: HttpRequest):
    """What a condition may ask, and how."""
    items = [
        {"what": one.name, "label": str(one.label), "how": list(HOWS[one.fold]), "fold": one.fold.value, "example": str(one.example)}
        for one in SUBJECTS.values()
    ]
    return {"items": items}


@router.get("/segments/{number}", auth=may("people:read"), response=SegmentOut)
def read(request: HttpRequest, number: str):
    """One segment, also one that was put away."""
    return _whole(actor(request), get_segment(number_of(number)))


@router.get("/segments/{number}/people", auth=may("people:read"), response=Page[MembershipOut])
def people(request: HttpRequest, number: str, limit: Limit = 50, after: str = ""):
    """Who is in it, as far as the program may know, newest numbers first."""
    rows = people_in(actor(request), get_segment(number_of(number)), limit=limit + 1, before=number_of(after) or None)
    items = [{"person": str(one.number), "name": one.name, "addresses": one.addresses} for one in rows[:limit]]
    return {"items": items, "next": str(rows[limit - 1].number) if len(rows) > limit else None}


@router.post("/segments", auth=may("people:write"), response={201: SegmentOut})
def create(request: HttpRequest, segment: SegmentIn):
    """Save a rule under a name. A token with the rights of a lead may."""
    user = _lead(request)
    owner, team = _face(segment.owner)
    made = make_segment(segment.name, _rule(segment), by=user, owner=owner, owner_team=team, position=segment.position, once=once(request))
    return Status(201, _whole(user, made))


@router.put("/segments/{number}", auth=may("people:write"), response=SegmentOut)
def put(request: HttpRequest, number: str, segment: SegmentIn):
    """Change all of a segment at once; the same again changes nothing. A token with the rights of a lead may."""
    user = _lead(request)
    owner, team = _face(segment.owner)
    changed = change_segment(
        get_segment(number_of(number)), by=user, name=segment.name, rule=_rule(segment), owner=owner, owner_team=team,
        position=segment.position,
    )  # fmt: skip
    return _whole(user, changed)


@router.delete("/segments/{number}", auth=may("people:write"), response=SegmentOut)
def retire(request: HttpRequest, number: str):
    """Put a segment away. A token with the rights of a lead may."""
    user = _lead(request)
    return _whole(user, retire_segment(get_segment(number_of(number)), by=user))


@router.get("/people/{number}/segments", auth=may("people:read"), response=Page[MembershipOut])
def of_person(request: HttpRequest, number: str, segment: str = ""):
    """The segments a person is in, and why; or why they are, or are not, in one `segment` (its id)."""
    person = get_person(actor(request), number_of(number))
    asked = [get_segment(number_of(segment))] if segment else None
    return {"items": [_membership(person, one) for one in explain(person, asked)]}


@router.get("/people/{number}/owner", auth=may("people:read"), response=FaceOut)
def owner(request: HttpRequest, number: str):
    """Who looks after somebody."""
    return _face_out(owner_of(get_person(actor(request), number_of(number)).identity_ids))


@router.put("/people/{number}/owner", auth=may("people:write"), response=FaceOut)
def put_owner(request: HttpRequest, number: str, face: FaceIn):
    """Let a colleague or a team look after somebody."""
    person = get_person(actor(request), number_of(number))
    user, team = _face(face)
    return _face_out(give_owner(_newest(person), user=user, team=team, by=actor(request), reason=face.reason))


@router.delete("/people/{number}/owner", auth=may("people:write"), response=FaceOut)
def end(request: HttpRequest, number: str):
    """Nobody looks after them by hand any more; a rule may."""
    person = get_person(actor(request), number_of(number))
    standing = owner_of(person.identity_ids)
    if standing is not None:
        end_owner(standing, by=actor(request))
    return _face_out(owner_of(person.identity_ids))


@router.put("/people/{number}/marks/{name}", auth=may("people:write"), response=Page[MembershipOut])
def mark(request: HttpRequest, number: str, name: str, mark: MarkIn):
    """Mark somebody, as tier: gold; an empty value takes the mark away. Answers the segments they were in before it."""
    person = get_person(actor(request), number_of(number))
    for identity in [_newest(person)] if mark.value.strip() else person.identities:
        give_mark(identity, name=name, value=mark.value, by=actor(request), source="api")
    return {"items": [_membership(person, one) for one in explain(person)]}


def _lead(request: HttpRequest) -> User:
    user = actor(request)
    if not user.is_lead:
        raise PermissionDenied
    return user


def _rule(segment: SegmentIn) -> Rule:
    try:
        return Rule.from_json({"match": segment.match, "conditions": [one.dict() for one in segment.conditions]})
    except WrongRule as wrong:
        where = "body.conditions" if wrong.line is None else f"body.conditions.{wrong.line}"
        raise Problem(422, wrong.message, errors=[{"where": where, "what": wrong.message}]) from None


def _face(face: FaceIn | None) -> tuple[User | None, Team | None]:
    """The colleague by log-in address, or the team by name."""
    if face is None or not (face.colleague or face.team):
        return None, None
    user = User.objects.filter(email=face.colleague.strip().lower(), is_program=False).first() if face.colleague else None
    team = Team.objects.filter(name=face.team).first() if face.team else None
    if (face.colleague and user is None) or (face.team and team is None):
        raise Problem(422, _("There is no such colleague or team."))
    return user, team


def _newest(person: Person) -> Identity:
    return max((one for one in person.identities if one.erased_at is None), key=lambda one: one.last_seen_at)


def _whole(user: User, segment: Segment) -> dict[str, object]:
    return _out(segment, count_in(user, segment), all_said(rule_of(segment.rule), segment_names()))


def _out(segment: Segment, members: int, words: str) -> dict[str, object]:
    return {
        "id": str(segment.pk), "name": segment.name, "words": words, "match": segment.rule.get("match", "all"),
        "conditions": segment.rule.get("conditions", []), "version": segment.version, "position": segment.position, "people": members,
        "owner": {"colleague": segment.owner.email if segment.owner else "", "team": segment.owner_team.name if segment.owner_team else ""},
        "counted_at": segment.counted_at, "retired_at": segment.retired_at,
    }  # fmt: skip


def _membership(person: Person, why: Explained) -> dict[str, object]:
    return {
        "person": str(person.number), "name": person.name, "addresses": person.addresses, "segment": str(why.segment.pk),
        "segment_name": why.segment.name, "is_member": why.is_member,
        "because": [{"words": one.words, "holds": one.holds, "known": one.known} for one in why.reasons],
    }  # fmt: skip


def _face_out(row: RelationshipOwner | None) -> dict[str, object]:
    if row is None:
        return {}
    return {
        "colleague": row.user.email if row.user else "", "team": row.team.name if row.team else "", "name": str(row.user or row.team),
        "because": row.because, "segment": str(row.segment_id) if row.segment_id else None, "reason": row.reason, "since": row.since_at,
    }  # fmt: skip

"""To which conversation does a message belong? A pure function of its envelope and of every Message-ID and reference ever seen.

The rules, the first that applies:

1. **Our own mail** that came back belongs where it was sent from, and is nobody's new word (RFC 3834: two robots must not talk for ever).
2. **A copy**: the same Message-ID, sender and body came in by another mailbox already; nothing new was said.
3. **A signed token**, in one of our Message-IDs that the answer names or in the plus address it was sent to, proves that the sender has
   mail of ours in hand. It threads whoever sends: a colleague of the customer becomes a participant, never the customer. (Helpthread,
   specs/mail/threading.md: key id and signature inside our own Message-ID.)
4. **A header** (In-Reply-To, then References from the newest to the oldest) threads only for a known participant whose message did not
   fail authentication. The ids stand in every mail that was ever forwarded, so knowing one proves nothing. Anybody else's opens a
   conversation of its own, *linked*, and a colleague joins them with one click (Zammad #5064, #2444: strangers' mail landed in tickets).
   Ids of mails that never reached us count too, so that two answers to one unseen mail meet (Zammad #5716).
5. **A child that came before its parent**: the message is itself what a conversation's mails refer to. It is adopted when it did not fail
   authentication and its sender or one of its recipients takes part there: an answer names the sender of what it answers, or its readers.
6. **The subject never threads**, and is not even among the facts (Zammad #4965; Chatwoot #13502: answers to a newsletter became one).

What is linked is shown only to those who may see both conversations; that is the caller's to ask.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from heard.people.rules import normalise_email

Kind = Literal["new", "join", "linked", "copy", "adopt"]
_NOBODY: frozenset[str] = frozenset()


class Reason(StrEnum):
    """Why a message is where it is. Templates turn these into sentences."""

    OWN_LOOP = "own_loop"
    """Our own mail came back to us."""
    SAME_MAIL = "same_mail"
    """The same mail had come by another mailbox."""
    SIGNED_TOKEN = "signed_token"  # noqa: S105 (a reason, not a secret)
    """It answers a mail of ours, which only we can have signed."""
    HEADER_KNOWN_PARTICIPANT = "header_known_participant"
    """It names a mail of this conversation, and its sender takes part in it."""
    HEADER_COLLEAGUE = "header_colleague"
    """It names a mail of this conversation, and an authenticated colleague of ours sent it."""
    CHILD_CAME_FIRST = "child_came_first"
    """A mail that answers this one had come before it."""
    HEADER_STRANGER = "header_stranger"
    """It names a mail of another conversation, in which its sender takes no part."""
    HEADER_FAILED_AUTHENTICATION = "header_failed_authentication"
    """It names a mail of another conversation, but perhaps somebody else wrote it in the sender's name."""
    HEADERS_DO_NOT_THREAD = "headers_do_not_thread"
    """It names a mail of another conversation, and this installation threads by token alone."""
    CLOSED_LONG_AGO = "closed_long_ago"
    """What it answers was closed so long ago that it is a new matter."""
    MESSAGE_ID_REUSED = "message_id_reused"
    """Its id was another mail's already, with other words or another sender."""
    CONVERSATION_GONE = "conversation_gone"
    """What it answers is no longer here."""
    REFERENCE_UNKNOWN = "reference_unknown"
    """It answers something we have never seen."""
    NO_REFERENCE = "no_reference"
    """It answers nothing."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What threading may know of a message. Ids are without <>; addresses are in the form of `normalise_email`.

    `tokens` are the conversations named by *verified* tokens, newest first. `recipients` leave out our own mailboxes. `automatic` and
    `authentication` ("pass", "fail", "none") are the parser's and the checker's words for this very message.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Oldest first, as in the mail."""
    sender: str = ""
    recipients: frozenset[str] = frozenset()
    tokens: tuple[int, ...] = ()
    authentication: str = "none"
    automatic: str = ""
    body_digest: str = ""

    @property
    def ids(self) -> list[str]:
        """Its own id and every id it names, each once, sorted: the rows to insert or lock before the decision is taken."""
        return sorted({self.message_id, *self.in_reply_to, *self.references} - {""})


@dataclass(frozen=True, slots=True)
class Target:
    """What is true of a conversation that may be meant. `participants` are addresses like the envelope's, without our own mailboxes."""

    participants: Collection[str] = _NOBODY
    closed_days: int | None = None
    """Whole days since it was closed, None while it is open."""
    joined_into: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A message that is filed already under the same Message-ID."""

    conversation: int
    sender: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Setting:
    """The installation's choices."""

    headers_thread: bool = True
    """False: only signed tokens thread; header matches are linked."""
    new_matter_after_days: int | None = None
    """An answer to something closed for longer opens a linked conversation; None never does."""


@dataclass(frozen=True, slots=True)
class Index:
    """Everything ever seen, as far as this message touches it.

    `seen` maps every Message-ID and reference to its conversation: a message that is here to where it was filed, whatever named it before;
    a reference only fills a gap, so that a stranger who names an id cannot take it away. `filed` has the ids of messages that are here,
    `targets` the conversations that may be meant (one that is missing is gone), `colleagues` the addresses of our own agents.
    """

    seen: Mapping[str, int]
    targets: Mapping[int, Target]
    filed: Mapping[str, Filed]
    colleagues: Collection[str] = _NOBODY


@dataclass(frozen=True, slots=True)
class ThreadDecision:
    """Where a message goes.

    `new` and `linked` open a conversation; `join`, `adopt` and `copy` name one (a copy of own mail from a lost conversation names none).
    `linked_to` is another conversation that belongs to it, to be joined with one click. `adds_participant`: the sender was not known there.
    """

    kind: Kind
    conversation: int | None
    reason: Reason
    linked_to: int | None = None
    adds_participant: bool = False


def decide_thread(envelope: Envelope, index: Index, setting: Setting = Setting()) -> ThreadDecision:
    """The conversation of a message, and why. Arrival order, subjects and times play no part."""
    if envelope.automatic == "own":
        return ThreadDecision("copy", _first(_answered(envelope, index)), Reason.OWN_LOOP)
    if (copied := _copied(envelope, index)) is not None:
        return ThreadDecision("copy", copied, Reason.SAME_MAIL)
    by_token = _first(_resolved(envelope.tokens, index))
    if by_token is not None:
        return _by_token(envelope, by_token, index, setting)
    return _by_header(envelope, index, setting)


def _by_token(envelope: Envelope, conversation: int, index: Index, setting: Setting) -> ThreadDecision:
    if _is_a_new_matter(conversation, index, setting):
        return ThreadDecision("linked", None, Reason.CLOSED_LONG_AGO, linked_to=conversation)
    # Whoever failed authentication is heard in the thread, but does not become somebody whose header alone threads.
    is_new = envelope.authentication != "fail" and envelope.sender not in index.targets[conversation].participants
    return ThreadDecision("join", conversation, Reason.SIGNED_TOKEN, adds_participant=is_new and bool(envelope.sender))


def _by_header(envelope: Envelope, index: Index, setting: Setting) -> ThreadDecision:
    named = list(_answered(envelope, index))
    child = _child(envelope, index)
    meant = [*named, *([child] if child is not None and child not in named else [])]
    if not meant:
        return _nothing_to_join(envelope, index)
    refusal = _why_headers_do_not_count(envelope, setting)
    if refusal is not None:
        return ThreadDecision("linked", None, refusal, linked_to=meant[0])
    for conversation in meant:
        reason = _why_it_may_join(envelope, conversation, index, is_child=conversation not in named)
        if reason is None:
            continue
        if _is_a_new_matter(conversation, index, setting):
            return ThreadDecision("linked", None, Reason.CLOSED_LONG_AGO, linked_to=conversation)
        return _join(envelope, conversation, reason, meant, index)
    return ThreadDecision("linked", None, Reason.HEADER_STRANGER, linked_to=meant[0])


def _join(envelope: Envelope, conversation: int, reason: Reason, meant: list[int], index: Index) -> ThreadDecision:
    kind: Kind = "adopt" if reason is Reason.CHILD_CAME_FIRST else "join"
    is_new = envelope.sender not in index.targets[conversation].participants
    # A message between two conversations of the same people shows that they are one.
    other = _first(each for each in meant if each != conversation and _takes_part(envelope, each, index))
    return ThreadDecision(kind, conversation, reason, linked_to=other, adds_participant=is_new and reason is not Reason.HEADER_COLLEAGUE)


def _why_headers_do_not_count(envelope: Envelope, setting: Setting) -> Reason | None:
    if envelope.authentication == "fail":
        return Reason.HEADER_FAILED_AUTHENTICATION
    if not setting.headers_thread:
        return Reason.HEADERS_DO_NOT_THREAD
    return None


def _why_it_may_join(envelope: Envelope, conversation: int, index: Index, *, is_child: bool) -> Reason | None:
    if is_child:
        return Reason.CHILD_CAME_FIRST if _overlaps(envelope, conversation, index) else None
    if _takes_part(envelope, conversation, index):
        return Reason.HEADER_KNOWN_PARTICIPANT
    if envelope.authentication == "pass" and envelope.sender in index.colleagues:
        return Reason.HEADER_COLLEAGUE  # answered from their own mail program (Chatwoot #10028)
    return None


def _nothing_to_join(envelope: Envelope, index: Index) -> ThreadDecision:
    reused = index.filed.get(envelope.message_id) if envelope.message_id else None
    if reused is not None and (conversation := _alive(reused.conversation, index)) is not None:
        return ThreadDecision("linked", None, Reason.MESSAGE_ID_REUSED, linked_to=conversation)
    names = [*envelope.in_reply_to, *envelope.references]
    if envelope.tokens or any(name in index.seen for name in names):
        return ThreadDecision("new", None, Reason.CONVERSATION_GONE)
    return ThreadDecision("new", None, Reason.REFERENCE_UNKNOWN if names else Reason.NO_REFERENCE)


def _copied(envelope: Envelope, index: Index) -> int | None:
    filed = index.filed.get(envelope.message_id) if envelope.message_id else None
    if filed is None or envelope.authentication == "fail":
        return None
    is_same = (filed.sender, filed.body_digest) == (envelope.sender, envelope.body_digest)
    return _alive(filed.conversation, index) if is_same else None


def _answered(envelope: Envelope, index: Index) -> Iterator[int]:
    """Conversations whose mails it names, the newest reference first, each once."""
    names = dict.fromkeys([*reversed(envelope.in_reply_to), *reversed(envelope.references)])
    numbers = (index.seen[name] for name in names if name != envelope.message_id and name in index.seen)
    return _resolved((*envelope.tokens, *numbers), index)


def _child(envelope: Envelope, index: Index) -> int | None:
    """The conversation whose mails named this one before it came."""
    if not envelope.message_id or envelope.message_id in index.filed:
        return None
    conversation = index.seen.get(envelope.message_id)
    return None if conversation is None else _alive(conversation, index)


def _overlaps(envelope: Envelope, conversation: int, index: Index) -> bool:
    participants = index.targets[conversation].participants
    return _takes_part(envelope, conversation, index) or any(each in participants for each in envelope.recipients)


def _takes_part(envelope: Envelope, conversation: int, index: Index) -> bool:
    return bool(envelope.sender) and envelope.sender in index.targets[conversation].participants


def _is_a_new_matter(conversation: int, index: Index, setting: Setting) -> bool:
    closed_days, limit = index.targets[conversation].closed_days, setting.new_matter_after_days
    return limit is not None and closed_days is not None and closed_days > limit


def _resolved(conversations: Iterable[int], index: Index) -> Iterator[int]:
    """Those that are still here, or what they were joined into, each once."""
    found: set[int] = set()
    for number in conversations:
        alive = _alive(number, index)
        if alive is not None and alive not in found:
            found.add(alive)
            yield alive


def _alive(conversation: int, index: Index) -> int | None:
    passed: set[int] = set()
    while conversation not in passed:
        passed.add(conversation)
        target = index.targets.get(conversation)
        if target is None:
            return None
        if target.joined_into is None:
            return conversation
        conversation = target.joined_into
    return None  # joined in a circle: nobody can have meant that


def _first(conversations: Iterable[int]) -> int | None:
    return next(iter(conversations), None)


class HasAddress(Protocol):
    @property
    def address(self) -> str: ...


class ParsedMail(Protocol):
    """The fields of a parsed message that threading may know. The subject is not among them."""

    @property
    def message_id(self) -> str: ...
    @property
    def in_reply_to(self) -> tuple[str, ...]: ...
    @property
    def references(self) -> tuple[str, ...]: ...
    @property
    def sender(self) -> HasAddress | None: ...
    @property
    def to(self) -> tuple[HasAddress, ...]: ...
    @property
    def cc(self) -> tuple[HasAddress, ...]: ...
    @property
    def automatic(self) -> str: ...
    @property
    def body_digest(self) -> str: ...


def envelope_of(mail: ParsedMail, *, authentication: str, tokens: tuple[int, ...] = (), our_addresses: Collection[str] = ()) -> Envelope:
    """What threading may know of a parsed message; `our_addresses` are those of our mailboxes, in `normalise_email`'s form."""
    recipients = {normalise_email(each.address) for each in (*mail.to, *mail.cc)}
    return Envelope(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        sender=normalise_email(mail.sender.address) if mail.sender else "",
        recipients=frozenset(recipients.difference(our_addresses)),
        tokens=tokens,
        authentication=authentication,
        automatic=mail.automatic,
        body_digest=mail.body_digest,
    )

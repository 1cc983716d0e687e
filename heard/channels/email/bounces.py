# ruff: noqa: E501  (lists of words in many languages)
"""Reports that mail could not be delivered: for whom, for good or for now, and of which message.

First the standard form (RFC 3464), then the many irregular ones that `flufl.bounce` (GNU Mailman's detector) knows, then plain words.
Only mail that looks like a report at all is searched, because the search costs more than everything else in parsing.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator

from heard.channels.email.addresses import normalise_address, parse_addresses, parse_message_ids
from heard.channels.email.bodies import MimePart
from heard.channels.email.envelope import Bounce, FailedRecipient, InboundMessage
from heard.lib.text import storable

MAX_SEARCHED_LINES = 2_000  # of the whole message: a report comes first, what came back last
MAX_SEARCHED_PARTS = 100
MAX_RECIPIENTS = 200

_REPORTER_LOCAL = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|mmdf|mailsystem|mail-?delivery|bounces?|system-?administrator)(?:[-+.=].*)?",
    re.IGNORECASE,
)
_REPORTER_NAME = re.compile(
    r"mail(?:er)?[- ]?daemon|postmaster|mail (?:delivery|router|system|administrator)|delivery (?:sub)?system|system administrator|automated response|microsoft exchange",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|deliver(?:y|ed|able)? (?:status|fail|report|notif|has|error|problem|delay|attempt)|returned mail|return(?:ed|ing) (?:message|to sender|mail)"
    r"|fail(?:ure|ed)[: ](?:notice|deliver|mail|to deliver)|failure notice|mail (?:delivery|failure|system error|not delivered|error)|message (?:delayed|rejected|not delivered)"
    r"|could ?n[o']t (?:be )?(?:deliver|send)|not (?:be )?deliver|warning: could not send|error (?:in your mail|sending)|user unknown|bounced?\b|nondeliver|non[- ]deliver"
    r"|unzustellbar|zustell|non remis|non distribu|no (?:se ha )?(?:podido )?entreg|mancata consegna|onbestelbaar|nicht zugestellt|não entregue"
    r"|mail status report|your message to|automatically rejected|delivery\b",
    re.IGNORECASE,
)


# With such a subject, and words that only mail systems use, a report may come from any address.
_SUBJECT_FIRST = re.compile(
    r"\W{0,3}(?:returned mail|undeliver(?:able|ed)|non-?delivery|delivery (?:failure|status notification|has failed)|failure notice"
    r"|mail (?:delivery failed|could not be delivered|system error)|message undeliverable)",
    re.IGNORECASE,
)


def find_bounce(root: MimePart, message: InboundMessage, text: str, beginning: Callable[[], MimePart]) -> Bounce | None:
    """The report of failed delivery in this message; None when it is none, or reports success only.

    `beginning` gives the message as parsed from its first `MAX_SEARCHED_LINES` lines.
    """
    parts = _first_parts(root)
    blocks = [block for part in parts if part.get_content_type() == "message/delivery-status" for block in _status_blocks(part)]
    if blocks:
        recipients, is_report = _reported(blocks)
        if recipients:
            return Bounce(recipients, _original_id(parts, text))
        if is_report:  # of success, or of relaying
            return None
    if _is_from_mail_system(root, message):
        recipients = _irregular(beginning()) or _named_in_header(root) or _named_in_words(text)
        is_bounce = bool(recipients) or _is_plainly_a_report(message, text)
    else:
        recipients = _irregular(beginning()) if _SUBJECT_FIRST.match(message.subject) and not message.in_reply_to else ()
        is_bounce = bool(recipients)
    return Bounce(recipients, _original_id(parts, text)) if is_bounce else None


def _first_parts(root: MimePart) -> list[MimePart]:
    """The parts of the message itself; what lies inside a returned message belongs to that one."""
    if not root.is_multipart():
        return [root]
    found: list[MimePart] = []
    waiting = [root]
    while waiting and len(found) < MAX_SEARCHED_PARTS:
        part = waiting.pop(0)
        found.append(part)
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting.extend(part.parts())
    return found


# RFC 3464


def _status_blocks(part: MimePart) -> Iterator[MimePart]:
    yield from part.parts()[:MAX_RECIPIENTS]


def _reported(blocks: Iterable[MimePart]) -> tuple[tuple[FailedRecipient, ...], bool]:
    """The failed recipients, and whether the blocks named anybody at all."""
    failed: dict[str, FailedRecipient] = {}
    is_report = False
    for block in blocks:
        action = block.header("action").lower()
        if not action:
            continue
        is_report = True
        status = _status(block.header("status"))
        if action.startswith(("deliver", "relay", "expand")) or not (action.startswith(("fail", "delay")) or status[:1] in ("4", "5")):
            continue
        address = _typed_address(block.header("original-recipient")) or _typed_address(block.header("final-recipient"))
        if address:
            failed.setdefault(
                address.lower(),
                FailedRecipient(
                    address=address,
                    permanent=action.startswith("fail") or (status.startswith("5") and not action.startswith("delay")),
                    status=status,
                    diagnostic=storable(" ".join(block.header("diagnostic-code").split()), 500),
                ),
            )
    return tuple(failed.values()), is_report


def _typed_address(value: str) -> str:
    """`rfc822; ada@example.org` and its irregular relatives."""
    kind, separator, rest = value.partition(";")
    address = rest if separator else kind
    found = parse_addresses(address[:1000])
    return found[0].address if found else normalise_address(address[:1000])


_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def _status(value: str) -> str:
    found = _STATUS.search(value)
    return found[1] if found else ""


# Irregular forms


def _is_from_mail_system(root: MimePart, message: InboundMessage) -> bool:
    """Only what a mail system sends is searched: a customer who quotes a report, or asks about a delivery, is not one."""
    if message.return_path == "" or root.get_content_type() == "multipart/report" or root.header("x-failed-recipients"):
        return True
    locals_ = [
        address.rpartition("@")[0].strip('"') for address in (message.return_path, message.sender and message.sender.address) if address
    ]
    if any(_REPORTER_LOCAL.fullmatch(local) for local in locals_):
        return True
    return bool(_REPORTER_NAME.search(root.header("from")[:500]))


def _irregular(root: MimePart) -> tuple[FailedRecipient, ...]:
    from flufl.bounce import all_failures  # forty small modules: loaded when the first report arrives

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs a traceback for every detector that meets hostile mail

    try:
        temporary, permanent = all_failures(root)
    except Exception:  # detectors written for well-formed reports meet hostile ones; plain words are tried next
        return ()
    found = [FailedRecipient(address, True) for address in _as_addresses(permanent)]
    known = {recipient.address.lower() for recipient in found}
    found += [FailedRecipient(address, False) for address in _as_addresses(temporary) if address.lower() not in known]
    return tuple(found[:MAX_RECIPIENTS])


def _as_addresses(found: Iterable[bytes]) -> list[str]:
    addresses = (normalise_address(address.decode("utf-8", "replace")) for address in found)
    return sorted(address for address in addresses if address)


def _named_in_header(root: MimePart) -> tuple[FailedRecipient, ...]:
    found = parse_addresses(root.header("x-failed-recipients"))
    return tuple(FailedRecipient(address.address, True) for address in found[:MAX_RECIPIENTS])


_FAILED = re.compile(
    r"(?:could not be delivered|not deliver(?:ed|able)|undeliverable|delivery (?:to the following|has failed|failed)|permanent(?: fatal)? error|fatal errors"
    r"|user (?:is )?unknown|unknown user|no such (?:user|recipient|mailbox)|mailbox (?:is )?(?:unavailable|full|not found|disabled)|address(?:ee)? (?:rejected|unknown)"
    r"|does not exist|failed (?:recipient|address|permanently)|invalid recipient|konnte nicht zugestellt|nicht zugestellt|n'a pas pu être|no se (?:ha )?pudo entregar)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delayed|will (?:be )?(?:retr|keep trying|continue)|not yet been delivered|warning message only|temporar|4\d\d[ -]4\.\d", re.IGNORECASE
)
_DIVIDED = re.compile(r"^ {0,8}-{2,} ?([^-\n][^\n]{0,100})$|^(?:received|return-path): ", re.IGNORECASE | re.MULTILINE)
_RETURNED = re.compile(r"original|copy|returned|unsent|message|header|forwarded", re.IGNORECASE)
_WRITTEN_ADDRESS = re.compile(r"[\w.+\-=/']{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_REPORT_LENGTH = 4_000  # characters that a report uses to say it
_NEARBY = 400  # characters between the words of failure and the address


def _named_in_words(text: str) -> tuple[FailedRecipient, ...]:
    report = text[:_REPORT_LENGTH]
    for line in _DIVIDED.finditer(report):
        if line[1] is None or _RETURNED.search(line[1]):  # the returned message begins
            report = report[: line.start()]
            break
    failure = _FAILED.search(report)
    if failure is None:
        return ()
    near = report[max(0, failure.start() - _NEARBY) : failure.end() + _NEARBY]
    is_permanent = not _DELAYED.search(report)
    addresses = {normalise_address(address.strip(".'")) for address in _WRITTEN_ADDRESS.findall(near)}
    kept = sorted(address for address in addresses if address and not _REPORTER_LOCAL.fullmatch(address.rpartition("@")[0]))
    return tuple(FailedRecipient(address, is_permanent) for address in kept[:10])


def _is_plainly_a_report(message: InboundMessage, text: str) -> bool:
    """A report that names nobody, but whose subject and words both say that delivery failed."""
    return bool(_SUBJECT.search(message.subject) and _FAILED.search(text[:_REPORT_LENGTH]))


# Of which message


_ID_LINE = re.compile(r"^[> \t]*Message-ID:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)


def _original_id(parts: list[MimePart], text: str) -> str:
    """The Message-ID of the message that came back, "" when the report does not hold it."""
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global") and part.parts():
            found_id = _first_id(part.parts()[0].header("message-id"))
            if found_id:
                return found_id
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers", "message/rfc822"):
            found = _ID_LINE.search(_text_of(part))
            if found:
                return _first_id(found[1])
    found = _ID_LINE.search(text)
    return _first_id(found[1]) if found else ""


def _first_id(value: str) -> str:
    found = parse_message_ids(value)
    return found[0] if found else ""


def _text_of(part: MimePart) -> str:
    return part.payload_bytes()[:65_536].decode("utf-8", "replace")

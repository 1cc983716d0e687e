# ruff: noqa: E501  (lists of words in many languages)
"""What somebody wrote now, apart from what they quote: pure rules over lines of plain text.

Recognised are the line that introduces a quotation ("On … wrote:") in many languages, Outlook's blocks of headers, dividing lines
("-----Original Message-----"), quotations marked with `>` or `|`, signatures and the advertisements of mail programs. Answers written
between quoted lines keep them, because they mean nothing without. Nothing is ever lost: what is cut is returned too, and when nothing
would remain nothing is cut.
"""

import re
from collections.abc import Sequence

MAX_LINES = 20_000  # looked at; what follows counts as new when nothing before it said otherwise
MAX_INTRODUCTION_LINES = 4
MAX_INTRODUCTION_LENGTH = 500
MAX_LOOSE_SIGNATURE_LINES = 10

_WROTE = (
    r"wrote|writes|written|schrieb|geschrieben|[ée]crit|escribi[óo]|ha scritto|scrive|escreveu|schreef|geschreven|skrev|skrifaði|kirjoitti"
    r"|napsala?|nap[íi]sala?|napisa[łl]a?|napisao|a scris|написала?|пишет|писала?|пише|написав|έγραψε|yazd[ıi]|[íi]rta|rašė|kirjutas"
    r"|写道|寫道|写了|書きました|のメッセージ|작성|כתב|كتب|menulis|viết"
)
_HAS_WROTE = re.compile(rf"(?:^|\W)(?:{_WROTE})(?:\W|$)|(?:写道|寫道|書きました|のメッセージ|작성)", re.IGNORECASE)
_MOMENT = re.compile(r"(?:19|20)\d\d|\d{1,2}[:.h]\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d")
_STARTS_WITH_PREPOSITION = re.compile(
    r"\W{0,3}(?:on|am|le|el|il|em|op|den|på|dne|dňa|dnia|w dniu|pe|la data|στις|vào|pada|ngày|kl|tarihinde|в|在|于|於|mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME = re.compile(r"\d{1,2}[:.h]\d\d")
_ENDS_WITH_ADDRESS = re.compile(r"<\s?[^<>@\s]+@[^<>@\s]+>\)?\s?[:：]$")
_ENDS_INTRODUCTION = re.compile(r"(?:[:：]|-{3,})[\s*_]*$")
_DATE_THEN_ADDRESS = re.compile(r"^\W{0,3}\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}.{0,200}<\s?[^<>@\s]+@[^<>@\s]+>\s*[:：]?$")
_ADDRESS_THEN_MOMENT = re.compile(r"<[^<>\s]+@[^<>\s]+>|&lt;|\[mailto:|@")

_FROM = r"From|Von|De|Da|Van|Från|Fra|Od|От|Від|发件人|寄件者|寄件人|差出人|보낸 사람|Kimden|Lähettäjä|Feladó|Expéditeur|Afzender|De la|Από|Mittente"
_SENT = (
    r"Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Inviato|Data|Verzonden|Skickat|Dato|Sendt|Wysłano|Отправлено|Дата|Надіслано"
    r"|发送时间|日期|傳送|送信日時|日時|보낸 날짜|Gönderilme|Tarih|Lähetetty|Päivämäärä|Küldve|Odesláno|Trimis|Ημερομηνία"
)
_TO = r"To|An|À|A|Para|Aan|Till|Til|Do|Komu|Кому|收件人|收件者|宛先|받는 사람|Kime|Vastaanottaja|Címzett|Destinataire|Către|Προς|Risposta|Reply-To|Antwort an"
_SUBJECT = (
    r"Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Temat|Předmět|Тема|主题|主旨|件名|제목|Konu|Aihe|Tárgy|Subiect|Θέμα"
)
_HEADER_KINDS = tuple(re.compile(rf"^[*_\s]*(?:{words})[*_]?\s?[:：]", re.IGNORECASE) for words in (_FROM, _SENT, _TO, _SUBJECT))
_HEADER_BLOCK_LINES = 8

_DIVIDER = re.compile(r"^[\s*]*[-–—_=]{2,}[\s*]*([^-–—_=\s*][^\n]{2,80}?)[\s*]*[-–—_=]{2,}[\s*]*$")
_DIVIDER_WORDS = re.compile(
    r"original|ursprüngliche|forwarded|weitergeleitet|mensaje|message|messaggio|bericht|meddelande|meddelelse|melding|wiadomość|zpráva|сообщение"
    r"|mensagem|nachricht|邮件|郵件|メッセージ|원본",
    re.IGNORECASE,
)
_APPLE_FORWARD = re.compile(
    r"^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato)\s*[:：]\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[_]{5,}|[-]{10,}|[=]{10,})\s*$")
_QUOTED = re.compile(r"^\s{0,3}[>|]")

_SIGNATURE = re.compile(r"^(?:-- |--)$")
_LOOSE_SIGNATURE = re.compile(r"^\s*(?:—|––|——|-- --|__)\s*$")
# "Sent from my …": the verb alone is not enough, customers write of parcels that were sent, too.
_PROGRAM = (
    r"mobile|mail\b|email|e-mail|mailbox|phone|cell|device|tablet|iphone|ipad|ipod|iphone|android|samsung|galaxy|huawei|xiaomi|nokia|htc|blackberry|windows|outlook|yahoo"
    r"|gmail|gmx|web\.de|airmail|bluemail|spark|proton|thunderbird|fairmail|k-9|aol|aquamail|typemail|nine\b|superhuman|handy|smartphone|t[ée]l[ée]phone|m[óo]vil|celular"
    r"|telefono|telefoon|mobil"
)
_VERB_AND_FROM = (
    r"sent (?:from|via|with|by|using)|gesendet (?:von|mit|über|via)|envoy[ée]e? (?:depuis|de|à partir de|avec|via)|enviado (?:desde|de|do|a partir do|con|com|por)"
    r"|inviato (?:da|dal|con|tramite)|(?:verzonden|verstuurd) (?:vanaf|met|via|vanuit)|skickat från|sendt fra|lähetetty|wysłane? (?:z|przez)|odesl[áa]no z"
    r"|отправлено (?:с|из|через)|надіслано (?:з|із)"
)
_MY = r"my|mein\w*|mon|ma|mi|meu|minha|mio|mia|mijn|min|mitt|mój|mojego|моего|мого|mobiln\w*"
_ADVERTISEMENT = re.compile(
    r"^[\s<(\[*_]*(?:"
    rf"(?:{_VERB_AND_FROM})\W{{1,3}}(?:(?:{_MY})\b.{{0,100}}|(?:an? |the |il |la |le )?(?:{_PROGRAM}).{{0,100}})"
    rf"|from my (?:{_PROGRAM}).{{0,40}}|\w+ from (?:my )?mobile"
    r"|get \W?(?:outlook|yahoo mail|gmail|airmail|bluemail) for\b.{0,120}"
    rf"|(?:von|mit|aus) (?:{_MY})\b.{{0,60}}gesendet\.?|diese nachricht wurde von mein.{{0,80}}gesendet\.?"
    r"|(?:从我的|從我的).{0,30}(?:发送|傳送|发出)|(?:发自|發自)我的.{0,30}|[^\n]{0,20}(?:iphone|ipad|android)\S{0,6} gönderildi|[^\n]{0,20}(?:iPhone|iPad|Android)から送信"
    r")[\s>)\]*_]*$",
    re.IGNORECASE,
)


def trim(text: str) -> tuple[str, str]:
    """(what was written now, what was cut), both without blank lines around them. When all is quotation, all counts as new."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    new, cut = _trimmed(lines)
    if not _has_words(new):
        return text.strip(), ""
    return _joined(new), _joined(cut)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _has_words(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _trimmed(lines: list[str]) -> tuple[list[str], list[str]]:
    start, end = _find_quotation(lines)
    before, introduction, rest = lines[:start], lines[start:end], lines[end:]
    if start == len(lines):
        return _without_ends(lines)
    if not _is_marked(rest):
        if _has_words(before):
            new, cut = _without_ends(before)
            return new, [*cut, *introduction, *rest]
        if len(introduction) <= MAX_INTRODUCTION_LINES and not _looks_like_headers(introduction):  # the answer stands below
            new, cut = _without_ends(rest)
            return new, [*introduction, *cut]
        return [], lines
    return _answer_to_marked(before, introduction, rest)


def _answer_to_marked(before: list[str], introduction: list[str], rest: list[str]) -> tuple[list[str], list[str]]:
    """The quotation is marked line by line, so what is not marked below it was written now."""
    answer, ends = _without_ends(rest)
    blocks = _marked_blocks(answer)
    if not _has_words([line for line in answer if not _QUOTED.match(line)]):
        new, cut = _without_ends(before)
        return new, [*cut, *introduction, *rest]
    if len(blocks) > 1:  # answers between the quoted lines
        return [*before, *introduction, *answer], ends
    first, last = blocks[0] if blocks else (0, 0)
    return [*before, *answer[:first], *answer[last:]], [*introduction, *answer[first:last], *ends]


def _is_marked(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return bool(_QUOTED.match(first))


def _marked_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where quoted lines begin and end; blank lines between two of them belong to the same block."""
    blocks: list[tuple[int, int]] = []
    goes_on = False
    for place, line in enumerate(lines):
        if _QUOTED.match(line):
            blocks.append((blocks.pop()[0] if goes_on else place, place + 1))
            goes_on = True
        elif line.strip():
            goes_on = False
    return blocks


# Where the quotation begins


def _find_quotation(lines: list[str]) -> tuple[int, int]:
    """The first lines that introduce a quotation: [start, end). Both are len(lines) when there are none."""
    for place in range(min(len(lines), MAX_LINES)):
        line = lines[place]
        if not line.strip() or _QUOTED.match(line):
            continue
        if _is_divider(line):
            return place, place + 1
        headers = _next_line(lines, place + 1) if _RULE.match(line[:200]) else place
        if _header_block_at(lines, headers):
            return place, headers + 1
        end = _introduction_end(lines, place)
        if end:
            return place, end
    return len(lines), len(lines)


def _is_divider(line: str) -> bool:
    """`-----Original Message-----` and its translations."""
    found = _DIVIDER.match(line[:200])
    return bool(found and _DIVIDER_WORDS.search(found[1])) or bool(_APPLE_FORWARD.match(line[:200]))


def _next_line(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place


def _looks_like_headers(lines: Sequence[str]) -> bool:
    return any(_is_divider(line) or _RULE.match(line[:200]) or _HEADER_KINDS[0].match(line) for line in lines)


def _header_block_at(lines: Sequence[str], place: int) -> bool:
    """A line `From:` and near below it two of date, addressee and subject."""
    if place >= len(lines) or not _HEADER_KINDS[0].match(lines[place]):
        return False
    below = [line for line in lines[place + 1 : place + 1 + _HEADER_BLOCK_LINES] if line.strip()]
    kinds = sum(any(kind.match(line) for line in below) for kind in _HEADER_KINDS[1:])
    return kinds >= 2


def _introduction_end(lines: Sequence[str], place: int) -> int:
    """The end of an "On … wrote:" that begins at `place`, 0 if none does. It may be broken over lines, even with blank ones between."""
    first = lines[place][:MAX_INTRODUCTION_LENGTH]
    if not (_MOMENT.search(first) or (_HAS_WROTE.search(first) and "@" in first)):
        return 0
    joined, count, end = "", 0, place
    while end < len(lines) and count < MAX_INTRODUCTION_LINES and len(joined) < MAX_INTRODUCTION_LENGTH:
        line = lines[end].strip()
        end += 1
        if not line:
            if end - place > 2 * MAX_INTRODUCTION_LINES:
                return 0
            continue
        if joined and _QUOTED.match(lines[end - 1]) and not _ENDS_INTRODUCTION.search(line):
            return 0
        joined = f"{joined} {line}" if joined else line
        count += 1
        if _DATE_THEN_ADDRESS.match(joined):
            return end
        if _ENDS_INTRODUCTION.search(joined):
            return end if _is_introduction(joined) else 0
    return 0


def _is_introduction(joined: str) -> bool:
    if _YEAR.search(joined) and _TIME.search(joined) and _ENDS_WITH_ADDRESS.search(joined):
        return True  # "3 нояб. 2025 г. в 10:00, Bob <bob@example.com>:"
    if not _MOMENT.search(joined) or not _HAS_WROTE.search(joined):
        return False
    return bool(_STARTS_WITH_PREPOSITION.match(joined) or _ADDRESS_THEN_MOMENT.search(joined) or joined[:1].isdigit())


# What stands at the end


def _without_ends(lines: list[str]) -> tuple[list[str], list[str]]:
    """`lines` without the signature, advertisements and quotation at their end, and those."""
    end = _signature_start(lines)
    while True:
        end = _last_line_end(lines, end)
        if end and len(lines[end - 1]) < 200 and _ADVERTISEMENT.match(lines[end - 1]):
            end -= 1
            continue
        start = end
        while start and (_QUOTED.match(lines[start - 1]) or not lines[start - 1].strip()):
            start -= 1
        if start == end or not _has_words(lines[:start]) or not any(_QUOTED.match(line) for line in lines[start:end]):
            break
        end = start
    if not _has_words(lines[:end]):
        return lines, []
    return lines[:end], lines[end:]


def _last_line_end(lines: Sequence[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _signature_start(lines: Sequence[str]) -> int:
    """Where the signature begins, len(lines) if there is none. RFC 3676: two hyphens and a space; the space is often lost."""
    first_words = _next_line(lines, 0)
    near_end = _start_of_last(lines, MAX_LOOSE_SIGNATURE_LINES + 1)
    for place in range(first_words + 1, len(lines)):
        line = lines[place]
        if _SIGNATURE.match(line) or (place >= near_end and _LOOSE_SIGNATURE.match(line) and _has_words(lines[place + 1 :])):
            return place
    return len(lines)


def _start_of_last(lines: Sequence[str], count: int) -> int:
    """Where the last `count` lines that are not blank begin."""
    for place in range(len(lines) - 1, -1, -1):
        count -= bool(lines[place].strip())
        if not count:
            return place
    return 0

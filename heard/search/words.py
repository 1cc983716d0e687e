"""Text made findable, and queries made safe: one form of words that SQLite's FTS5 and PostgreSQL's tsvector read alike.

Each has its own idea of stems, accents and East Asian words; so neither is asked. Python splits the text into plain words of letters and
digits and both only see words between spaces:

    index_text("The cafés' e-mails: 東京都", "en")
    → "the cafes e mails 東京 京都 都 ƨencafe ƨenmail ƨenthe ƨ emails"

- Words are folded: NFKC, small letters, no accents. (й and が stay: those marks make another letter.)
- Scripts that put no spaces between words are cut into pairs of neighbouring characters, with the last one alone, so that a query for
  any part of them is a phrase of pairs, and a single character a prefix. (pitfalls of both: neither segments Chinese, Japanese or Thai.)
- Stems follow the words, each once, behind a letter that no folded word contains and their language: exact and stemmed search in one
  index, phrases never run into them, and one language does not find another's. Snowball's stemmers, for the language of the text, or for
  all of the installation's when that is unsure; a query is read in all of them.
- Words with a hyphen, dot or apostrophe inside follow once more in one piece: "e-mail" is found by "email", "AB-1234" by "ab1234".

FTS5 needs `tokenize="unicode61 remove_diacritics 2"`, PostgreSQL `to_tsvector('simple', …)`; a query is `MATCH to_fts5(…)` or
`@@ to_tsquery(…)::tsquery`. PostgreSQL counts positions up to 16,383: phrases further down a very long text are found by FTS5 alone.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl")
"""Whose stems are indexed and searched, unless the caller says otherwise to both."""

TEXT_LIMIT = 200_000
"""Characters of a text that are indexed."""

_VECTOR_LIMIT = 1_000_000
"""Bytes. PostgreSQL refuses a tsvector above 1 MB, and with it the mail."""

_SURELY_FITTING = 10_000
"""Characters of a text that no stems or marks can make too large for a tsvector."""

_STEMMED_LIMIT = 6_000
"""Different words that are stemmed, divided among the languages: a long text of random words shall not hold up the index."""

_WORD_LIMIT = 64
_CLAUSE_LIMIT = 20
_QUERY_LIMIT = 500
_JOINED_LIMIT = 40
_SHORTEST_STEMMED = 3

STEM = "ƨ"
"""Before every stem. Both databases take it for a letter; folding turns it into an s, so no word contains it."""

_SNOWBALL = """
ca:catalan cs:czech da:danish de:german el:greek en:english es:spanish et:estonian eu:basque fi:finnish fr:french ga:irish hu:hungarian
id:indonesian it:italian lt:lithuanian nl:dutch no:norwegian pl:polish pt:portuguese ro:romanian ru:russian sr:serbian sv:swedish tr:turkish
"""
_STEMMERS = dict(pair.split(":") for pair in _SNOWBALL.split())
_NOT_LATIN = ("el", "ru", "sr")
_LAST_LATIN = "\u024f"
_OTHER_LETTERS = {
    "æ": "ae",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "ĸ": "k",
    "ł": "l",
    "ŋ": "n",
    "œ": "oe",
    "ø": "o",
    "þ": "th",
    STEM: "s",
}
_OTHER_SIGNS = {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'", "\N{HYPHEN}": "-"}
UNSPACED = re.compile(  # Thai to Myanmar, Tai, Khmer, Kana to Bopomofo, Han, Hangul, the rarer planes of Han
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1980-\u19df\u3005-\u3007\u3031-\u3035\u3041-\u30ff\u3100-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U000323af]+"
)
_LETTER_KEEPS_MARK = re.compile("[\u0400-\u052f\u3041-\u30ff\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W_]+")
_NUMBER_IN_FRONT = re.compile(r"(?<![^\W_])([0-9]+e[0-9]+)(?=[^\W\d_])")
_COMPOUND = re.compile(r"[^\W_]+(?:[-'./_][^\W_]+)+")
_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?P<end>"?)(?P<star>\*?)|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»〝〞", '"'))


class _Folding(dict[int, str]):
    """How `str.translate` folds each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDING = _Folding()


def _folded(character: str) -> str:
    if character in _OTHER_LETTERS:
        return _OTHER_LETTERS[character]
    if character.isascii() or character in _OTHER_SIGNS:
        return _OTHER_SIGNS.get(character, character)
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] == "L" or category == "Nl":
        return _without_marks(character)
    if category[0] == "M":
        return _vowel_letter(character)
    return "" if category == "Cf" and character != "\N{ZERO WIDTH SPACE}" else " "


def _without_marks(letter: str) -> str:
    if letter == "ё":
        return "е"
    if _LETTER_KEEPS_MARK.match(letter):
        return letter
    return "".join(_OTHER_LETTERS.get(part, part) for part in unicodedata.normalize("NFKD", letter) if part.isalnum())


def _vowel_letter(mark: str) -> str:
    """The vowel that an Indian vowel sign stands for ("ि" → "इ"), because FTS5 would cut the word at the sign; "" for other marks.

    The ten scripts from Devanagari to Malayalam are laid out alike in Unicode: a sign is 0x38 behind its letter.
    """
    code = ord(mark)
    if 0x0900 <= code < 0x0D80 and 0x3E <= code % 0x80 <= 0x4C:
        letter = chr(code - 0x38)
        return letter if letter.isalpha() else ""
    return ""


def fold(text: str) -> str:
    """`text` in small letters without accents; what is neither letter nor digit stays if it is ASCII and is a space if not."""
    return _lowered(text).translate(_FOLDING)


def _lowered(text: str) -> str:
    """Small letters with their accents, which the stemmers need. (Some scripts casefold to capitals, hence `lower`.)"""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFKC", text).casefold().lower().replace("i\N{COMBINING DOT ABOVE}", "i")
    return unicodedata.normalize("NFKC", lowered)


def index_text(text: str, language: str = "", *, languages: Iterable[str] = LANGUAGES) -> str:
    """The words of `text` for the index: folded words, pairs of characters, stems, compounds in one piece, between spaces.

    `language` is its ISO 639-1 code, "" when unsure. Text after TEXT_LIMIT characters is left out, and so is what would make a tsvector too
    large. "" when there is nothing to find.
    """
    lowered = _lowered(text[:TEXT_LIMIT])[:TEXT_LIMIT]
    folded = lowered.translate(_FOLDING)
    stems = _stems_of(lowered, _languages_of(language, languages))
    joined = {f"{STEM} {whole}" for whole in _joined(folded)}
    found = [*_words(folded), *sorted(stems), *sorted(joined)]
    if len(lowered) > _SURELY_FITTING:
        found = _fitting(found)
    return " ".join(found)


def _words(folded: str) -> list[str]:
    if not folded.isascii() and UNSPACED.search(folded) is not None:
        words = _plain_words(UNSPACED.sub(r" \g<0> ", folded))
        return [part for word in words for part in (_pairs(word) if UNSPACED.match(word) else [word[:_WORD_LIMIT]])]
    return [word[:_WORD_LIMIT] for word in _plain_words(folded)]


def _plain_words(folded: str) -> list[str]:
    """Between signs and spaces. PostgreSQL reads a number in "9e6b" and splits it there, so both shall."""
    return _WORD.findall(_NUMBER_IN_FRONT.sub(r"\1 ", folded))


def _pairs(run: str) -> list[str]:
    """東京都 → 東京, 京都, 都. The last alone, so that every character begins some word."""
    return [run[place : place + 2] for place in range(len(run))]


def _joined(folded: str) -> Iterator[str]:
    """Compounds in one piece: e-mail → email."""
    rough = " ".join(chunk for chunk in folded.split() if not chunk.isalnum())  # the expression is slow on plain words
    for compound in _COMPOUND.findall(rough):
        whole = "".join(_WORD.findall(compound))
        if len(whole) <= _JOINED_LIMIT and not UNSPACED.search(whole):
            yield " ".join(_plain_words(whole))


def _languages_of(language: str, languages: Iterable[str]) -> tuple[str, ...]:
    known = tuple(each for each in languages if each in _STEMMERS)
    if language:
        return (language,) if language in known else ()
    return known


def _stems_of(lowered: str, languages: tuple[str, ...]) -> set[str]:
    words = islice(dict.fromkeys(_WORD.findall(lowered)), _STEMMED_LIMIT // max(1, len(languages)))
    return {stem for word in words for language in languages for stem in _stems(word, language)}


@lru_cache(maxsize=100_000)
def _stems(word: str, language: str) -> tuple[str, ...]:
    """Marked, folded stems of a word as written and without its accents: people leave them out, and stemmers then find another stem."""
    is_of_its_script = (word[0] > _LAST_LATIN) == (language in _NOT_LATIN)
    if not _SHORTEST_STEMMED <= len(word) <= _JOINED_LIMIT or not word.isalpha() or not is_of_its_script:
        return ()
    plain = "".join(_WORD.findall(word.translate(_FOLDING)))
    stemmer = _stemmer(language)
    found = {fold(stemmer.stemWord(each)) for each in (word, plain) if each}
    return tuple(sorted(STEM + language + stem for stem in found if stem.isalnum()))


class _Stemmers(threading.local):
    """Snowball's stemmers hold the word they work on, so each thread has its own."""

    def __init__(self) -> None:
        self.by_language: dict[str, BaseStemmer] = {}


_stemmers = _Stemmers()


def _stemmer(language: str) -> "BaseStemmer":
    if language not in _stemmers.by_language:
        import snowballstemmer  # all its thirty languages at once, which whoever starts should not wait for

        _stemmers.by_language[language] = snowballstemmer.stemmer(_STEMMERS[language])
    return _stemmers.by_language[language]


def _fitting(found: list[str]) -> list[str]:
    """As many as a tsvector holds, from the front: the words before the stems."""
    while _size(found) > _VECTOR_LIMIT:
        found = found[: len(found) * 9 // 10]
    return found


def _size(words: Iterable[str]) -> int:
    """At most so many bytes of a tsvector: each word once with padding and a count, and two bytes for each of its positions (up to 256)."""
    return sum(len(word.encode()) + 6 + 2 * min(times, 256) for word, times in Counter(words).items())


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: everything must be found, and nothing of `exclusions`. Values are lower-cased, otherwise as typed.

    `terms` match the word or its stem; `phrases` words in that order; `prefixes` the beginning of a word (the last of several);
    `unfinished` is the word still being typed: its beginning or its stem. Exclusions match exactly: a word, a phrase, with a final * a
    prefix.
    """

    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    unfinished: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to look for. Exclusions alone look for nothing: everything else is no answer."""
        return not (self.terms or self.phrases or self.prefixes or self.unfinished)


def parse_query(text: str, *, typing: bool = False) -> Query:
    """The query that a person typed: words, "phrases", begin*, -without, -"without this". Never raises.

    With `typing`, the last word is taken as unfinished unless a space follows it. Only the first 500 characters and 20 parts count.
    """
    text = _lowered(text[:_QUERY_LIMIT].translate(_QUOTES))
    found: dict[str, dict[str, None]] = {"terms": {}, "phrases": {}, "prefixes": {}, "exclusions": {}}
    unfinished = ""
    for part in list(_PART.finditer(text))[:_CLAUSE_LIMIT]:
        kind, value = _kind_of(part, is_last=typing and part.end() == len(text))
        if not _WORD.search(value.translate(_FOLDING)):
            continue
        if kind == "unfinished":
            unfinished = value
        else:
            found[kind][value] = None
    return Query(**{kind: tuple(values) for kind, values in found.items()}, unfinished=unfinished)


def _kind_of(part: re.Match[str], *, is_last: bool) -> tuple[str, str]:
    if part["phrase"] is not None:
        is_prefix = bool(part["star"]) or (is_last and not part["end"])
        kind, value = "prefixes" if is_prefix else "phrases", part["phrase"].strip()
    else:
        value = part["word"].rstrip("*")
        kind = "prefixes" if value != part["word"] else "unfinished" if is_last else "terms"
    if part["minus"]:
        return "exclusions", value + "*" * (kind == "prefixes")
    return kind, value


def to_fts5(query: Query, *, languages: Iterable[str] = LANGUAGES) -> str:
    """The query in the language of SQLite's FTS5. "" for an empty query, which FTS5 would refuse."""
    wanted, unwanted = clauses(query, languages=languages), _exclusions(query)
    found = " AND ".join(_group(" OR ", (_fts5(one) for one in any_of)) for any_of in wanted)
    if found and unwanted:
        return f"({found}) NOT {_group(' OR ', (_fts5(one) for one in unwanted))}"
    return found


def to_tsquery(query: Query, *, languages: Iterable[str] = LANGUAGES) -> str:
    """The query as text for PostgreSQL's `::tsquery`, which means the same as `to_fts5`. "" for an empty query."""
    wanted, unwanted = clauses(query, languages=languages), _exclusions(query)
    found = " & ".join(_group(" | ", (_tsquery(one) for one in any_of)) for any_of in wanted)
    if found and unwanted:
        return f"{found} & !{_group(' | ', (_tsquery(one) for one in unwanted), always=True)}"
    return found


@dataclass(frozen=True, slots=True)
class Phrase:
    """Indexed words in a row; the last may be only a beginning. They hold letters and digits alone, so nothing needs escaping."""

    words: tuple[str, ...]
    is_prefix: bool = False


def clauses(query: Query, *, languages: Iterable[str] = LANGUAGES) -> list[list[Phrase]]:
    """What must be found, each as its alternatives, the word itself first: for asking, ranking, and marking what was found."""
    languages = tuple(languages)
    wanted = [_term(term, languages) for term in query.terms]
    wanted += [[_phrase(phrase)] for phrase in query.phrases]
    wanted += [[_phrase(prefix, is_prefix=True)] for prefix in query.prefixes]
    if query.unfinished:
        wanted.append([_phrase(query.unfinished, is_prefix=True), *_term(query.unfinished, languages)[1:]])
    return [any_of for any_of in wanted if any_of[0].words]


def _exclusions(query: Query) -> list[Phrase]:
    unwanted = [_phrase(exclusion, is_prefix=exclusion.endswith("*")) for exclusion in query.exclusions]
    return [phrase for phrase in unwanted if phrase.words]


def _term(term: str, languages: tuple[str, ...]) -> list[Phrase]:
    """The word itself first, then its stems, or a compound in one piece."""
    itself = _phrase(term)
    if len(itself.words) == 1:
        stems = sorted(_stems_of(term, _languages_of("", languages)))
        return [itself, *(Phrase((stem,)) for stem in stems)]
    if (compound := _COMPOUND.fullmatch(term.translate(_FOLDING))) is not None:
        return [itself, *(Phrase(tuple(whole.split())) for whole in _joined(compound.group()))]
    return [itself]


def _phrase(text: str, *, is_prefix: bool = False) -> Phrase:
    words = _words(text.translate(_FOLDING))
    if words and UNSPACED.fullmatch(words[-1]):  # here the text may go on where the query ends
        if len(words[-1]) == 1 and len(words) > 1 and _ends_pair(words):
            words.pop()
        return Phrase(tuple(words), is_prefix=len(words[-1]) == 1)
    return Phrase(tuple(words), is_prefix=is_prefix)


def _ends_pair(words: list[str]) -> bool:
    """Whether the single last character is the end of the pair before it, rather than a run of its own."""
    return len(words[-2]) == 2 and words[-2][1] == words[-1] and UNSPACED.fullmatch(words[-2]) is not None


def _fts5(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + " *" * phrase.is_prefix


def _tsquery(phrase: Phrase) -> str:
    words = [f"'{word}'" for word in phrase.words]
    row = " <-> ".join(words) + ":*" * phrase.is_prefix
    return f"({row})" if len(words) > 1 else row


def _group(sign: str, alternatives: Iterable[str], *, always: bool = False) -> str:
    several = list(dict.fromkeys(alternatives))
    return f"({sign.join(several)})" if always or len(several) > 1 else several[0]

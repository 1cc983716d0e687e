"""Names in one form: any script, any order, with or without titles, particles and generations. Values in, values out."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

from heard.matching.records import Name

_NICKNAMES = Path(__file__).parent / "data" / "nicknames.txt"
_GIVEN_NAMES = Path(__file__).parent / "data" / "given_names.txt"
_LIMIT = 200


def words(text: str) -> frozenset[str]:
    """The words of a list that is easier to read in one line."""
    return frozenset(text.split())


_TITLES = words(
    "mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr hon herr frau hr fru mme mlle m monsieur "
    "madame mademoiselle don dona sra srta senor senora senorita sig signor signora dipl ing mag med jur phil"
)
_FIRST_ONLY_TITLES = frozenset({"sr", "m", "fr", "don", "hon", "med", "mag", "phil"})  # elsewhere they are names or generations
_AFTER = words("phd md mba esq dds rn cpa jd msc bsc ma ba ing")
_GENERATIONS = {
    "sr": "1", "senior": "1", "pere": "1",
    "jr": "2", "junior": "2", "jnr": "2", "hijo": "2", "fils": "2", "filho": "2", "ii": "2", "2nd": "2",
    "iii": "3", "3rd": "3", "neto": "3", "iv": "4", "4th": "4",
}  # fmt: skip
_PARTICLES = words(
    "de del della dello delle dei di da das do dos du des la las le les los el al van von der den dem ter ten te vander vande "
    "zu zum zur af av bin ibn ben bint abu ap y e und i st"
)
# Two-sign family names of Chinese; every other family name is its first sign.
_LONG_HAN = words("欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 公孫 慕容 司徒 夏侯 令狐 宇文 长孙 長孫")
# How Koreans write the common family names in Latin, where it is not what the table of letters says.
_KOREAN = {"gim": "kim", "i": "lee", "bag": "park", "choe": "choi", "jeong": "jung", "im": "lim", "gang": "kang", "jo": "cho"}

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_SILENT = re.compile(r"[’'`´‘ʹʼ]")
_HAN = re.compile(r"^[\u3400-\u9fff]{2,4}$")
_HANGUL = re.compile(r"^[\uac00-\ud7a3]{2,4}$")
_ASIDE = re.compile(r"\([^)]*\)|\"[^\"]*\"|“[^”]*”|«[^»]*»")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Any script in small Latin letters and digits, words with one blank between; apostrophes join, other marks part."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = anyascii(_SILENT.sub("", unicodedata.normalize("NFKC", text))).lower()
    return _NOT_A_LETTER.sub(" ", _SILENT.sub("", plain)).strip()[:_LIMIT]


def name(text: str = "", *, given: str = "", family: str = "", middle: str = "", is_verified: bool = False) -> Name | None:
    """A name from one line as people write it, or from its parts. None when no letter is left.

    One line: "Smith, Robert E", "Dr. Ana de la Cruz", "DUPONT Jean", "王杰". The last word is the family name unless something says
    otherwise; the scorer tries both orders.
    """
    if not (given or family):
        given, family, middle = _divide(_ASIDE.sub(" ", text))
    before, after = _words_of(given), _words_of(family)
    more = fold(middle).split()
    before, generation = _without_generation(_without_titles(before), is_given=True)
    after, of_family = _without_generation(after, is_given=False)
    before += more
    if not before and not after:
        return None
    kept = [word for word in after if word not in _PARTICLES] or after
    if not kept and len(before) > 1 and not given:
        before, kept = before[:-1], before[-1:]
    return Name(
        given=before[0] if before else "",
        family=" ".join(kept),
        middle=" ".join(before[1:]),
        generation=of_family or generation,
        is_verified=is_verified,
    )


def _words_of(text: str) -> list[str]:
    """A hyphenated given name is one word for us: Jean-Pierre is no Jean."""
    text = text.strip()
    if _HAN.match(text) or _HANGUL.match(text):
        return [fold(text).replace(" ", "")]
    return fold(re.sub(r"(?<=\w)-(?=\w)", "", text)).split() if text and "-" in text and " " not in text else fold(text).split()


def _divide(text: str) -> tuple[str, str, str]:
    """(given, family, middle) of one line."""
    text = text.strip(" \t,;")
    if _HAN.match(text):
        length = 2 if len(text) > 2 and text[:2] in _LONG_HAN else 1
        return fold(text[length:]).replace(" ", ""), fold(text[:length]), ""
    if _HANGUL.match(text):
        family = fold(text[0])
        return fold(text[1:]).replace(" ", ""), _KOREAN.get(family, family), ""
    first, comma, rest = text.partition(",")
    if comma and rest.strip() and fold(rest) not in _GENERATIONS and fold(rest).replace(" ", "") not in _AFTER:
        return rest, first, ""
    words = [word for word in first.split() if fold(word)]
    words = words[_count_titles(words) :]
    while len(words) > 1 and fold(words[-1]).replace(" ", "") in _AFTER:
        words.pop()
    ending = fold(rest) if comma else ""
    if len(words) > 1 and fold(words[-1]) in _GENERATIONS:
        ending = fold(words.pop())
    if not words:
        return "", ending, ""
    loud = [word for word in words if len(fold(word)) > 1 and word.isupper()]
    if (
        loud
        and len(loud) < len(words)
        and (words[0] in loud or words[-1] in loud)
        and all(len(word) > 2 and "." not in word for word in loud)
    ):
        quiet = [word for word in words if word not in loud]
        return " ".join(quiet), " ".join([*loud, ending]), ""
    if len(words) == 1:
        return ("", f"{words[0]} {ending}", "") if ending else (words[0], "", "")
    start = len(words) - 1
    while start > 1 and fold(words[start - 1]) in _PARTICLES:
        start -= 1
    return words[0], " ".join([*words[start:], ending]), " ".join(words[1:start])


def _count_titles(words: list[str]) -> int:
    count = 0
    while count < len(words) - 1 and (fold(words[count]) in _TITLES or fold(words[count]) in _FIRST_ONLY_TITLES):
        if fold(words[count]) == "m" and not words[count].endswith("."):
            break
        count += 1
    return count


def _without_titles(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _TITLES - _FIRST_ONLY_TITLES:
        words = words[1:]
    return words


def _without_generation(words: list[str], *, is_given: bool) -> tuple[list[str], str]:
    """A last word that says which of several of one name. After a given name even "I" does: Morris I is not Morris II."""
    if len(words) > 1 and words[-1] in _GENERATIONS:
        return words[:-1], _GENERATIONS[words[-1]]
    if is_given and len(words) == 2 and words[-1] == "i" and len(words[0]) > 1:
        return words[:-1], "1"
    return words, ""


# --- how alike -------------------------------------------------------------------------------------------------------------------------


@cache
def _related() -> dict[str, frozenset[int]]:
    """Given name → the lines of the list on which it stands."""
    lines: dict[str, set[int]] = {}
    for number, line in enumerate(_NICKNAMES.read_text(encoding="utf-8").splitlines()):
        if not line.startswith("#"):
            for word in line.split():
                lines.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in lines.items()}


_NONE: frozenset[int] = frozenset()


def are_nicknames(one: str, other: str) -> bool:
    """Whether two given names may be said of one person: Bob and Robert, Pepe and José, Maria and Mary."""
    related = _related()
    return not related.get(one, _NONE).isdisjoint(related.get(other, _NONE))


@cache
def _known() -> frozenset[str]:
    lines = _GIVEN_NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split()) | frozenset(_related())


def are_two_names(one: str, other: str) -> bool:
    """Whether both are names that people bear, and not forms of one: then it is no slip of the pen that they look alike."""
    known = _known()
    return one in known and other in known


def roots(given: str) -> frozenset[int]:
    """The numbers of the names that this may stand for; two names are related when they share one. Empty for names not on the list."""
    return _related().get(given, _NONE)


@lru_cache(maxsize=131072)
def sound(word: str) -> str:
    """What is left of a word when spelling, vowels and doubled letters are set aside: Mohamed and Muhammed are both mhmd → mmd.

    Coarser than any one language's code, for names of all: it finds candidates, it decides nothing.
    """
    text = word.replace(" ", "")
    for written, spoken in _SPELLINGS:
        text = text.replace(written, spoken)
    text = _SOFT.sub(r"\1j", text)
    first, rest = text[:1], text[1:]
    rest = _VOWELS.sub("", rest)
    first = "a" if first and first in "aeiouyh" else first
    return _DOUBLED.sub(r"\1", first + rest)


_SPELLINGS = (
    ("tch", "c"), ("sch", "s"), ("ch", "c"), ("sh", "s"), ("ph", "f"), ("gh", "g"), ("th", "t"), ("kh", "k"), ("zh", "j"), ("dzh", "j"),
    ("ck", "k"), ("cz", "c"), ("ts", "s"), ("tz", "s"), ("ks", "x"), ("qu", "k"), ("q", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
    ("c", "k"), ("z", "s"), ("w", "v"), ("ge", "je"), ("gi", "ji"), ("dj", "j"),
)  # fmt: skip
_SOFT = re.compile(r"^(g)(?=eo)")
_VOWELS = re.compile(r"[aeiouyh]")
_DOUBLED = re.compile(r"(.)\1+")


def similarity(one: str, other: str) -> float:
    """Jaro–Winkler, 0 … 1: forgiving at the end of a word, strict at its beginning."""
    return JaroWinkler.similarity(one, other)

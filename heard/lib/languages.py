"""Which language a text is written in.

Scripts that one language uses tell by themselves; for the rest py3langid counts sequences of letters, restricted to the languages people
write to companies in: with all of its hundred, short messages become Latin or Luxembourgish. The model holds about 55 MB beside numpy's 20
and takes a second to load. So it is loaded when first needed, and a process that reads no mail never holds it.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = (
    *("ar", "bg", "ca", "cs", "da", "de", "en", "es", "et", "eu", "fa", "fi", "fr", "gl", "hi", "hr", "hu", "id", "it", "lt", "lv"),
    *("mr", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "ur", "vi"),
)
"""Which languages are told apart by their letters; more are told by their script."""

_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff\uff66-\uff9f]")),  # Kana before Han, which Japanese uses as well
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("ka", re.compile("[\u10d0-\u10ff]")),
    ("hy", re.compile("[\u0531-\u0587]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("pa", re.compile("[\u0a00-\u0a7f]")),
    ("gu", re.compile("[\u0a80-\u0aff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
    ("kn", re.compile("[\u0c80-\u0cff]")),
    ("ml", re.compile("[\u0d00-\u0d7f]")),
)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_READ = 300
"""Characters that are looked at: more do not make it surer, only slower."""

_FEWEST_LETTERS = 15
_SURE = 0.8
_OF_ITS_SCRIPT = 0.25


def detect(text: str) -> str:
    """The ISO 639-1 code of the language that most of `text` is written in, "" when unsure.

    Addresses and numbers do not count. Fewer than 15 letters of an alphabet that many languages share are never sure.
    """
    words = (word for word in text[: 2 * _READ].split() if "@" not in word and "://" not in word)
    letters = _NO_LETTERS.sub(" ", " ".join(words))[:_READ].strip()
    if not letters:
        return ""
    if not letters.isascii() and (script := _by_script(letters)):
        return script
    if len(letters) < _FEWEST_LETTERS:
        return ""
    language, sureness = _identifier().classify(letters)
    return str(language) if sureness >= _SURE else ""


def _by_script(letters: str) -> str:
    """The language whose own script makes up at least a quarter of the letters: product names are often Latin."""
    needed = len(letters.replace(" ", "")) * _OF_ITS_SCRIPT
    found = {language: len(script.findall(letters)) for language, script in _SCRIPTS}
    if found["ja"] and found["ja"] + found["zh"] >= needed:
        return "ja"
    most = max(found, key=lambda language: found[language])
    return most if found[most] >= needed else ""


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier | Any":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    identifier._full_model = (identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes)  # lets go of the other languages: 30 MB
    return identifier

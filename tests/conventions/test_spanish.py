"""Spanish is complete: every sentence of the program has one, with the same places to fill, and the compiled catalogue is the written one."""

import re
from gettext import GNUTranslations
from pathlib import Path

LOCALE = Path(__file__).parents[2] / "heard/locale/es/LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<\/?\w+>")
# sentences in templates and code, as makemessages finds them
IN_TEMPLATE = re.compile(r"{%\s*translate\s+\"((?:[^\"\\]|\\.)*)\"")
IN_CODE = re.compile(r"\b(?:_|gettext|gettext_lazy)\(\s*\"((?:[^\"\\]|\\.)*)\"\s*\)")


def entries() -> list[dict[str, str]]:
    blocks = (LOCALE / "django.po").read_text(encoding="utf-8").split("\n\n")
    return [found for block in blocks[1:] if (found := _entry(block)).get("msgid")]


def _entry(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        match = re.match(r'(msg\w+(?:\[\d\])?) "(.*)"$', line)
        if match:
            key, text = match[1], match[2]
        elif line.startswith('"'):
            text = line[1:-1]
        else:
            continue
        found[key] = found.get(key, "") + text
    return found


def test_every_sentence_is_translated():
    assert not [entry["msgid"] for entry in entries() if not all(text for key, text in entry.items() if key.startswith("msgstr"))]


def test_every_sentence_keeps_its_places():
    assert not [entry["msgid"] for entry in entries() if places(entry.get("msgid_plural") or entry["msgid"]) != places(last_form(entry))]


def places(text: str) -> set[str]:
    return set(PLACES.findall(text)) - {"<kbd>", "</kbd>"}


def last_form(entry: dict[str, str]) -> str:
    return [text for key, text in entry.items() if key.startswith("msgstr")][-1]


def test_every_sentence_of_templates_and_code_is_in_the_catalogue():
    known = {entry["msgid"] for entry in entries()}
    root = Path(__file__).parents[2] / "heard"
    missing = set()
    for path in [*root.rglob("templates/**/*.html"), *root.rglob("*.py")]:
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        pattern = IN_TEMPLATE if path.suffix == ".html" else IN_CODE
        missing |= {f"{path.relative_to(root)}: {text}" for text in pattern.findall(path.read_text(encoding="utf-8")) if text not in known}
    assert not missing


def test_the_compiled_catalogue_is_the_written_one():
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for entry in entries():
        if "msgctxt" not in entry and "msgid_plural" not in entry:
            assert compiled.gettext(entry["msgid"].replace('\\"', '"').replace("\\n", "\n")) == entry["msgstr"].replace('\\"', '"').replace(
                "\\n", "\n"
            )

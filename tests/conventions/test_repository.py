"""What holds for the whole repository: no place of one machine, one lock file, every template ready for translation."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINARY = {".png", ".jpg", ".ico", ".woff2", ".gz", ".mo", ".eml", ".mbox", ".zip"}
# Written in parts so that this file does not name them itself.
PLACES_OF_ONE_MACHINE = ["/wo" + "rk/", "." + "library", "/root" + "/."]
TEMPLATES = sorted((ROOT / "heard").rglob("templates/**/*.html"))


def own_files() -> list[Path]:
    """Every file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("this folder is no git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def test_no_file_names_a_place_of_one_machine():
    found = []
    for path in own_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {place}" for place in PLACES_OF_ONE_MACHINE if place in text]
    assert not found, found


def test_the_lock_file_names_only_the_public_index():
    assert set(re.findall(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text())) == {"https://pypi.org/simple"}


def test_the_changelog_begins_with_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert headings[0] == version


TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)
# Comments, sentences that are translated as a whole, and blocks whose text is the value of an attribute.
COMMENTS = re.compile(
    r"{% comment.*?endcomment %}|{% block \w+_class %}.*?{% endblock %}|{% blocktrans(late)?\b.*?endblocktrans(late)? %}", re.DOTALL
)


def untranslated_words(source: str) -> list[str]:
    """Words that a person would read and that no translation tag surrounds."""
    without_tags = TAGS.sub(" ", COMMENTS.sub(" ", source))
    without_names = re.sub(r"&\w+;|\bHeard\b|CSV|JSON|PDF|URL|CSAT|NPS|CES", " ", without_tags)
    return re.findall(r"[^\W\d_]{2,}", without_names)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "heard")))
def test_every_word_of_a_template_can_be_translated(template: Path):
    source = template.read_text()
    words = untranslated_words(source)
    assert not words, f"wrap in {{% translate %}}: {' '.join(words[:12])}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "heard")))
def test_no_template_carries_styles_or_inline_handlers(template: Path):
    """The content security policy would stop them: styles and behaviour live in files."""
    source = COMMENTS.sub(" ", template.read_text())
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "heard")))
def test_every_form_works_without_scripts(template: Path):
    """An element that posts with htmx is a form or stands in one, and every POST form carries its token."""
    source = template.read_text()
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, flags=re.DOTALL | re.IGNORECASE):
        assert "csrf_token" in form, form[:120]
    for tag in re.findall(r"<(\w+)\b[^>]*\shx-(?:post|put|patch|delete)=", source):
        assert tag in {"form", "button", "input", "select", "textarea", "fieldset"}, f"<{tag}> posts, and works only with scripts"

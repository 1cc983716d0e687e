"""What every template of the product keeps to."""

import re
from pathlib import Path

import pytest

from heard.ui import icons
from heard.ui.templatetags.ui import TONE_ICONS

HEARD = Path(__file__).parents[2]
TEMPLATES = sorted(HEARD.rglob("templates/**/*.html"))
CODE = sorted(path for path in HEARD.rglob("*.py") if "tests" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(HEARD))


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_every_icon_exists(template: Path):
    for name in re.findall(r"""{% icon ["']([^"']+)["']""", template.read_text()):
        assert icons.shapes(name)


def test_every_icon_of_the_rail_and_of_a_tone_exists():
    named = [name for path in CODE for name in re.findall(r"""\bicon\s*=\s*["']([a-z0-9-]+)["']""", path.read_text())]
    for name in [*named, *TONE_ICONS.values()]:
        assert icons.shapes(name)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_what_a_template_uses_is_loaded(template: Path):
    source = template.read_text()
    loaded = set(re.findall(r"\b\w+\b", " ".join(re.findall(r"{% load ([^%]+)%}", source))))
    if re.search(r"{% (translate|blocktranslate|get_current_language|get_available_languages)\b", source):
        assert "i18n" in loaded
    if re.search(r"{% (icon|chip|face|moment|wait|count|promise|elapsed)\b|\|(duration|initials|in_thousands)\b", source):
        assert "ui" in loaded


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_template_writes_a_style_or_a_script_of_its_own(template: Path):
    source = template.read_text()
    assert not re.search(r"<[^>]*\sstyle=", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="importmap"' in script, script
    assert "<style" not in source


def test_an_icon_that_lucide_does_not_have_is_an_error():
    with pytest.raises(icons.UnknownIcon):
        icons.svg("no-such-icon")


def test_an_icon_is_hidden_from_those_who_hear_the_page():
    assert icons.svg("inbox").startswith('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><polyline')

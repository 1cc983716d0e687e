"""What our style sheets promise: one place for colours, a file for each class, letters one can read."""

import re
from math import cos, pi, sin
from pathlib import Path

import pytest
from django.apps import apps

from heard.ui.stylesheet import HERE, sources

COMPONENTS = sorted((HERE / "components").glob("*.css"))
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|\blight-dark\(|(?<=[\s:,(])(?:black|white|red|gr[ae]y)(?![\w-])",
    re.IGNORECASE,
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
MEANINGS = ["kept", "due-soon", "late", "waiting", "note", "promise", "signal", "improvement"]
TEXT = 4.5
EDGE = 3.0


def test_colours_stand_in_the_tokens_alone():
    for path in sources():
        if path.name != "tokens.css":
            found = COLOUR.findall(COMMENT.sub("", path.read_text()))
            assert not found, f"{path.name} writes {found} itself; name it in tokens.css"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_is_named_as_its_file(path: Path):
    names = {path.stem, f"{path.stem}s"}
    selectors = set(re.findall(r"[.\s]([a-z][a-z-]*?)(?:__|--|[\s,{:.>])", COMMENT.sub("", path.read_text())))
    assert names & selectors, f"{path.name} styles no .{path.stem}"


def test_every_sheet_puts_itself_into_a_layer():
    for path in sources():
        outside = re.sub(r"@layer [a-z, ]+;", "", COMMENT.sub("", path.read_text())).strip()
        assert outside.startswith("@layer "), path.name


def test_the_joined_sheet_holds_the_sheets_of_other_apps_too():
    folders = {path.parent for path in sources()}
    assert HERE in folders
    for app in apps.get_app_configs():
        own = Path(app.path) / "static" / app.label
        if app.name.startswith("heard.") and app.label != "ui" and list(own.glob("*.css")):
            assert own in folders


# Contrast, computed from the tokens as WCAG 2.2 says it.


def tokens(dark: bool) -> dict[str, tuple[float, float, float]]:
    """Token name → (lightness 0–1, chroma, hue in degrees)."""
    text = COMMENT.sub("", (HERE / "tokens.css").read_text())
    number = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
    pairs = re.findall(rf"--([\w-]+): light-dark\({number}, {number}\)", text)
    chosen = {name: values[3:6] if dark else values[0:3] for name, *values in pairs}
    return {name: (float(lightness) / 100, float(chroma), float(hue)) for name, (lightness, chroma, hue) in chosen.items()}


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of an OKLCH colour after it is fitted into sRGB by clipping.

    Source: Ottosson, "A perceptual color space for image processing", 2020; WCAG 2.2, "relative luminance".
    """
    lightness, chroma, hue = colour
    a, b = chroma * cos(hue * pi / 180), chroma * sin(hue * pi / 180)
    long, medium, short = (
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return 0.2126 * within(red) + 0.7152 * within(green) + 0.0722 * within(blue)


def within(channel: float) -> float:
    return min(max(channel, 0.0), 1.0)


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_of_black_on_white_is_21():
    assert contrast((1.0, 0.0, 0.0), (0.0, 0.0, 0.0)) == pytest.approx(21, abs=0.01)


def readable_pairs() -> list[tuple[str, str, float]]:
    grounds = ["page", "surface", "raised", "sunken"]
    pairs = [(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in grounds]
    for meaning in MEANINGS:
        pairs += [(meaning, ground, TEXT) for ground in (f"{meaning}-wash", "surface", "page")]
        pairs += [(ink, f"{meaning}-wash", TEXT) for ink in ("ink", "ink-2", "ink-3")]
    pairs += [("on-accent", "accent", TEXT), ("on-accent", "accent-hover", TEXT), ("on-accent", "promise", TEXT)]
    pairs += [("accent-hover", "accent-edge", TEXT), ("accent", "accent-wash", TEXT), ("ink-3", "accent-wash", TEXT)]
    pairs += [(edge, ground, EDGE) for edge in ("line-strong", "focus") for ground in grounds]
    return pairs


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), readable_pairs(), ids=lambda value: str(value))
def test_letters_and_edges_stand_out(ink: str, ground: str, least: float, dark: bool):
    colours = tokens(dark)
    assert contrast(colours[ink], colours[ground]) >= least

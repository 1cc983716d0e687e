"""Icons: Lucide's SVG files (ISC), read once from its package and kept as small inline SVG."""

import re
from functools import cache
from importlib.resources import files
from zipfile import ZipFile

from django.utils.safestring import SafeString, mark_safe

LICENSE_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(Exception):
    """No icon of this name is in the package; the names are those of lucide.dev."""


@cache
def _archive() -> ZipFile:
    return ZipFile(files("lucide").joinpath("lucide.zip").open("rb"))


@cache
def shapes(name: str) -> str:
    """The inside of the icon's SVG, on its 24-unit grid, without the attributes that our CSS sets.

    Raises UnknownIcon.
    """
    try:
        source = _archive().read(f"{name}.svg").decode()
    except KeyError:
        raise UnknownIcon(name) from None
    inside = SHAPES.search(LICENSE_COMMENT.sub("", source))
    return " ".join(inside[1].split()) if inside else ""


@cache
def svg(name: str, css_class: str = "icon") -> SafeString:
    """The icon as markup, hidden from screen readers: a word always stands beside it. Raises UnknownIcon."""
    return mark_safe(f'<svg class="{css_class}" viewBox="0 0 24 24" aria-hidden="true">{shapes(name)}</svg>')  # noqa: S308

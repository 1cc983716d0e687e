"""One style sheet for every page.

The component files are read in order and sent as one address that names its content, because thirty requests over
HTTP/1.1 wait for each other and a build step would be one more thing to run. With DEBUG the files are read again
for each page.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings

HERE = Path(__file__).parent / "static" / "ui"


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The joined text, its name (first 16 hex digits of its SHA-256) and its gzip form."""

    text: bytes
    compressed: bytes
    digest: str


def sources() -> list[Path]:
    """Tokens, base, our components by name, then each installed app's own `static/<label>/*.css`."""
    found = [HERE / "tokens.css", HERE / "base.css", *sorted((HERE / "components").glob("*.css"))]
    for app in apps.get_app_configs():
        if app.name.startswith("heard.") and app.label != "ui":
            found += sorted((Path(app.path) / "static" / app.label).glob("**/*.css"))
    return found


def join_stylesheet() -> Stylesheet:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources()).encode()
    return Stylesheet(text, gzip.compress(text, 9, mtime=0), sha256(text).hexdigest()[:16])


_kept = cache(join_stylesheet)


def stylesheet() -> Stylesheet:
    return join_stylesheet() if settings.DEBUG else _kept()

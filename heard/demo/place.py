"""Whether this home is the demo's, and what is known of it: one small file beside the database."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings


def marker() -> Path:
    """The file that says so."""
    return Path(settings.HOME) / "demo.json"


def outbox() -> Path:
    """Where what the demo sends is caught."""
    return Path(settings.HOME) / "outbox"


def is_demo() -> bool:
    """Whether a demo company lives here, loaded to its end."""
    return bool(facts())


def facts() -> dict[str, int]:
    """What was loaded; empty when nothing was, or not to the end."""
    try:
        read = json.loads(marker().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) and "interactions" in read else {}


def is_half_loaded() -> bool:
    """Whether a demo was begun here and not finished."""
    return marker().exists() and not is_demo()


def begin() -> None:
    """Note that a demo is being loaded."""
    marker().parent.mkdir(parents=True, exist_ok=True)
    marker().write_text("{}", encoding="utf-8")


def finish(loaded: dict[str, int]) -> None:
    """Note that it is complete."""
    draft = marker().with_suffix(".new")
    draft.write_text(json.dumps(loaded), encoding="utf-8")
    draft.replace(marker())


def write_settings() -> None:
    """The demo's own settings as defaults of this home: what it sends is caught, and its day begins in Leeds."""
    path = Path(settings.HOME) / "heard.env"
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    wanted = {"HEARD_MAIL_OUTBOX": "1", "HEARD_TIME_ZONE": "Europe/London"}
    missing = [f"{name}={value}" for name, value in wanted.items() if name not in known]
    if missing:
        path.write_text(known + "".join(line + "\n" for line in missing), encoding="utf-8")

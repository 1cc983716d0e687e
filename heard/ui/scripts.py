"""The import map: which file each module name means. Modules are `heard/<name>` for ours, `<label>/<name>` for an app's."""

import json
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.templatetags.static import static


def modules() -> dict[str, str]:
    """Module name → path below the static root, for `static/ui/js/*.js` and every app's `static/<label>/**/*.js`."""
    found = {}
    for app in apps.get_app_configs():
        if app.name.startswith("heard."):
            root = Path(app.path) / "static"
            prefix = "heard" if app.label == "ui" else app.label
            for path in sorted((root / app.label).glob("**/*.js")):
                found[f"{prefix}/{path.stem}"] = path.relative_to(root).as_posix()
    return found


def write_import_map() -> str:
    """The map as JSON, with the hashed addresses that the static storage gives; no `<` can end the script early."""
    imports = {name: static(path) for name, path in modules().items()}
    return json.dumps({"imports": imports}, separators=(",", ":")).replace("<", "\\u003c")


_kept = cache(write_import_map)


def import_map() -> str:
    return write_import_map() if settings.DEBUG else _kept()

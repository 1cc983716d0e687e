"""Imports and foreign keys point right on the map (pyproject.toml draws it, ARCHITECTURE.md explains it)."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).parents[2]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
# Folder → place on the map, counted from the left.
PLACES = {folder.strip(" ()"): place for place, layer in enumerate(LAYERS) for folder in layer.split("|")}


def folder_of(module: str) -> str:
    """`heard.channels.email.models` → `channels`."""
    return module.split(".")[1]


def own_models() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("heard.")]


def test_imports_point_right():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_folder_has_its_place_on_the_map():
    folders = {path.name for path in (ROOT / "heard").iterdir() if (path / "__init__.py").exists()}
    assert folders <= set(PLACES), f"draw these on the map in pyproject.toml: {sorted(folders - set(PLACES))}"


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_right(model: type):
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey | ManyToManyField) and field.related_model.__module__.startswith("heard."):
            here, there = folder_of(model.__module__), folder_of(field.related_model.__module__)
            if here != there:
                assert PLACES[here] < PLACES[there], f"{model._meta.label}.{field.name} points left, from {here} to {there}"


def imported_modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", sorted((ROOT / "heard").rglob("rules.py")), ids=lambda path: path.parent.name)
def test_rules_know_no_django(path: Path):
    allowed = ("django.utils.translation",)
    known = {name for name in imported_modules(path) if name.startswith("django") and not name.startswith(allowed)}
    assert not known, f"rules take values and return values; {path.parent.name} imports {sorted(known)}"


AT_HOME = {"views", "forms", "rules", "tasks", "reactions", "urls"}
# (who, what): with the reason why it may leave its home.
MAY_TRAVEL = {
    ("*", "heard.people.rules"): "how an address is written is asked by everybody who meets one",
    ("portal", "heard.conversations.forms"): "a customer's words and files come by the same fields as ours",
    ("web", "heard.conversations.forms"): "a page that joins several apps shows the forms of each",
    ("*", "heard.insights.rules"): "where words stand in a text is asked by whoever shows them",
    ("web", "heard.insights.forms"): "a page that joins several apps shows the forms of each",
    ("improvements", "heard.insights.forms"): "those who mean the same are marked by the same fields",
    ("demo", "heard.conversations.rules"): "the invented past has to obey what the real one obeyed",
    ("demo", "heard.promises.rules"): "as above",
    ("demo", "heard.insights.rules"): "as above",
}


def imports_of_homely_modules(path: Path) -> list[str]:
    """Lines for each import that reaches into another app's views, forms, rules, tasks, reactions or urls."""
    module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    if module.count(".") < 2 or "tests" in path.parts:
        return []  # the entrance (urls, schedule, cli) joins all apps, and a test may set any scene
    app = folder_of(module)
    names = [name.split(".") for name in sorted(imported_modules(path))]
    return [
        f"{module} imports {'.'.join(name)}"
        for name in names
        if len(name) > 2 and name[0] == "heard" and name[1] != app and name[1] in PLACES and name[2] in AT_HOME
        if not {(app, ".".join(name)), ("*", ".".join(name))} & set(MAY_TRAVEL)
    ]


def test_views_forms_rules_and_tasks_stay_at_home():
    found = [line for path in sorted((ROOT / "heard").rglob("*.py")) for line in imports_of_homely_modules(path)]
    assert not found, "call a service or a selector instead:\n" + "\n".join(found)

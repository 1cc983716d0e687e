"""What every model states about itself."""

import inspect

import pytest
from django.apps import apps
from django.db.models import BooleanField, DateField, DateTimeField

from heard.privacy.registry import Personal

MODELS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("heard.")]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@each_model
def test_a_model_states_what_it_holds_about_people(model: type):
    """`personal = Personal(…)` says what, why, how long and how it is erased; `personal = None` says: nothing."""
    assert "personal" in vars(model), f"{model._meta.label} states neither personal = Personal(…) nor personal = None"
    assert model.personal is None or isinstance(model.personal, Personal)
    if model.personal:
        empty = [name for name in ("what", "why", "keep", "export", "erase") if not getattr(model.personal, name).strip()]
        assert not empty, f"{model._meta.label} leaves open: {empty}"


@each_model
def test_a_table_is_named_in_the_plural(model: type):
    stated = "db_table" in inspect.getsource(model) if not model._meta.auto_created else True
    assert stated, f"{model._meta.label} does not state db_table"
    table = model._meta.db_table
    assert table.endswith("s") or table in UNCOUNTABLE, f"{table} is no plural; owners will query it"


UNCOUNTABLE = {"people"}


@each_model
def test_moments_end_in_at_days_in_on_and_booleans_ask(model: type):
    for field in model._meta.get_fields():
        if isinstance(field, DateTimeField):
            assert field.name == "at" or field.name.endswith(("_at", "_until", "_since")) or field.name in MOMENTS, field
        elif isinstance(field, DateField):
            assert field.name in DAYS or field.name.endswith("_on"), field
        elif isinstance(field, BooleanField):
            asks = field.name.startswith(("is_", "has_", "can_"))
            says = field.name.split("_")[0].endswith("s")  # a verb: acknowledges, goes_to_mailbox
            assert asks or says, field


MOMENTS = {"until", "last_login"}  # the second is Django's own
DAYS = {"day"}


@each_model
def test_constraints_are_named_as_sentences(model: type):
    for constraint in model._meta.constraints:
        assert "_" in constraint.name, constraint
        assert not constraint.name.startswith((model._meta.app_label + "_" + model._meta.model_name + "_uniq", "unique_")), constraint

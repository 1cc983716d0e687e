"""Every index costs each row that is written: none only repeats the beginning of another."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models


def begun_by(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """(column, name) for each index over several columns, or of rows that have the column, by the column it begins with."""
    for index in model._meta.indexes:
        if index.fields and index.condition in (None, models.Q(**{f"{index.fields[0].lstrip('-')}__isnull": False})):
            yield index.fields[0].lstrip("-"), index.name
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None:
            yield constraint.fields[0], constraint.name


def test_no_index_only_repeats_the_beginning_of_another():
    repeated = []
    for model in (one for one in apps.get_models() if one.__module__.startswith("heard.")):
        others = dict(begun_by(model))
        single = [field.name for field in model._meta.local_fields if field.db_index and not field.unique]
        repeated += [f"{model.__name__}.{name} needs db_index=False: {others[name]}" for name in single if name in others]
    assert not repeated, "\n".join(repeated)

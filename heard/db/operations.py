"""Making many tables in one step of a migration."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory


class CreateModels(Operation):
    """What a row of `CreateModel` does; all of Heard's tables are made in 3 s instead of 9.

    After each single `CreateModel` Django builds the classes of all models anew that hang together with it, which here is most of them.
    This does it once. So models may also name each other in any order.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add all models to what is known, then build their classes."""
        built = state.__dict__.pop("apps", None)  # where no classes are, none is built anew
        for model in self.models:
            model.state_forwards(app_label, state)
        if built is not None:
            state.apps = built
            state.reload_models([(app_label, model.name_lower) for model in self.models], delay=False)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Create models {', '.join(model.name for model in self.models)}"

"""Which tables something changed, whatever road it took to the database."""

from typing import Any

from django.apps import apps
from django.db import connection

MAY_CHANGE_ON_GET = {"accesses", "django_session"}  # a visit keeps its log-in, and a look at a person is written down


class Watch:
    """Begins with what every own table holds. Looks at the rows again only when the database itself counted a change."""

    def __init__(self) -> None:
        self._rows, self._count = _tables(), _changes()

    def changed(self) -> set[str]:
        """The tables that hold something else than at the beginning, or at the last question."""
        count = _changes()
        if count == self._count:
            return set()
        before, self._rows, self._count = self._rows, _tables(), count
        return {table for table in before if before[table] != self._rows[table]}


def _tables() -> dict[str, list[tuple[Any, ...]]]:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    names = {model._meta.db_table: model for model in models}
    return {
        table: list(model._base_manager.order_by("pk").values_list()) for table, model in names.items() if table not in MAY_CHANGE_ON_GET
    }


def _changes() -> list[tuple[Any, ...]]:
    """A count of the rows written since the connection (SQLite) or the transaction (PostgreSQL) began, by the database's own books."""
    on_postgresql = (
        "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables "
        "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"
    )
    with connection.cursor() as cursor:
        cursor.execute(on_postgresql if connection.vendor == "postgresql" else "SELECT total_changes()")
        return [row for row in cursor.fetchall() if row[0] not in MAY_CHANGE_ON_GET]

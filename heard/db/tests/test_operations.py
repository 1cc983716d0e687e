from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from heard.db.operations import CreateModels

OPERATION = CreateModels(
    [
        migrations.CreateModel(
            name="Choir",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("leader", models.ForeignKey("trial.singer", models.PROTECT, null=True)),
                ("singers", models.ManyToManyField("trial.singer", through="trial.place", related_name="choirs")),
            ],
            options={"indexes": [models.Index(fields=["leader", "id"], name="choirs_of_a_leader")]},
        ),
        migrations.CreateModel(name="Singer", fields=[("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("choir", models.ForeignKey("trial.choir", models.CASCADE)),
                ("singer", models.ForeignKey("trial.singer", models.CASCADE)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("choir", "singer"), name="singer_has_one_place")]},
        ),
    ]
)
TABLES = {"trial_choir", "trial_singer", "trial_place"}


def tables() -> set[str]:
    return TABLES & set(connection.introspection.table_names())


def constraints(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, table))


def test_models_that_name_each_other_are_made_and_dropped_together(transactional_db):
    before = ProjectState()
    assert not before.apps.get_models()
    after = before.clone()
    OPERATION.state_forwards("trial", after)
    choir = after.apps.get_model("trial", "choir")
    assert {field.name for field in choir._meta.get_fields()} == {"id", "leader", "singers", "place"}
    assert not before.apps.get_models()
    migration = type("Migration", (migrations.Migration,), {"operations": [OPERATION]})("0001_first", "trial")
    with connection.schema_editor() as editor:
        migration.apply(before.clone(), editor)
    assert tables() == TABLES
    assert "choirs_of_a_leader" in constraints("trial_choir")
    assert "singer_has_one_place" in constraints("trial_place")
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    assert not tables()


def test_nothing_is_built_where_nothing_was():
    state = ProjectState()
    OPERATION.state_forwards("trial", state)
    assert "apps" not in vars(state)
    assert {name for _, name in state.models} == {"choir", "singer", "place"}

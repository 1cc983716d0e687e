"""The two places where Splink can work: DuckDB in this process, and Spark. Both read and write Parquet files, so neither holds all rows twice."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from heard.lib.errors import Refusal

NAMES = ("duckdb", "spark")
MEMORY_GB = 3.0
"""What DuckDB may hold before it writes to the folder; our own records and the scorer's processes come on top."""


class NotInstalled(Refusal):
    """An optional part is missing; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`api` is Splink's. The words of the two dialects that differ are methods."""

    name: str
    api: Any
    folder: Path

    def load(self, name: str, folder: Path) -> Any:
        """The Parquet files of a folder as a table of Splink."""
        if self.name == "spark":
            self.api.spark.read.parquet(folder.absolute().as_uri()).createOrReplaceTempView(name)
        else:
            self.api.duckdb_con.read_parquet(str(folder / "*.parquet")).create(name)
        return self.api.register(name)

    def make(self, name: str, query: str) -> Any:
        """The rows of a query, computed once and kept as a table of Splink."""
        if self.name == "spark":
            self.api.spark.sql(query).persist().createOrReplaceTempView(name)
        else:
            self.api.duckdb_con.sql(query).create(name)
        return self.api.register(name)

    def frequencies(self, name: str, column: str, values: Mapping[str, float]) -> Any:
        """A table (value, how often) in Splink's form for a column."""
        if self.name == "spark":
            schema = f"{column} string, tf_{column} double"
            self.api.spark.createDataFrame(list(values.items()), schema).createOrReplaceTempView(name)
        else:
            import pyarrow as pa

            texts, numbers = pa.array(list(values), pa.string()), pa.array(list(values.values()), pa.float64())
            self.api.duckdb_con.from_arrow(pa.table({column: texts, f"tf_{column}": numbers})).create(name)
        return self.api.register(name)

    def rows(self, query: str, *, at_once: int = 100_000) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, streamed."""
        if self.name == "spark":
            for row in self.api.spark.sql(query).toLocalIterator():
                yield tuple(row)
            return
        cursor = self.api.duckdb_con.cursor().execute(query)
        while rows := cursor.fetchmany(at_once):
            yield from rows

    def alike(self, one: str, other: str) -> str:
        """SQL: the Jaro–Winkler similarity of two texts; unknown where one is."""
        return self._known("jaro_winkler", one, other) if self.name == "spark" else f"jaro_winkler_similarity({one}, {other})"

    def slips(self, one: str, other: str) -> str:
        """SQL: how many letters must be typed, dropped, changed or swapped to make one of the other; unknown where one is."""
        return self._known("damerau_levenshtein", one, other) if self.name == "spark" else f"damerau_levenshtein({one}, {other})"

    def _known(self, function: str, one: str, other: str) -> str:
        """What Splink adds to Spark answers a number also for what is unknown."""
        return f"(case when {one} is not null and {other} is not null then {function}({one}, {other}) end)"

    def overlap(self, one: str, other: str) -> str:
        """SQL: two lists hold a value that is the same; false where one is unknown."""
        return f"coalesce({'arrays_overlap' if self.name == 'spark' else 'list_has_any'}({one}, {other}), false)"

    def shares(self, column: str) -> str:
        """SQL: the lists of both sides hold a value that is the same; false where one is unknown."""
        return self.overlap(f"{column}_l", f"{column}_r")

    def holds(self, values: str, value: str) -> str:
        """SQL: a list holds the value; false where one is unknown."""
        return f"coalesce({'array_contains' if self.name == 'spark' else 'list_contains'}({values}, {value}), false)"

    def includes(self, column: str) -> str:
        """SQL: all values of one side's list are in the other's; false where one is unknown."""
        left, right = f"{column}_l", f"{column}_r"
        if self.name == "spark":
            return f"coalesce(size(array_except({left}, {right})) = 0 or size(array_except({right}, {left})) = 0, false)"
        return f"coalesce(list_has_all({left}, {right}) or list_has_all({right}, {left}), false)"


def check_installed(name: str) -> None:
    """Raises NotInstalled when what this engine needs is missing."""
    parts = ("pyarrow", "splink", "duckdb") if name == "duckdb" else ("pyarrow", "splink", "pyspark")
    try:
        for part in parts:
            import_module(part)
    except ImportError as error:
        extra = "analytics" if name == "duckdb" else "spark"
        what = _("This needs parts that are not installed. To install them: %(command)s")
        raise NotInstalled(what % {"command": f"pip install 'heard[{extra}]'"}) from error


@contextmanager
def open_engine(name: str, folder: Path, *, memory_gb: float = MEMORY_GB, threads: int = 0) -> Iterator[Engine]:
    """An engine that works in `folder`. `threads` 0: all processors. Raises NotInstalled."""
    check_installed(name)
    logging.getLogger("splink").setLevel(logging.ERROR)
    opening = _spark if name == "spark" else _duckdb
    with opening(folder, memory_gb, threads) as api:
        yield Engine(name, api, folder)


@contextmanager
def _duckdb(folder: Path, memory_gb: float, threads: int) -> Iterator[Any]:
    import duckdb
    from splink import DuckDBAPI

    config: dict[str, Any] = {
        "memory_limit": f"{memory_gb}GB",
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": "false",
    }
    with duckdb.connect(config=config | ({"threads": str(threads)} if threads else {})) as connection:
        yield DuckDBAPI(connection)


@contextmanager
def _spark(folder: Path, memory_gb: float, threads: int) -> Iterator[Any]:
    from pyspark.sql import SparkSession
    from splink.backends.spark import SparkAPI, similarity_jar_location

    options = {
        "spark.jars": similarity_jar_location(),
        "spark.driver.memory": f"{int(memory_gb * 1024)}m",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.appName("heard")
    for key, value in options.items():
        builder = builder.config(key, value)
    master = settings.SPARK_MASTER or f"local[{threads or '*'}]"
    if master.startswith("local"):
        here = str(2 * (threads or os.cpu_count() or 1))  # the default is meant for a cluster
        builder = builder.config("spark.sql.shuffle.partitions", here).config("spark.default.parallelism", here)
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    try:
        session = builder.master(master).getOrCreate()
    except Exception as error:
        what = _("Spark did not start. It needs Java 17 or newer: java must be found, or JAVA_HOME set. It said: %(error)s")
        raise NotInstalled(what % {"error": str(error).partition("\n")[0][:200]}) from error
    try:
        session.sparkContext.setLogLevel("ERROR")
        session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
        yield SparkAPI(spark_session=session, break_lineage_method="persist")
    finally:
        session.stop()

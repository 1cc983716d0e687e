"""A thread with a database connection of its own, for the queries of an event loop that must not wait."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThread:
    """Runs one call after the other. A call that raises gets a new connection next time."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `function(*args)` called in the thread."""

        def guarded() -> T:
            try:
                return function(*args, **kwargs)
            except Exception:
                connection.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._pool, guarded)

    def close(self) -> None:
        """Close the connection and end the thread, after the call that runs now."""
        self._pool.submit(lambda: connection.close())  # the thread's own: `connection` means another one in each
        self._pool.shutdown(wait=True)

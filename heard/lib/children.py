"""Processes that work for another and must not outlive it."""

import os
import threading
from multiprocessing import parent_process


def end_with_the_parent() -> None:
    """Call this in a process of a pool: it ends when its parent is killed.

    It would wait for work for ever, because its fellows hold the other end of its pipe open as well. This stands in a module of its own that
    needs no Django, since a spawned process imports it before anything is set up.
    """
    threading.Thread(target=_wait_and_end, name="parent", daemon=True).start()


def _wait_and_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

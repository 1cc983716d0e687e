"""Less looking for garbage where many rows come and go."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (100_000, 50, 50)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Loads in bulk make hundreds of thousands of objects without cycles; looking for some among them takes up to a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)

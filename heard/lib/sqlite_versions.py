"""Which SQLite may be written by several processes."""


def is_safe_for_several_writers(version: tuple[int, int, int]) -> bool:
    """Whether the WAL-reset bug is fixed: in 3.51.3, and in 3.50.7 and 3.44.6 of the older lines. Source: sqlite.org/wal.html."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3)

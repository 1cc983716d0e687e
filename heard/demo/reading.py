"""Reading letters in other processes while this one writes; they know no database."""

from collections.abc import Sequence

from heard.channels.email.understanding import Understood, understand


def read_letters(raws: Sequence[bytes]) -> list[Understood]:
    """Each of `raws`, understood."""
    return [understand(raw) for raw in raws]


def prepare() -> None:
    """Read the settings once in a new process: our own mail is known by its keys."""
    from django.conf import settings

    assert settings.HOME

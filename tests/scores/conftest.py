"""Scores are printed at the end of a run, as a table."""

import pytest

from tests.scores.measuring import HEADER, Score

_SCORES: list[Score] = []


@pytest.fixture
def note():
    """Put a score into the table."""
    return _SCORES.append


def pytest_terminal_summary(terminalreporter) -> None:
    if _SCORES:
        terminalreporter.section("who is one person, on labelled sets")
        terminalreporter.write_line(HEADER)
        for score in _SCORES:
            terminalreporter.write_line(str(score))

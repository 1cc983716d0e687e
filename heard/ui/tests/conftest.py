from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def each_test_begins_in_english() -> Iterator[None]:
    """A page asked for in Spanish leaves its thread speaking Spanish, as Django's own middleware does."""
    yield
    translation.activate("en")

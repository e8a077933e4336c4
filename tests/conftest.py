"""What all tests share: fast ones go first, and chance is the same each time in continuous integration."""

import os

import pytest
from hypothesis import settings

# No deadline: the machine's speed is not what a test looks at.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests last, after the random order has been drawn, so that a mistake is seen early."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)

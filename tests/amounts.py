"""How much of what takes long is told: all of it in continuous integration, a part at a desk, where one waits for it."""

import os
from typing import TypeVar

T = TypeVar("T")

ALL = bool(os.environ.get("CI"))
"""`CI=true make test` does that anywhere."""


def amount(everything: T, part: T) -> T:
    """Give what is wanted here."""
    return everything if ALL else part

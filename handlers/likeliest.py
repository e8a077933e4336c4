"""Finds what is meant among many by some typed letters, the likeliest first."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 100
"""How many are named at most; typing more letters finds the others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen: its value, the text that it is found by, and whether it is `near` the person."""

    value: str
    text: str
    near: bool = False


def likeliest(typed: str, choices: Sequence[Choice], most: int = MOST) -> tuple[Choice, ...]:
    """Return the choices whose text has every typed word somewhere, each in the order in which they are likely meant.

    What was typed in full comes first, then what begins with it, what has a word that does, and the rest; of equal ones those
    that are near, and then as they are given.
    """
    words = [each.lstrip("#") for each in typed.casefold().split()]
    found = [each for each in choices if all(word in each.text.casefold() for word in words)]
    found.sort(key=lambda each: (_distance(words, each.text.casefold()), not each.near))
    return tuple(found[:most])


def _distance(words: Sequence[str], text: str) -> int:
    """Return how far a text is from what was typed, none at all if it is just that."""
    typed = " ".join(words)
    if typed in {text, *text.split()}:
        return 0
    if text.startswith(typed):
        return 1
    parts = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return 2 if all(any(part.startswith(word) for part in parts) for word in words) else 3

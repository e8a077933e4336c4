"""Tells which secrets can be guessed."""

SHORTEST_SECRET = 16
FEWEST_CHARACTERS = 5
"""How many different characters a secret needs at least; a random one of 16 hexadecimal digits has fewer once in 100,000."""


def weak_secret(value: str) -> str:
    """Return why a secret can be guessed, to follow its name; empty if it is strong enough."""
    if len(value) < SHORTEST_SECRET:
        return f"is too short: it needs at least {SHORTEST_SECRET} characters"
    if len(set(value)) < FEWEST_CHARACTERS:
        return "is made of too few different characters"
    return ""

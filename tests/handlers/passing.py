"""What passes what: kinds of starts by what may be closed, as docs/policy.md says it."""

STARTS = "starts"
BY_ITSELF = "by itself"
AGAIN = "again"
SIGNED_AGAIN = "signed again"
REFUSED = "refused"
NOT_HELD = "cannot be held"
CALLED_BACK = "called back"
GOES_ON = "goes on"

MEANINGS = {
    STARTS: "nothing keeps it",
    BY_ITSELF: "it waits, and starts once that is over",
    AGAIN: "it waits, and has to be asked for again once that is over",
    SIGNED_AGAIN: "it waits for new sign-offs, and starts with the last of them",
    REFUSED: "there is no release of it",
    NOT_HELD: "`hold` is refused",
    CALLED_BACK: "the run is refused and stopped; the sign-offs count again, as old as they are; it has to be asked for again",
    GOES_ON: "the run may deploy",
}

COLUMNS: tuple[str, ...] = ("window", "freeze", "lock", "hold", "review", "turn", "kept", "signed_for")

_EACH: dict[str, tuple[str, ...]] = {
    "request": (BY_ITSELF, AGAIN, AGAIN, AGAIN, AGAIN, BY_ITSELF, BY_ITSELF, SIGNED_AGAIN),
    "rollback": (STARTS, STARTS, STARTS, NOT_HELD, STARTS, REFUSED, STARTS, STARTS),
    "emergency": (STARTS, STARTS, AGAIN, AGAIN, STARTS, BY_ITSELF, STARTS, SIGNED_AGAIN),
    "automatic start": (BY_ITSELF, AGAIN, AGAIN, AGAIN, AGAIN, BY_ITSELF, BY_ITSELF, SIGNED_AGAIN),
    "retry": (BY_ITSELF, AGAIN, AGAIN, AGAIN, AGAIN, STARTS, STARTS, SIGNED_AGAIN),
    "claim": (
        *(CALLED_BACK, CALLED_BACK, CALLED_BACK, NOT_HELD),
        *(CALLED_BACK, GOES_ON, GOES_ON, GOES_ON),
    ),
}

TABLE: dict[str, dict[str, str]] = {
    row: dict(zip(COLUMNS, cells, strict=True)) for row, cells in _EACH.items()
}
"""What happens, by row and column."""

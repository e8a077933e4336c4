"""Removes from a command's output what must not reach a channel: secrets and what looks like one."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

REDACTED = "[redacted]"
_SHORTEST_LINE = 8

_KEY = "PRIVATE KEY-----"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"-----BEGIN [A-Z ]*{_KEY}.*?(?:-----END [A-Z ]*{_KEY}|\Z)", re.DOTALL), REDACTED),
    (
        re.compile(rf"\A(?:(?!-----BEGIN).)*-----END [A-Z ]*{_KEY}", re.DOTALL),
        REDACTED,
    ),  # begins before what is shown
    (
        re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[\w-]+"),
        REDACTED,
    ),  # https://docs.slack.dev/authentication/tokens
    (re.compile(r"\bxapp-[\w-]+"), REDACTED),
    (re.compile(r"\bgh[a-z]_\w{10,}"), REDACTED),
    (re.compile(r"\bgithub_pat_\w+"), REDACTED),
    (re.compile(r"\bgl[a-z]{2,5}-[\w-]{16,}"), REDACTED),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"), REDACTED),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REDACTED),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"(?<=://)([^/\s:@]*):[^\s/]+@"), rf"\1:{REDACTED}@"),
)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that removes these secrets, and whatever looks like one, from a text.

    Each line of a multi-line secret is removed, of a short one only the whole; percent-encoded ones are found too.
    """
    known = {part for secret in secrets for part in _parts(secret.strip())}
    spelled = {each for part in known for each in (part, quote(part, safe=""))}
    longest_first = sorted(spelled, key=len, reverse=True)
    exact = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def redact(text: str) -> str:
        if exact is not None:
            text = exact.sub(REDACTED, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    return redact


def _parts(secret: str) -> set[str]:
    lines = {line.strip() for line in secret.splitlines()}
    return {part for part in {secret, *lines} if part and (part == secret or len(part) >= _SHORTEST_LINE)}

"""Results of calls to Slack's Web API, as values."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CallSucceeded:
    """Slack carried the call out.

    `scopes` are the token's (the header x-oauth-scopes; Slack's docs, "OAuth scopes").
    """

    answer: dict[str, Any] = field(default_factory=dict[str, Any])
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallDeferred:
    """The call has to be retried in `seconds`.

    `failed` if Slack is at fault, false for a rate limit, a known outage or a known refusal.
    """

    seconds: float
    why: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class CallRejected:
    """Slack rejected the call; `error` is Slack's own error code, `needed` the scope that is missing."""

    error: str
    needed: str = ""


CallResult = CallSucceeded | CallDeferred | CallRejected

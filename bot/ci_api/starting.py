"""What a CI's answer to the one request of an attempt proves: accepted, surely nothing started, or nobody knows."""

from bot.ci_api.answer import Answer, Lost, Sent, Unsent, transient
from bot.ci_api.run import Refused, StartAnswer, Unclear

_NOTHING_DONE = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431})
"""Statuses that say that the request was not carried out; 3xx, 408, 409, 425 and 5xx do not say it."""


def start_answer(sent: Sent, said: str = "") -> StartAnswer | None:
    """Classify what came of the request that starts a run; None for a success, which each CI reads in its own way.

    `said` is what the CI gave as its reason, for people.
    """
    match sent:
        case Unsent(why, retry_after, final):
            return Refused(transient=not final, detail=why, retry_after=retry_after)
        case Lost(why):
            return Unclear(why)
        case Answer() if sent.ok:
            return None
        case Answer(status):
            detail = f"HTTP {status}" + (f": {said}" if said else "")
            if transient(sent):
                return Refused(transient=True, detail=detail, retry_after=sent.pause or 1.0)
            return Refused(transient=False, detail=detail) if status in _NOTHING_DONE else Unclear(detail)

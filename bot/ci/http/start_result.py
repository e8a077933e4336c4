"""Classifies a CI's response to a start: accepted, provably not started, or unclear."""

from bot.ci.http.response import CiResponse, NoResponse, NotSent, SendResult, transient
from bot.ci.run import Refused, StartResult, Unclear

_NOTHING_DONE = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431})
"""Statuses that say that the request was not carried out; 3xx, 408, 409, 425 and 5xx do not."""


def start_result(sent: SendResult, reason: str = "") -> StartResult | None:
    """Classify the result of a start request; None for a success, which each CI reads itself.

    `reason` is what the CI gave as its reason, for people.
    """
    match sent:
        case NotSent(why, retry_after, final):
            return Refused(transient=not final, detail=why, retry_after=retry_after)
        case NoResponse(why):
            return Unclear(why)
        case CiResponse() if sent.ok:
            return None
        case CiResponse(status):
            detail = f"HTTP {status}" + (f": {reason}" if reason else "")
            if transient(sent):
                return Refused(transient=True, detail=sent.limit or detail, retry_after=sent.pause or 1.0)
            return Refused(transient=False, detail=detail) if status in _NOTHING_DONE else Unclear(detail)

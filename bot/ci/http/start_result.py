"""Classifies a CI's response to a start or a stop: accepted, provably refused, or unclear."""

from bot.ci.http.response import CiResponse, NoResponse, NotSent, SendResult, transient
from bot.ci.run import STOP_ASKED, Refused, StartResult, StopAnswer, Unclear

_NOTHING_DONE = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431})
"""Statuses that say that the request was not carried out; 3xx, 408, 409, 425 and 5xx do not."""

_MOVED = frozenset({301, 302, 307, 308})


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


def stop_answer(sent: SendResult, reason: str = "") -> StopAnswer:
    """Classify the result of a request to stop a run; what is refused for good is not to be sent again.

    GitHub's docs, "Best practices for using the REST API": repeated 4xx and 5xx must not be ignored.
    """
    match sent:
        case NotSent(why, _, final):
            return StopAnswer(asked=False, final=final, detail=why)
        case NoResponse(why):
            return StopAnswer(asked=False, detail=why)
        case CiResponse() if sent.ok:
            return STOP_ASKED
        case CiResponse(status):
            detail = f"HTTP {status}" + (f": {reason}" if reason else "")
            final = status in _MOVED or (status in _NOTHING_DONE and not transient(sent))
            return StopAnswer(asked=False, final=final, detail=detail)

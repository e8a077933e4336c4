"""What an answer to the one request of an attempt proves."""

import pytest

from bot.ci.http.response import CiResponse, NoResponse, NotSent, SendResult
from bot.ci.http.start_result import start_result
from bot.ci.run import Refused, StartResult, Unclear


def answer(status: int, pause: float = 0.0, **headers: str) -> CiResponse:
    return CiResponse(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, "", pause=pause
    )


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (answer(200), None),
        (answer(201), None),
        (answer(204), None),
        *(
            (answer(status), Refused(transient=False, detail=f"HTTP {status}"))
            for status in (400, 401, 403, 404)
        ),
        *(
            (answer(status), Refused(transient=False, detail=f"HTTP {status}"))
            for status in (405, 410, 413, 422)
        ),
        *((answer(status), Unclear(f"HTTP {status}")) for status in (301, 302, 307, 308, 304)),
        *((answer(status), Unclear(f"HTTP {status}")) for status in (408, 409, 418, 425, 499)),
        *((answer(status), Unclear(f"HTTP {status}")) for status in (500, 502, 503, 504, 520)),
        (answer(429, 7.0), Refused(transient=True, detail="HTTP 429", retry_after=7.0)),
        (answer(429), Refused(transient=True, detail="HTTP 429", retry_after=1.0)),
        (answer(403, 30.0, Retry_After="30"), Refused(transient=True, detail="HTTP 403", retry_after=30.0)),
        (answer(503, 9.0, Retry_After="9"), Unclear("HTTP 503")),
        (NotSent("nobody there"), Refused(transient=True, detail="nobody there")),
        (NotSent("quiet", 5.0), Refused(transient=True, detail="quiet", retry_after=5.0)),
        (NotSent("never", final=True), Refused(transient=False, detail="never")),
        (NoResponse("no answer"), Unclear("no answer")),
    ],
)
def test_what_it_proves(sent: SendResult, expected: StartResult | None) -> None:
    assert start_result(sent) == expected


@pytest.mark.parametrize("status", [422, 500])
def test_what_the_ci_says_is_repeated(status: int) -> None:
    found = start_result(answer(status), "no such branch")
    assert found is not None
    assert getattr(found, "detail", "") == f"HTTP {status}: no such branch"

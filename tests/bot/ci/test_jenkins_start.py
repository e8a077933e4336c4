"""What Jenkins, or a proxy in front of it, answers to a start: not sent is told apart from unclear, with the reason."""

from dataclasses import replace

import pytest
from aiohttp import web

from bot.ci.run import Accepted, Refused, Unclear
from tests.bot.ci.jenkins_bench import CORRELATION, JOB, Bench, bench
from tests.bot.ci.jenkins_server import NOT_READY

__all__ = ["bench"]


def page(status: int, title: str, body: str = "", **headers: str) -> web.Response:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, text=text, content_type="text/html", headers=named)


def redirect(location: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


async def test_a_jenkins_that_starts_is_tried_again(bench: Bench) -> None:
    bench.server.answers = [
        web.Response(status=503, text=NOT_READY, content_type="text/html"),
        page(503, "Busy", Retry_After="9"),
    ]
    detail = "HTTP 503: Starting Jenkins"
    assert await bench.ci.start(bench.request) == Refused(transient=True, detail=detail, retry_after=5.0)
    busy = await bench.ci.start(bench.request)
    assert busy == Refused(transient=True, detail="HTTP 503: Busy", retry_after=9.0)
    assert bench.server.items == {}


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        (
            "https://sso.example.org/oauth2/authorize?state=a-secret",
            (
                "HTTP 302 to the login https://sso.example.org/oauth2/authorize: "
                "let requests with an API token pass it by"
            ),
        ),
        (
            "/login?from=%2Fjob",
            "HTTP 302 to the login ROOT/login: let requests with an API token pass it by",
        ),
        (
            "https://jenkins.example.org/job/website/job/deploy/buildWithParameters",
            (
                "HTTP 302 to https://jenkins.example.org/job/website/job/deploy/buildWithParameters: "
                "write the address of that Jenkins as `url`"
            ),
        ),
        (
            "/jenkins/job/website/job/deploy/",
            (
                "HTTP 302 to ROOT/jenkins/job/website/job/deploy/: "
                "write the address of its start page as `url`"
            ),
        ),
        (
            ".",
            "HTTP 302 to the job: a plugin of Jenkins did not let it into the queue, see its log",
        ),
    ],
)
async def test_a_redirect_is_not_sent_and_says_what_to_change(
    bench: Bench, location: str, detail: str
) -> None:
    bench.server.answers = [redirect(location)]
    answer = await bench.ci.start(bench.request)
    expected = detail.replace("ROOT", bench.fixture.url)
    assert answer == Refused(transient=False, detail=expected)


@pytest.mark.parametrize("status", [201, 302, 303])
async def test_a_redirect_to_a_queue_item_is_a_start(bench: Bench, status: int) -> None:
    bench.server.answers = [redirect("https://jenkins.example.org/jenkins/queue/item/31/", status)]
    answer = await bench.ci.start(bench.request)
    assert answer == Accepted("queue/31", f"{bench.fixture.url}{JOB}/", provisional=True)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            page(403, "Error 403 No valid crumb was included in the request"),
            "HTTP 403: No valid crumb was included in the request",
        ),
        (
            page(403, "Jenkins", "<h1>Access Denied</h1><p>bot is missing the Job/Build permission</p>"),
            "HTTP 403: bot is missing the Job/Build permission",
        ),
        (
            page(403, "Jenkins", X_Required_Permission="hudson.model.Item.Build"),
            "HTTP 403: it needs hudson.model.Item.Build",
        ),
        (page(403, "Jenkins", X_Error="Only &lt;ops&gt; may"), "HTTP 403: Only <ops> may"),
        (page(401, "Error 401 Unauthorized"), "HTTP 401: Unauthorized"),
        (page(403, "token 11f0e1d2c3b4a5968778695a4b3c2d1e0f"), "HTTP 403: token [redacted]"),
        (web.Response(status=403), "HTTP 403"),
    ],
)
async def test_a_refusal_gives_its_reason(bench: Bench, answer: web.Response, detail: str) -> None:
    bench.server.answers = [answer]
    assert await bench.ci.start(bench.request) == Refused(transient=False, detail=detail)


@pytest.mark.parametrize("status", [200, 500, 502, 504])
async def test_what_says_nothing_is_unclear(bench: Bench, status: int) -> None:
    bench.server.answers = [page(status, "Oops")]
    assert isinstance(await bench.ci.start(bench.request), Unclear)


async def test_a_stop_that_a_login_keeps_to_itself_is_not_obeyed(bench: Bench) -> None:
    lasts = replace(bench.request, target=replace(bench.request.target, deploy=bench.fixture.deploy("lasts")))
    await bench.ci.start(lasts)
    await bench.ci.status(lasts.target, CORRELATION, "queue/17")
    bench.server.stops = [redirect("https://sso.example.org/login")]
    assert not await bench.ci.cancel(lasts.target, CORRELATION, "1")
    assert await bench.ci.cancel(lasts.target, CORRELATION, "1")
    assert [build.result for build in bench.deploys.builds] == ["ABORTED"]

"""Reads Jenkins's answer to a start, queued, provably not, or unclear, and to a stop.

Sources: Jenkins's code. `ParametersDefinitionProperty.buildWithParameters` answers with the queue item, or redirects to the job
if a plugin keeps it out of the queue. While Jenkins starts or restarts, everything is answered with 503 (`HudsonIsLoading`,
`HudsonIsRestarting`). A missing crumb or permission is a 403 with its reason in the page or in headers (`CrumbFilter`,
`AccessDeniedException3`). Other redirects are those of a proxy in front of it, which keeps the request to itself.
"""

import html
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from bot.ci.http.json_access import one_line
from bot.ci.http.response import CiResponse, SendResult
from bot.ci.http.start_result import start_result, stop_answer
from bot.ci.jenkins.runs import QUEUED
from bot.ci.run import STOP_ASKED, Accepted, Refused, StartResult, StopAnswer, Unclear

_ITEM = re.compile(r"/queue/item/([0-9]{1,18})/?\Z")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_MISSING = re.compile(r"[^<>\n]{1,100} is missing the [^<>\n]{1,100} permission")
_LOGIN = re.compile(
    r"/(?:login|securityrealm|oauth2?|openid[a-z-]*|oidc|saml2?|sso|adfs|auth|authorize|signin)(?:/|\Z)",
    re.IGNORECASE,
)
_PAUSE = 5.0
"""How many seconds to leave a Jenkins alone that is starting."""


def result_of(sent: SendResult, job: str) -> StartResult:
    """Classify the answer to a start of the job with this address."""
    if not isinstance(sent, CiResponse):
        return start_result(sent) or Unclear("")
    item = _ITEM.search(urlsplit(sent.header("Location")).path)
    if item is not None and sent.status < HTTPStatus.BAD_REQUEST:
        return Accepted(f"{QUEUED}{item[1]}", job, provisional=True)
    if is_redirect(sent):
        return Refused(transient=False, detail=one_line(f"HTTP {sent.status}", _redirected(sent, job)))
    if sent.status == HTTPStatus.SERVICE_UNAVAILABLE:
        detail = one_line(f"HTTP {sent.status}:", _reason(sent) or "Jenkins is not ready to work")
        return Refused(transient=True, detail=detail, retry_after=sent.pause or _PAUSE)
    if sent.status == HTTPStatus.CONFLICT and sent.header("X-Jenkins"):
        return Refused(transient=False, detail="HTTP 409: the job is disabled")
    unclear = Unclear(f"HTTP {sent.status}: it names no queue item")
    return start_result(sent, _reason(sent)) or unclear


def stop_result_of(sent: SendResult, redact: Callable[[str], str]) -> StopAnswer:
    """Classify the answer to a stop: Jenkins redirects to a page of its own once it has obeyed."""
    if not isinstance(sent, CiResponse):
        return stop_answer(sent)
    if is_login(sent):
        return StopAnswer(asked=False, final=True, detail=redact(_redirected(sent, "")))
    if is_redirect(sent):
        return STOP_ASKED
    return stop_answer(sent, redact(_reason(sent)))


def is_redirect(sent: CiResponse) -> bool:
    """Return whether an answer points elsewhere."""
    return HTTPStatus.MULTIPLE_CHOICES <= sent.status < HTTPStatus.BAD_REQUEST and bool(
        sent.header("Location")
    )


def is_login(sent: CiResponse) -> bool:
    """Return whether an answer points to a page to log in, so that nothing was done."""
    return is_redirect(sent) and bool(_LOGIN.search(urlsplit(sent.header("Location")).path))


def _redirected(sent: CiResponse, job: str) -> str:
    """Return where a redirect points, without the query, which may hold secrets, and what to change."""
    there, here = urlsplit(urljoin(job, sent.header("Location"))), urlsplit(job)
    where = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
    if is_login(sent):
        return f"to the login {where}: let requests with an API token pass it by"
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return f"to {where}: write the address of that Jenkins as `url`"
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return "to the job: a plugin of Jenkins did not let it into the queue, see its log"
    return f"to {where}: write the address of its start page as `url`"


def _reason(sent: CiResponse) -> str:
    """Return the reason that a page gives in its headers, its text or its title."""
    missing = _MISSING.search(sent.text)
    needed, title = sent.header("X-Required-Permission"), _TITLE.search(sent.text)
    found = sent.header("X-Error") or (missing[0] if missing else "") or (needed and f"it needs {needed}")
    written = html.unescape(found or (title[1] if title else ""))
    return one_line(re.sub(rf"^\s*(?:HTTP )?Error {sent.status}\b", "", written, flags=re.IGNORECASE))

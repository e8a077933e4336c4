"""The `generic` kind: any CI with an HTTP API, described by its requests and by where its answers say what.

docs/ci-generic.yml is an example with every setting.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.policy.faults import shown
from bot.policy.kinds.kind import REMOTE_DEPLOY, SHORTEST_SECRET, KindReader, read_poll, read_secret
from bot.policy.kinds.templates import (
    IN_A_BODY,
    OF_A_RUN,
    OF_A_START,
    OF_A_TARGET,
    Templates,
    placeholders_in,
)
from bot.policy.nodes import Listing
from bot.policy.section import Section
from bot.policy.words import Shape

STATES = ("running", "succeeded", "failed", "cancelled", "timed_out")
"""What a state of the CI can be mapped to."""

LONGEST_GRACE = 600

_HOST = Shape(
    "the name or the numeric address of a host, in small letters and without a port",
    re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*"),
)
_PATH = Shape(
    "a path into an answer, like `run.id` or `items.0.id`", re.compile(r"[^\s.{}]+(?:\.[^\s.{}]+)*")
)
_FIELD = Shape("the name of a header", re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"))
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read the requests, and the hosts that they may go to; everything comes back as plain values, secrets filled in."""
    del folder
    section.need(
        trigger="the request that starts a run", status="the request that asks about a run, and its states"
    )
    templates = _hosts(section)
    trigger, search = _trigger(section, templates), _search(section, templates)
    if trigger and not trigger["id"] and not search:
        message = "a run that was started is never known: say `id` under `trigger`, or describe a `search`"
        section.findings.fault(section.place, message)
    settings: dict[str, object] = {
        "hosts": list(templates.hosts),
        "private_hosts": list(templates.private),
        "poll": read_poll(section),
        "headers": templates.headers(section, ()),
        "page": templates.link(section, "page", OF_A_RUN),
        "trigger": trigger,
        "status": _status(section, templates),
        "cancel": _cancel(section, templates),
        "search": search,
        **_webhook(section),
    }
    return settings | {"secrets": sorted(templates.secrets)}


def _hosts(section: Section) -> Templates:
    private = [each.text for each in section.texts("private_hosts", _HOST)]
    hosts = [each.text for each in section.texts("hosts", _HOST)]
    if not hosts and not private:
        section.need(hosts="where requests may go, like `[deploy.example.org]`")
    return Templates(tuple(dict.fromkeys([*hosts, *private])), tuple(private))


def _trigger(section: Section, templates: Templates) -> dict[str, object]:
    inner = section.section("trigger", "`trigger`")
    if inner is None:
        return {}
    inner.need(url="where the request that starts a run goes")
    read: dict[str, object] = {
        "method": inner.choice("method", _WRITES[:3]) or "POST",
        "url": templates.address(inner, "url", OF_A_START),
        "headers": templates.headers(inner, ("correlation_id",)),
        **templates.body(inner, IN_A_BODY),
        "id": inner.text("id", _PATH),
    }
    told = placeholders_in(read.get("json")) | placeholders_in(read["url"])
    if not told & {"correlation_id", "inputs"}:
        message = "nothing here carries `{{correlation_id}}`: without it no run can be found again"
        inner.findings.fault(inner.place, message)
    inner.close()
    return read


def _status(section: Section, templates: Templates) -> dict[str, object]:
    inner = section.section("status", "`status`")
    if inner is None:
        return {}
    inner.need(
        url="where a run is asked about",
        state="where the answer has its state, like `run.state`",
        map="what its states mean, like `{SUCCESS: succeeded, FAILURE: failed}`",
    )
    read: dict[str, object] = {
        "url": _with(inner, "run_id", templates.address(inner, "url", OF_A_RUN)),
        "state": _paths(inner, "state"),
        "map": _map(inner),
        "attempt": inner.text("attempt", _PATH),
        "detail": inner.text("detail", _PATH),
        "log_url": inner.text("log_url", _PATH),
    }
    inner.close()
    return read


def _paths(section: Section, key: str) -> list[str]:
    """Read one path, or a list of those whose values count together."""
    if isinstance(section.node(key), Listing):
        return [each.text for each in section.texts(key, _PATH)]
    written = section.text(key, _PATH)
    return [written] if written else []


def _map(section: Section) -> dict[str, str]:
    inner = section.section("map", "`map`")
    if inner is None:
        return {}
    native = [name.text for name, _ in inner.each_text(Shape("a state"))]
    read = {name: inner.choice(name, STATES) for name in native}
    if native and not {"succeeded", "failed"} <= set(read.values()):
        inner.findings.fault(inner.place, "a state has to mean `succeeded`, and one `failed`: name them")
    return read


def _cancel(section: Section, templates: Templates) -> dict[str, object]:
    inner = section.section("cancel", "`cancel`")
    if inner is None:
        return {}
    inner.need(url="where a run is asked to stop")
    read: dict[str, object] = {
        "method": inner.choice("method", _WRITES) or "POST",
        "url": templates.address(inner, "url", OF_A_RUN),
        **templates.body(inner, OF_A_RUN),
    }
    if "run_id" not in placeholders_in(read["url"]) | placeholders_in(read.get("json")):
        inner.findings.fault(inner.place, "nothing here says `{{run_id}}`: it would stop any run")
    inner.close()
    return read


def _search(section: Section, templates: Templates) -> dict[str, object]:
    inner = section.section("search", "`search`")
    if inner is None:
        return {}
    inner.need(
        url="where runs are listed",
        correlation="where a run of the list has what carries the correlation id, like `inputs.id`",
        id="where a run of the list has its id",
    )
    read: dict[str, object] = {
        "url": templates.address(inner, "url", OF_A_TARGET),
        "list": inner.text("list", _PATH),
        "correlation": inner.text("correlation", _PATH),
        "id": inner.text("id", _PATH),
        "oldest_first": inner.flag("oldest_first", default=False),
        "authoritative": inner.flag("authoritative", default=False),
        "grace": _grace(inner),
    }
    if read["authoritative"]:
        _with(inner, "correlation_id", str(read["url"]))
    inner.close()
    return read


def _grace(section: Section) -> int:
    seconds = section.seconds("grace", 120)
    if seconds > LONGEST_GRACE:
        place = section.value_place("grace")
        section.findings.fault(place, f"people wait for that long: at most {LONGEST_GRACE // 60}m")
    return seconds


def _with(section: Section, name: str, url: str) -> str:
    """Refuse an address that does not say which run or start it is about."""
    if url and name not in placeholders_in(url):
        place = section.value_place("url")
        section.findings.fault(
            place, f"the address does not say which: put {shown('{{' + name + '}}')} into it"
        )
    return url


def _webhook(section: Section) -> dict[str, object]:
    secret = read_secret(section, "webhook_secret", SHORTEST_SECRET)
    inner = section.section("webhook", "`webhook`")
    if inner is None:
        return {"webhook_secret": secret, "webhook": {}}
    if "webhook_secret" not in section:
        inner.findings.fault(inner.place, "a webhook is checked with `webhook_secret`: set it beside")
    read = {
        "header": inner.text("header", _FIELD).lower() or "x-signature-256",
        "id": inner.text("id", _PATH),
        "correlation": inner.text("correlation", _PATH),
    }
    inner.close()
    return {"webhook_secret": secret, "webhook": read}


READER = KindReader(read=read, deploy=REMOTE_DEPLOY, needed={}, announces=False)

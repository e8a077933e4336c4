"""The log of who did what, for a SIEM: one line for each accepted or refused action of a person, a token or a run.

Names are stable, and described in docs/audit.md. There is no text that people wrote in it: no reason, no note.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot import origin
from handlers.events import Event, Everywhere
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM, Eligibility, Membership, token_name
from handlers.release import Release
from storage.incoming import IncomingEvent, Outcome

log = logging.getLogger("shiproom.audit")

MESSAGE = "action"
FIELDS = (
    "at",
    "event",
    "outcome",
    "code",
    "actor",
    "actor_kind",
    "actor_name",
    "actor_teams",
    "service",
    "environment",
    "release",
    "build",
    "before",
    "after",
    "via",
    "source",
    "token",
    "head",
)
"""In the order of the page, where each is described."""

_LONGEST = 80


def log_action(incoming: IncomingEvent, outcome: Outcome, membership: Membership) -> None:
    """Log what somebody did; what the clock, a poll or an earlier decision caused is no action."""
    event = incoming.event
    actor, came = str(getattr(event, "actor", "")), origin.current()
    if actor in {"", SHIPROOM} and came.via == "shiproom":
        return
    who = _actor(actor, came, membership, incoming.at)
    for part, result, release, head in _parts(event, outcome):
        fields = {
            "at": incoming.at.isoformat(),
            "event": part.event_name,
            "outcome": "refused" if isinstance(result, Refusal) else "accepted",
            "code": result.code,
            **who,
            **_subject(part, release),
            "before": outcome.before,
            "after": release.state.value if release is not None else "",
            "via": came.via,
            "source": came.source,
            "token": came.token,
            "head": head,
        }
        log.info(MESSAGE, extra={name: _plain(value) for name, value in fields.items()})


def _parts(event: Event, outcome: Outcome) -> Iterator[tuple[Event, Reply | Refusal, Release | None, str]]:
    """Yield each event of a request with its own result: what is done in several services is one action in each."""
    if not isinstance(event, Everywhere) or not outcome.parts:
        yield event, outcome.result, outcome.release, str(outcome.head or "")
        return
    results, heads = dict(outcome.parts), {head.service: str(head) for head in outcome.heads}
    for each in event.events:
        if each.service in results:
            yield each, results[each.service], None, heads.get(each.service, "")


def _actor(actor: str, came: origin.Origin, membership: Membership, now: datetime) -> dict[str, str]:
    if actor in {"", SHIPROOM}:
        kind = "token" if came.token else came.via
        return {"actor": actor, "actor_kind": kind, "actor_name": came.token, "actor_teams": ""}
    if name := token_name(actor):
        return {"actor": actor, "actor_kind": "token", "actor_name": name, "actor_teams": ""}
    member = membership.members.get(actor)
    teams = [
        team
        for team in membership.directory.teams
        if membership.eligible(actor, team, now) is Eligibility.YES
    ]
    return {
        "actor": actor,
        "actor_kind": "person",
        "actor_name": member.name if member is not None else "",
        "actor_teams": ",".join(sorted(teams)),
    }


def _subject(event: Event, release: Release | None) -> dict[str, str | int]:
    """Return what an event is about, of the release as it is now, or of what was asked for."""
    build: Any = release.build if release is not None else getattr(event, "build", None)
    shown: Any = getattr(event, "precondition", None)
    here = release.step.environment if release is not None else ""
    named = getattr(event, "environments", ()) or (
        getattr(event, "environment", "") or getattr(shown, "environment", "") or here,
    )
    number = release.number if release is not None else getattr(event, "release", 0)
    return {
        "service": release.service
        if release is not None
        else getattr(event, "service", "") or _service(build),
        "environment": ",".join(filter(None, named)),
        "release": number,
        "build": build.version if build is not None else "",
    }


def _service(build: Any) -> str:  # noqa: ANN401 - a build or nothing
    return str(build.service) if build is not None else ""


def _plain(value: str | int) -> str | int:
    """Return a value that stays on its line and within bounds: display names are anybody's."""
    if isinstance(value, int):
        return value
    shown = "".join(each if each.isprintable() else " " for each in value)
    return shown if len(shown) <= _LONGEST or ":" in shown else shown[:_LONGEST]

"""Releases as the JSON of the API; the names are part of the contract."""

from datetime import UTC, datetime
from typing import Any

from handlers.gates import Asked
from handlers.gates.verdict import Reason
from handlers.step import SignOff, Step
from handlers.why import answers
from storage.codec import moment
from storage.history import HistoryLine
from storage.reading import Picture


def release_json(picture: Picture, now: datetime) -> dict[str, Any]:
    """Give a release with its steps, gates, sign-offs and history."""
    release = picture.release
    build = release.build
    return {
        "number": release.number,
        "kind": release.kind.value,
        "service": release.service,
        "build": {
            "version": build.version,
            "sha": build.sha,
            "digest": build.digest,
            "branch": build.branch,
            "url": build.url,
        },
        "state": release.state.value,
        "requester": release.requesters[0] if release.requesters else None,
        "created_at": time_json(release.created_at),
        "steps": [_step(picture, step, now) for step in release.steps],
        "history": [_line(line) for line in picture.history],
    }


def _step(picture: Picture, step: Step, now: datetime) -> dict[str, Any]:
    release = picture.release
    asked = answers(release, picture.facts, now) if step is release.step else ()
    run = step.run
    return {
        "environment": step.environment,
        "state": step.state.value,
        "attempt": step.attempt,
        "requested": step.requested,
        "run": None if run is None else {"ci": run.ci, "id": run.id, "url": run.url, "state": run.state},
        "gates": [_gate(answer) for answer in asked],
        "sign_offs": [_sign_off(signed) for signed in step.sign_offs],
    }


def _gate(answer: Asked) -> dict[str, Any]:
    """`who` names teams as the policy does, with the accounts beside them nowhere: those change while a release waits."""
    first = answer.reasons[0] if answer.reasons else Reason("")
    until = min((reason.until for reason in answer.reasons if reason.until is not None), default=None)
    who = tuple(dict.fromkeys(each for reason in answer.reasons for each in reason.who))
    return {
        "kind": answer.gate,
        "name": answer.name,
        "verdict": answer.verdict.value,
        "why": "; ".join(plain_reason(reason) for reason in answer.reasons) if first.code else "",
        "who": list(who),
        "until": None if until is None else time_json(until),
    }


def plain_reason(reason: Reason) -> str:
    """Write a reason's code and values on one line, for machines and logs."""
    values = ", ".join(f"{name}={value}" for name, value in reason.values.items() if value)
    return f"{reason.code} ({values})" if values else reason.code


def _sign_off(signed: SignOff) -> dict[str, Any]:
    return {
        "team": signed.team,
        "user": signed.user,
        "at": time_json(signed.at),
        "note": signed.note,
        "verdict": signed.verdict,
        "spent": signed.spent,
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    outcome = line.outcome.get("refused") or line.outcome.get("reply") or ""
    return {
        "row": line.row,
        "at": time_json(moment(line.at)),
        "actor": line.actor,
        "event": line.event,
        "outcome": outcome,
        "refused": "refused" in line.outcome,
        "to": line.outcome.get("to", ""),
    }


def time_json(time: datetime) -> str:
    """Write a time as RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")

"""Releases as the JSON of the API; the names are part of its contract."""

from datetime import UTC, datetime

from bot.health import Condition
from bot.http.answers import (
    GateJson,
    HistoryJson,
    ReleaseJson,
    ReviewJson,
    SignOffJson,
    SilenceJson,
    StepJson,
)
from handlers.gate import GateResult, Reason
from handlers.sign_offs import SignOff
from handlers.step import Step
from handlers.why import gate_results
from storage.codec import moment
from storage.history import HistoryLine
from storage.reading import ReleaseSnapshot


def release_json(snapshot: ReleaseSnapshot, now: datetime, silence: Condition | None = None) -> ReleaseJson:
    """Return a release with its steps, gates, sign-offs and history; `silence` is why its CI cannot be asked about it."""
    release = snapshot.release
    build = release.build
    return {
        "number": release.number,
        "kind": release.kind,
        "service": release.service,
        "build": {
            "version": build.version,
            "sha": build.sha,
            "digest": build.digest,
            "branch": build.branch,
            "url": build.url,
        },
        "state": release.state,
        "requester": release.requesters[0] if release.requesters else None,
        "created_at": time_json(release.created_at),
        "steps": [_step(snapshot, step, now) for step in release.steps],
        "silent": silence_json(silence),
        "review": _review(snapshot, now),
        "history": [_line(line) for line in snapshot.history],
    }


def _review(snapshot: ReleaseSnapshot, now: datetime) -> ReviewJson | None:
    """Return the review that an emergency owes, or what it found; None if none was ever owed."""
    release, done = snapshot.release, snapshot.release.review
    if done is not None:
        return {
            "state": "waived" if done.waived else "done",
            "by": done.by,
            "at": time_json(done.at),
            "note": done.note,
            "due": None,
        }
    reviews = snapshot.facts.environment_state(release.step.environment).reviews
    owed = next((each for each in reviews if each.release == release.number), None)
    if owed is None:
        return None
    return {
        "state": "overdue" if owed.is_overdue(now) else "owed",
        "by": owed.by,
        "at": None,
        "note": "",
        "due": time_json(owed.due),
    }


def silence_json(silence: Condition | None) -> SilenceJson | None:
    """Return what does not answer, since when, and why; None if all does."""
    if silence is None or silence.refused_since is None:
        return None
    return {
        "connection": silence.name,
        "since": time_json(silence.refused_since),
        "why": silence.refusal,
    }


def _step(snapshot: ReleaseSnapshot, step: Step, now: datetime) -> StepJson:
    release = snapshot.release
    results = gate_results(release, snapshot.facts, now) if step is release.step else ()
    run = step.run
    return {
        "environment": step.environment,
        "state": step.state,
        "attempt": step.attempt,
        "requested": step.requested,
        "taken_over": f"r{step.taken_over}" if step.taken_over else None,
        "run": None if run is None else {"ci": run.ci, "id": run.id, "url": run.url, "state": run.state},
        "gates": [_gate(result) for result in results],
        "sign_offs": [_sign_off(signed) for signed in step.sign_offs],
    }


def _gate(result: GateResult) -> GateJson:
    """Return a gate; `who` names teams as the policy does.

    Their accounts are left out, as those change while a release waits.
    """
    first = result.reasons[0] if result.reasons else Reason("")
    until = min((reason.until for reason in result.reasons if reason.until is not None), default=None)
    who = tuple(dict.fromkeys(each for reason in result.reasons for each in reason.who))
    return {
        "kind": result.gate,
        "name": result.name,
        "verdict": result.verdict,
        "why": "; ".join(plain_reason(reason) for reason in result.reasons) if first.code else "",
        "who": list(who),
        "until": None if until is None else time_json(until),
    }


def plain_reason(reason: Reason) -> str:
    """Return a reason's code and values on one line, for machines and logs."""
    values = ", ".join(f"{name}={value}" for name, value in reason.values.items() if value)
    return f"{reason.code} ({values})" if values else reason.code


def _sign_off(signed: SignOff) -> SignOffJson:
    """Return a sign-off; one whose signer may not sign any more is no yes."""
    return {
        "team": signed.team,
        "user": signed.user,
        "at": time_json(signed.at),
        "note": signed.note,
        "verdict": "yes" if signed.counts else "no",
        "spent": signed.spent,
        "alone": signed.alone,
        "stands_for": signed.stands_for or None,
    }


def _line(line: HistoryLine) -> HistoryJson:
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
    """Return a time as RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")

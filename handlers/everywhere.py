"""Joins what is posted about environments of several services: one message per channel and per person."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.effects import DirectMessage, Effect, PostToChannel
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan

Result = Decision | Refusal


def joined(results: Mapping[str, Result], plans: Mapping[str, Plan]) -> dict[str, Result]:
    """Return the results of one event by service, of which one in each channel posts for all of its services."""
    posting: dict[tuple[str, str], list[str]] = {}
    for service, result in results.items():
        for effect in result.effects if isinstance(result, Decision) else ():
            if isinstance(effect, PostToChannel | DirectMessage):
                posting.setdefault(_reader(effect, plans), []).append(service)
    return {
        service: replace(result, effects=_posts(service, result.effects, posting, plans))
        if isinstance(result, Decision)
        else result
        for service, result in results.items()
    }


def _reader(effect: PostToChannel | DirectMessage, plans: Mapping[str, Plan]) -> tuple[str, str]:
    """Return who reads a message: people of a channel, or one person; and what it is about."""
    if isinstance(effect, DirectMessage):
        return effect.user, effect.code
    return plans[effect.service].channel, effect.code


def _posts(
    service: str,
    effects: tuple[Effect, ...],
    posting: Mapping[tuple[str, str], list[str]],
    plans: Mapping[str, Plan],
) -> tuple[Effect, ...]:
    kept: list[Effect] = []
    for effect in effects:
        if not isinstance(effect, PostToChannel | DirectMessage):
            kept.append(effect)
            continue
        services = posting[_reader(effect, plans)]
        if len(services) == 1:
            kept.append(effect)
        elif services[0] == service:
            values = {**effect.values, "services": ", ".join(services)}
            kept.append(replace(effect, values=values))
    return tuple(kept)


def reply_about(results: Mapping[str, Result]) -> Reply | Refusal:
    """Return one answer about all services; a refusal if every service refuses.

    Of a single service it is the service's own answer. `services` are those where something was done.
    """
    done = {service: each for service, each in results.items() if isinstance(each, Decision)}
    replies = {service: each.reply for service, each in done.items()}
    refusals = {service: result for service, result in results.items() if isinstance(result, Refusal)}
    if len(results) == 1:
        return next(iter((*replies.values(), *refusals.values())))
    if not replies:
        return _refused(refusals)
    first = next(iter(replies.values()))
    told = {key: _gathered(replies, key) for key in ("still", "beside", "owners", "stand_ins", "alone")}
    told["services"] = ", ".join(replies)
    for code in {each.code for each in refusals.values()}:
        told[code] = ", ".join(name for name, each in refusals.items() if each.code == code)
    return replace(first, values={**first.values, **{key: value for key, value in told.items() if value}})


def _refused(refusals: Mapping[str, Refusal]) -> Refusal:
    """Return why every service refuses, with all services that refuse for that; that others own what is there goes first."""
    first = next(
        (each for each in refusals.values() if each.values.get("owners")), next(iter(refusals.values()))
    )
    alike = {service: each for service, each in refusals.items() if each.code == first.code}
    if len(alike) == 1 or "service" not in first.values:
        return first
    told = {"services": ", ".join(alike), "owners": _gathered(alike, "owners")}
    return replace(first, values={**first.values, **{key: value for key, value in told.items() if value}})


def _gathered(replies: Mapping[str, Reply | Refusal], key: str) -> str:
    named = (name for reply in replies.values() for name in reply.values.get(key, "").split(", ") if name)
    return ", ".join(dict.fromkeys(named))

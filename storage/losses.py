"""Applies an operator's word that a database has lost what was confirmed of a service."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.build import Build
from handlers.decide import decide_environment
from handlers.effects import PostToChannel, ShowCard
from handlers.environments import Loss, RunTold
from handlers.events import LossSettled
from handlers.facts import Facts
from handlers.outcome import Refusal
from handlers.release import Release
from handlers.reports import RecordsLost
from storage import builds, deliveries, effects, environments, releases
from storage.deciding import DecisionInput, decide_and_save
from storage.deliveries import Answer
from storage.incoming import Context, IncomingEvent, Outcome, effect_names, entry_of
from storage.policies import PolicyBehindError
from storage.recording import Changes, Locked, record

_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")


def apply_settled_loss(
    connection: Connection, incoming: IncomingEvent, event: LossSettled, context: Context
) -> Outcome:
    """Record the word, and end what is open of the service, so that nothing which was sent before is sent again.

    Nothing is recorded of a refusal: the chain is not gone on with before it is settled.
    """
    plan = context.policy.plans.get(event.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.service}))
    # Releases are locked before their service, as by every other event.
    opened = _lock_open(connection, event.service)
    states, head = environments.lock(connection, event.service)
    if head.policy > context.policy.number:
        raise PolicyBehindError
    told = context.told.get(event.service, {})
    facts = Facts(
        context.membership,
        states,
        context.capabilities,
        loss=context.confirmed.loss(connection, head),
        told=told,
        named={name: _build_named(connection, event, word, told.get(name)) for name, word in event.live},
    )
    decision = decide_environment(plan, event, facts, incoming.at)
    if isinstance(decision, Refusal):
        return Outcome(decision, None, facts)
    outcome = {"reply": decision.reply.code, **decision.reply.values}
    changes = Changes(decision.environments, decision.effects)
    head = record(connection, Locked(states, head), entry_of(incoming, 0, outcome), changes)
    states = {**states, **decision.environments}
    for release in opened:
        lost = RecordsLost(release.number, event.actor, event.reason)
        given = DecisionInput(release, release, replace(facts, environments=states), head)
        decide_and_save(connection, replace(incoming, event=lost), given, lost)
        states, head = environments.lock(connection, event.service)
    return Outcome(decision.reply, None, facts, head, effects=effect_names(decision))


def _lock_open(connection: Connection, service: str) -> list[Release]:
    numbers = releases.open_numbers(connection, service)
    return [release for number in numbers if (release := releases.lock(connection, number)) is not None]


def _build_named(connection: Connection, event: LossSettled, word: str, told: RunTold | None) -> Build | None:
    """Return the build that an operator names by its version or commit, None for nothing.

    One that was built after the backup has nothing but its name, and its commit if its CI tells that.
    """
    if not word:
        return None
    found = builds.named(connection, event.service, word)
    if found:
        return found[0]
    commit = word.lower() if _COMMIT.match(word.lower()) else ""
    if told is not None and (word == told.version or (commit and told.sha.startswith(commit))):
        known = builds.of_commit(connection, event.service, told.sha) if told.sha else None
        return known or Build(event.service, told.version, told.sha, "")
    return Build(event.service, word, commit, "")


def tell(connection: Connection, service: str, loss: Loss, now: datetime) -> None:
    """Post in the channel of a service what is lost of it, once for all processes; its cards say so, too."""
    once = f"behind {service} {loss.lost}"
    if deliveries.find(connection, once) is not None:
        return
    deliveries.remember(connection, once, Answer(), now)
    values = {"service": service, "lost": loss.lost, "found": str(loss.found), "backup": loss.backup}
    told = PostToChannel(service, "restored" if loss.backup_at is not None else "behind", values)
    effects.add(connection, (told,), now)
    show_cards(connection, service, now)


def show_cards(connection: Connection, service: str, now: datetime) -> None:
    """Draw the cards of a service's open releases: whether records of it are lost has changed."""
    cards = [ShowCard(number) for number in releases.open_numbers(connection, service)]
    effects.add(connection, cards, now)

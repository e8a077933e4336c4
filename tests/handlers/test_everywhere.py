"""Locks of everything: one answer, one message per channel and per person, and each service decided for itself."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.actions.lock import Locked
from handlers.actions.unlock import Unlocked
from handlers.decide import decide_everywhere
from handlers.effects import DirectMessage, NotifyOpen, PostToChannel
from handlers.environments import Lock
from handlers.events import EnvironmentEvent, Everywhere, LockedByToken
from handlers.everywhere import reply_about
from handlers.outcome import Decision, Refusal
from tests.handlers.builders import MARA, NOW, TIM, environment_state, facts, lock, plan

PLANS = {
    name: replace(plan(), service=name, channel=channel)
    for name, channel in (("api", "C0ONE"), ("cart", "C0ONE"), ("shop", "C0TWO"))
}
ALL = ("staging", "production")


def decided(
    *events: EnvironmentEvent, locks: Mapping[str, tuple[Lock, ...]] | None = None
) -> dict[str, Decision | Refusal]:
    there = {
        service: facts(environment_state("production", locks=(locks or {}).get(service, ())))
        for service in PLANS
    }
    return decide_everywhere(PLANS, Everywhere(events, events[0].actor), there, NOW)


def posts(results: Mapping[str, Decision | Refusal]) -> list[tuple[str, str]]:
    effects = [each for result in results.values() if isinstance(result, Decision) for each in result.effects]
    return [
        (each.user if isinstance(each, DirectMessage) else each.service, each.values.get("services", ""))
        for each in effects
        if isinstance(each, PostToChannel | DirectMessage)
    ]


def test_a_lock_of_everything_posts_once_per_channel() -> None:
    results = decided(*(Locked(name, ALL, TIM, "incident") for name in PLANS))
    assert posts(results) == [("api", "api, cart"), ("shop", "")]
    for service, result in results.items():
        assert isinstance(result, Decision)
        assert NotifyOpen(service, "reevaluate") in result.effects
    reply = reply_about(results)
    assert (reply.code, reply.values["services"]) == ("locked", "api, cart, shop")


def test_one_service_answers_for_itself() -> None:
    results = decided(Locked("api", ALL, TIM, "incident"))
    assert "services" not in reply_about(results).values


def test_an_unlock_of_everything_names_what_others_lock_and_tells_each_owner_once() -> None:
    locks = {"api": (lock(TIM),), "cart": (lock(TIM), lock(MARA)), "shop": (lock(MARA),)}
    own = reply_about(decided(*(Unlocked(name, ALL, TIM, "own") for name in PLANS), locks=locks))
    told = {name: own.values[name] for name in ("services", "still", "locked_by_others")}
    assert told == {"services": "api, cart", "still": MARA, "locked_by_others": "shop"}
    everyone = decided(*(Unlocked(name, ALL, TIM, "all") for name in PLANS), locks=locks)
    assert [each for each in posts(everyone) if each[0] == MARA] == [(MARA, "cart, shop")]


def test_where_nothing_is_done_the_answer_names_every_service() -> None:
    results = decided(*(Unlocked(name, ALL, TIM, "own") for name in PLANS))
    names = {"environment": "staging, production", "service": "api"}
    assert reply_about(results) == Refusal("not_locked", {**names, "services": "api, cart, shop"})


def test_where_others_locked_all_who_did_and_where_are_named() -> None:
    unlocks = [Unlocked(name, ALL, TIM, "own") for name in PLANS]
    locks = {"cart": (lock(MARA),), "shop": (lock("U2"), lock(MARA))}
    several = reply_about(decided(*unlocks, locks=locks))
    assert (several.code, several.values["services"]) == ("locked_by_others", "cart, shop")
    assert several.values["owners"] == f"{MARA}, U2"
    one = reply_about(decided(*unlocks, locks={"cart": (lock(MARA),)}))
    assert (one.values["service"], one.values["owners"], "services" in one.values) == ("cart", MARA, False)


def test_a_refusal_that_is_about_no_service_is_answered_as_it_is() -> None:
    results = decided(*(Locked(name, ALL, TIM, "") for name in PLANS))
    assert reply_about(results) == Refusal("reason_needed", {"action": "lock"})


def test_a_lock_that_stands_already_posts_nothing() -> None:
    event = LockedByToken("api", ("production",), "token:incidents", "INC-7", "down")
    known = Lock("token:incidents", NOW, "down", None, 0, "", "INC-7")
    results = decided(event, replace(event, service="cart"), locks={"api": (known,)})
    assert posts(results) == [("cart", "")]

import re
from typing import get_args

import pytest

from handlers import effects, events, reports
from tests.handlers.builders import NOW, TIM, build


@pytest.mark.parametrize(
    ("effect", "place"),
    [
        (effects.ShowCard(4), "card:4"),
        (effects.PostToThread(4, "done"), "thread:4"),
        (effects.Call(4, "failed"), "call:4"),
        (effects.CloseCalls(4), "call:4"),
        (effects.Trigger(4, "abc"), "run:abc"),
        (effects.StopRun(4, "abc", "run7"), "run:abc"),
        (effects.Notify(reports.Reevaluated(4)), "notify:4"),
        (effects.Notify(reports.Displaced(4, "production", 5, TIM)), "notify:4"),
        (effects.Notify(events.Started(build(), "staging", TIM, ())), "notify:2.1.0"),
        (effects.Announce("website", "2.1.0"), "announce:website"),
        (effects.PostToChannel("website", "locked"), "post_to_channel:website"),
        (effects.DirectMessage("website", TIM, "unlocked"), "direct_message:website"),
        (effects.Remind(TIM, "website", NOW), f"remind:{TIM}"),
        (effects.TellAuthors(4), "authors:4"),
        (effects.NotifyOpen("website", "reevaluate"), "notify_open:website"),
        (effects.CompareBuilds("website"), "compare_builds:website"),
        (effects.PostReport("C0SHIP", NOW, NOW), "report:C0SHIP"),
        (effects.AskToStart(TIM, "website", "staging", "", "Fx1"), "step:Fx1"),
        (effects.AwaitRelease(4, "", "Fx1"), "step:Fx1"),
        (effects.EndStep("Fx1", {"outcome": "live"}), "step:Fx1"),
    ],
)
def test_effects_of_one_destination_stay_in_order(effect: effects.Effect, place: str) -> None:
    assert effects.destination(effect) == place


def test_every_effect_has_a_name_of_its_own() -> None:
    assert set(effects.EFFECT_NAMES) == set(get_args(effects.Effect))
    names = list(effects.EFFECT_NAMES.values())
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)


def test_an_effect_is_named() -> None:
    assert effects.effect_name(effects.ShowCard(4)) == "show_card"
    assert effects.effect_name(effects.NotifyOpen("website", "reevaluate")) == "notify_open"

import pytest

from handlers import effects as does
from handlers import events, reports
from tests.handlers.making import TIM, build


@pytest.mark.parametrize(
    ("effect", "place"),
    [
        (does.ShowCard(4), "card:4"),
        (does.Say(4, "done"), "thread:4"),
        (does.Trigger(4, "abc"), "run:abc"),
        (does.StopRun(4, "abc", "run7"), "run:abc"),
        (does.Tell(reports.Looked(4)), "told:4"),
        (does.Tell(reports.Displaced(4, "production", 5, TIM)), "told:4"),
        (does.Tell(events.Started(build(), "staging", TIM, ())), "told:2.1.0"),
        (does.Announce("website", "2.1.0"), "announce:website"),
        (does.Proclaim("website", "locked"), "proclaim:website"),
        (does.Whisper("website", TIM, "unlocked"), "whisper:website"),
        (does.TellOpen("website", "look"), "tellopen:website"),
    ],
)
def test_effects_of_one_destination_stay_in_order(effect: does.Effect, place: str) -> None:
    assert does.destination(effect) == place

"""The races about who holds a release, stands for it, or stands in for somebody, and about a freeze that begins."""

from dataclasses import replace
from datetime import timedelta

from handlers.actions.back import CameBack
from handlers.actions.hold import Held
from handlers.actions.take import Taken
from handlers.events import Event
from handlers.people import Team
from tests.handlers.builders import MARA, NOW, TEAMS, TIM
from tests.races.harness import Lane, Race
from tests.races.races import THIRD, second_op_signs, tim_signs

STOOD_IN = {**TEAMS, "ops": Team("ops", (TIM,), stand_ins=(MARA,))}


def mara_holds(lane: Lane) -> Event:
    return Held(lane.number, MARA, "legal looks")


def tim_takes(lane: Lane) -> Event:
    return Taken(lane.number, TIM)


def mara_signs_for_tim(lane: Lane) -> Event:
    return replace(tim_signs(lane), actor=MARA)


def tim_is_back(lane: Lane) -> Event:
    return CameBack(lane.service, (), TIM, TIM)


HOLDS = (
    Race(
        "hold",
        tim_signs,
        mara_holds,
        {
            ("held", "signed"): "waiting",
            ("signed", "held", "void_intent"): "waiting",
            ("signed", "send", "too_late_to_hold"): "deploying",
        },
    ),
    Race(
        "take",
        tim_signs,
        tim_takes,
        {
            ("taken", "requester_may_not_sign"): "waiting",
            ("signed", "too_late_to_take", "send"): "deploying",
            ("signed", "send", "too_late_to_take"): "deploying",
        },
    ),
    Race(
        "stand-in-back",
        mara_signs_for_tim,
        tim_is_back,
        {
            ("signed", "back", "send"): "deploying",
            ("signed", "send", "back"): "deploying",
            ("back", "stands_in_for_nobody"): "waiting",
        },
        teams=STOOD_IN,
        away=(TIM,),
        runs=THIRD,
    ),
    Race(
        "freeze-begins",
        tim_signs,
        second_op_signs,
        {("signed", "not_waiting", "grant_void"): "waiting", ("signed", "grant_void", "signed"): "waiting"},
        frozen_from=NOW + timedelta(seconds=20),
        slow=timedelta(seconds=30),
        runs=THIRD,
    ),
)

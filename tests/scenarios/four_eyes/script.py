"""Reads a way's script and plays it on a service."""

import asyncio

from tests.scenarios.four_eyes.judging import judge
from tests.scenarios.four_eyes.way import LOOK, Way

NOTICED = 150.0
"""Virtual seconds until the bot has seen a run that it did not start."""

OTHERS = "Deploy to production [0123456789abcdef0123]"


async def play(way: Way, script: str) -> None:
    """Let everything happen that the script says, in its order."""
    for line in script.split("; "):
        verb, *words = line.split()
        try:
            await _happens(way, verb, words)
        except AssertionError as failed:
            raise AssertionError(f"at `{line}`: {failed}") from failed


async def _happens(way: Way, verb: str, words: list[str]) -> None:
    match verb, words:
        case "push", [written]:
            way.push(written)
        case "on", [branch, *start]:
            way.on(branch, *start)
        case "compares", [answer]:
            way.answering = answer == "ok"
            way.host.compares("" if answer == "ok" else answer)
        case "rerun", _:
            way.host.rerun(0 if words else -1)
            await asyncio.sleep(NOTICED)
        case "outside", [event, *more]:
            title = OTHERS if "bot" in more else ""
            way.outside(event, title, fork="fork" in more, succeeds="fails" not in more)
            await asyncio.sleep(NOTICED)
        case "build" | "again", _:
            await _builds(way, verb, words)
        case _:
            await _people_do(way, verb, words)


async def _builds(way: Way, verb: str, words: list[str]) -> None:
    forged = words[1] if words[:1] == ["as"] else words[0] if verb == "again" and words == ["tim"] else ""
    changes = "untold" not in words
    if verb == "again":
        await way.posts_again(changes=changes, forged=forged)
    elif "late" in words:
        tip = way.tips[way.branch]
        await way.build(place=1, sha=way.commits[tip].parent)
    else:
        await way.build(changes=changes, forged=forged, empty="empty" in words)


async def _people_do(way: Way, verb: str, words: list[str]) -> None:
    match verb, words:
        case "starts" | "ships" | "breaks", []:
            await {"starts": way.starts, "ships": way.ships, "breaks": way.breaks}[verb]()
        case "cancels", _:
            if words:
                await way.waives()
            await way.says("Sam", f"cancel r{way.number} not this one")
            await asyncio.sleep(LOOK)
        case "rollback", [place]:
            await way.rolls_back(int(place))
        case "knows", [name]:
            await way.knows(name)
        case "judge", _:
            clearing, place = [*words, *("waive", "-1")[len(words) :]]
            await judge(way, clearing, int(place))
        case _:
            raise LookupError(verb)

"""Lists the channels, people and user groups of a workspace, page by page, for whoever writes a policy."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, TypeAlias, cast

from bot.slack_client.advice import lacking, refused, unreachable
from bot.slack_client.results import CallDeferred, CallRejected, CallSucceeded
from bot.slack_client.web import SlackWeb

PAGE = 999
"""The most that a page may have (docs.slack.dev/reference/methods/conversations.list: "an integer under 1000")."""

ATTEMPTS = 3
"""How often a page is requested that gets no answer; one that comes too early is requested again until it gets one."""

Kind: TypeAlias = Literal["channel", "person", "group"]
KINDS: tuple[Kind, ...] = ("channel", "person", "group")
_SIGNS = {"channel": "#", "person": "", "group": "@"}
_WORD = re.compile(r"[^\W_]+")


class DirectoryError(Exception):
    """Slack does not list what is asked for; the message is a sentence for the operator."""


class Nearness(IntEnum):
    """How well an entry fits a word; lower is nearer."""

    IT = 0
    NAMED_SO = 1
    HAS_THE_WORD = 2
    CONTAINS = 3
    NOT = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A channel, a person or a user group; `others` are their further names."""

    kind: Kind
    id: str
    name: str
    others: tuple[str, ...] = ()
    email: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """Return the name on one line, as it stands beside the id in a policy: without what is nobody else's business."""
        return "".join(each if each.isprintable() else " " for each in f"{_SIGNS[self.kind]}{self.name}")

    @property
    def title(self) -> str:
        """Return on one line the name as Slack shows it, with what tells it from others of the same name."""
        beside = [each for each in (self.email, *(f"@{other}" for other in self.others), self.note) if each]
        shown = "".join(each if each.isprintable() else " " for each in ", ".join(beside))
        return f"{self.label} ({shown})" if beside else self.label

    def nearness(self, word: str) -> Nearness:
        """Return how well a word names this."""
        wanted = word.strip().lstrip("#@").casefold()
        names = [each.casefold() for each in (self.name, *self.others)]
        if word.strip() == self.id or (self.email and wanted == self.email.casefold()):
            return Nearness.IT
        if wanted in names:
            return Nearness.NAMED_SO
        if any(wanted in _WORD.findall(name) for name in names):
            return Nearness.HAS_THE_WORD
        return Nearness.CONTAINS if wanted and any(wanted in name for name in names) else Nearness.NOT


def nearest(listed: Iterable[Listed], word: str) -> tuple[Nearness, list[Listed]]:
    """Return what fits a word best, and how well; nothing if nothing fits."""
    ranked = [(each.nearness(word), each) for each in listed]
    best = min((rank for rank, _ in ranked), default=Nearness.NOT)
    return best, [] if best is Nearness.NOT else [each for rank, each in ranked if rank is best]


class WorkspaceDirectory:
    """Asks Slack for its lists; each is asked for once and kept.

    `waiting` is told of each pause that Slack asks for.
    """

    def __init__(
        self,
        slack: SlackWeb,
        url: str,
        waiting: Callable[[float], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slack = slack
        self._url = url
        self._waiting = waiting
        self._sleep = sleep
        self._kept: dict[Kind, tuple[Listed, ...]] = {}

    async def listed(self, kind: Kind) -> tuple[Listed, ...]:
        """Return all channels, people or user groups that can be named in a policy.

        Raises DirectoryError if Slack refuses or does not answer.
        """
        if kind not in self._kept:
            ask = {"channel": self._channels, "person": self._people, "group": self._groups}[kind]
            self._kept[kind] = tuple(await ask())
        return self._kept[kind]

    async def _channels(self) -> list[Listed]:
        """List the public channels, and the private ones that the bot is in, each as far as its scope goes."""
        found: list[Listed] = []
        lacked: list[str] = []
        for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read")):
            try:
                pages = await self._pages(
                    "conversations.list", "channels", {"types": kind, "exclude_archived": "true"}
                )
            except _LacksScopeError:
                lacked.append(scope)
            else:
                found.extend(_channel(each) for each in pages)
        if not found and lacked:
            raise DirectoryError(lacking(lacked[0]))
        return found

    async def _people(self) -> list[Listed]:
        members = await self._pages("users.list", "members", {})
        return [_person(each) for each in members if _is_a_person(each)]

    async def _groups(self) -> list[Listed]:
        groups = await self._pages("usergroups.list", "usergroups", {})
        return [
            Listed("group", _text(each, "id"), _text(each, "handle"), _names(each, "handle", "name"))
            for each in groups
            if not each.get("date_delete")
        ]

    async def _pages(self, method: str, key: str, arguments: dict[str, str]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            paged = (
                {} if key == "usergroups" else {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            )
            answer = await self._answer(method, {**arguments, **paged})
            listed: object = answer.get(key)
            items.extend(_objects(listed))
            onward: object = answer.get("response_metadata")
            cursor = _text(cast("dict[str, Any]", onward), "next_cursor") if isinstance(onward, dict) else ""
            if not cursor:
                return items

    async def _answer(self, method: str, arguments: dict[str, str]) -> dict[str, Any]:
        failures = 0
        while True:
            result = await self._slack.call(method, arguments, read=True)
            if isinstance(result, CallSucceeded):
                return result.answer
            if isinstance(result, CallRejected):
                refusal = _LacksScopeError if result.error == "missing_scope" else DirectoryError
                raise refusal(refused(result))
            await self._pause(result, failures)
            failures += result.failed

    async def _pause(self, result: CallDeferred, failures: int) -> None:
        if result.failed and failures + 1 >= ATTEMPTS:
            raise DirectoryError(unreachable(result, self._url))
        if not result.failed:
            self._waiting(result.seconds)
        await self._sleep(result.seconds)


class _LacksScopeError(DirectoryError):
    """A list needs a scope that the app lacks."""


def _objects(listed: object) -> Iterator[dict[str, Any]]:
    for each in cast("list[object]", listed) if isinstance(listed, list) else ():
        if isinstance(each, dict):
            yield cast("dict[str, Any]", each)


def _text(of: dict[str, Any], key: str) -> str:
    value: object = of.get(key)
    return value if isinstance(value, str) else ""


def _names(of: dict[str, Any], first: str, *keys: str) -> tuple[str, ...]:
    """Return further names, each once, without the first."""
    found = dict.fromkeys(_text(of, key) for key in keys)
    return tuple(each for each in found if each and each.casefold() != _text(of, first).casefold())


def _channel(of: dict[str, Any]) -> Listed:
    notes = ["private"] if of.get("is_private") else []
    notes += [] if of.get("is_member") else ["the bot is not in it yet"]
    return Listed("channel", _text(of, "id"), _text(of, "name"), note=", ".join(notes))


def _person(of: dict[str, Any]) -> Listed:
    profile: dict[str, Any] = of.get("profile") or {}
    name = _text(profile, "real_name") or _text(of, "real_name") or _text(of, "name")
    found = dict.fromkeys((_text(profile, "display_name"), _text(of, "name")))
    others = tuple(each for each in found if each and each.casefold() != name.casefold())
    guest = of.get("is_restricted") or of.get("is_ultra_restricted")
    return Listed("person", _text(of, "id"), name, others, _text(profile, "email"), "guest" if guest else "")


def _is_a_person(of: dict[str, Any]) -> bool:
    """Return whether this is somebody with an account here; Slackbot is not marked as a bot (docs.slack.dev, users.list)."""
    return not (of.get("deleted") or of.get("is_bot") or of.get("is_stranger") or of.get("id") == "USLACKBOT")

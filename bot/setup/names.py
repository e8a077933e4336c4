"""Finds who is meant: a channel, people or user groups, by name, by e-mail address or by id."""

import re
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from bot.schema.words import CHANNEL, USER, USERGROUP
from bot.setup.terminal import AnswerError, Terminal
from bot.slack_client.directory import DirectoryError, Kind, Listed, Nearness, WorkspaceDirectory, nearest

T = TypeVar("T")
MOST_OFFERED = 9
_ID = {"channel": CHANNEL, "person": USER, "group": USERGROUP}
_NOUN = {"channel": "channel", "person": "person", "group": "user group"}
_SEPARATOR = re.compile(r"\s*[,;]\s*")
_CLEAR = "Say which one by its id (`shiproom ids` shows them), or by the e-mail address."


class Runner(Protocol):
    """Runs a coroutine to its end."""

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Return what it returns."""
        ...


class Names:
    """Looks names up in Slack; without a directory only ids are taken, with a name behind each if wanted."""

    def __init__(self, terminal: Terminal, runner: Runner, directory: WorkspaceDirectory | None) -> None:
        self._terminal = terminal
        self._runner = runner
        self._directory = directory

    def channel(self, written: str) -> Listed:
        """Return a channel.

        Raises AnswerError if there is none, or it is not clear which.
        """
        if not written:
            raise AnswerError("A service needs a channel: write its name.")
        return self._find(written, ("channel",))

    def members(self, written: str) -> tuple[Listed, ...]:
        """Return the people and user groups of a list; empty if the list is.

        Raises AnswerError if one is not there, or not clear, or there is a second user group.
        """
        words = [word for word in _SEPARATOR.split(written) if word]
        found = dict.fromkeys(
            self._find(word, ("group",) if word.startswith("@") else ("person", "group")) for word in words
        )
        if len([each for each in found if each.kind == "group"]) > 1:
            raise AnswerError("A team has one user group at most, besides people: leave the others out.")
        return tuple(found)

    def _find(self, word: str, kinds: Sequence[Kind]) -> Listed:
        if self._directory is None:
            return _from_id(word, kinds)
        listed, fault = self._listed(self._directory, kinds)
        rank, found = nearest(listed, word)
        if len(found) == 1 and rank is not Nearness.CONTAINS:
            return found[0]
        nouns = " or ".join(_NOUN[kind] for kind in kinds)
        if not found:
            try:
                return _from_id(word, kinds)
            except AnswerError:
                unknown = f"{fault} Until then write the id." if fault else _unknown(word, nouns, kinds)
                raise AnswerError(unknown) from None
        return self._choose(word, found, nouns, several=rank is not Nearness.CONTAINS)

    def _listed(self, directory: WorkspaceDirectory, kinds: Sequence[Kind]) -> tuple[list[Listed], str]:
        """Return what Slack lists, and why it lists no more; empty if it lists all."""
        listed: list[Listed] = []
        fault = ""
        for kind in kinds:
            try:
                listed.extend(self._runner.run(directory.listed(kind)))
            except DirectoryError as error:
                fault = fault or str(error)
        return listed, fault

    def _choose(self, word: str, found: Sequence[Listed], nouns: str, *, several: bool) -> Listed:
        text = f"{len(found)} are called {word}:" if several else f"No {nouns} is called {word}. Did you mean"
        offered = found[:MOST_OFFERED]
        titles = [f"{each.title} {each.id}" for each in offered]
        if len(found) > MOST_OFFERED:
            raise AnswerError(
                f"{len(found)} names have {word} in them, such as {titles[0]}: write more of the name."
            )
        other = [] if several else ["none of these"]
        chosen = self._terminal.choose(text, [*titles, *other], _CLEAR)
        if chosen == len(offered):
            raise AnswerError("Then write the name in another way, or the id.")
        return offered[chosen]


def _unknown(word: str, nouns: str, kinds: Iterable[Kind]) -> str:
    hint = (
        " A private channel can be seen once the bot is in it: type /invite @Shiproom there."
        if "channel" in kinds
        else " E-mail addresses can be seen only by an app with the scope users:read.email: write the name."
        if "@" in word[1:]
        else ""
    )
    return f"Slack has no {nouns} called {word}.{hint}"


def _from_id(written: str, kinds: Sequence[Kind]) -> Listed:
    """Read an id, and the name before or behind it."""
    words = written.split()
    for kind in kinds:
        pattern = _ID[kind].pattern
        ids = [word for word in words if pattern is not None and pattern.fullmatch(word)]
        if len(ids) == 1:
            name = " ".join(word for word in words if word != ids[0])
            return Listed(kind, ids[0], "".join(each for each in name if each.isprintable()).strip("#@()"))
    wanted = " or ".join(_ID[kind].wanted for kind in kinds)
    raise AnswerError(f"Without Slack an id is needed, and {written[:60]!r} is none: write {wanted}.")

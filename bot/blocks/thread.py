"""Renders thread posts, channel posts, direct messages and log tails."""

import re
from collections.abc import Iterable

from bot.blocks.block_kit import Block, Message, actions, button, code, message, section
from bot.blocks.names import Names, mention, mention_group
from bot.blocks.text import entities, escape, plain
from bot.blocks.values import encode
from bot.blocks.words import CHANNEL_POSTS, DIRECT_MESSAGES, THREAD_POSTS, RenderContext
from handlers.effects import DirectMessage, PostToChannel, PostToThread
from handlers.people import Directory
from handlers.release import Release

LOG_CHARACTERS, LOG_LINES, LOG_WIDTH = 2800, 40, 200
MAX_MENTIONS = 20
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_RUN = re.compile(r"[\w.:/-]{1,80}#[0-9]{1,9}", re.ASCII)
"""A run and its attempt, as they can stand in a command."""

_INVISIBLE = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def thread_post(effect: PostToThread, release: Release, names: Names, directory: Directory) -> Message:
    """Return a post for a release's thread.

    One that is broadcast mentions who can act, after what is wanted.
    """
    if effect.code == "log_tail":
        return log_tail(effect.values.get("tail", ""))
    service, version = plain(release.service, 24), plain(release.build.version, 24)
    context = RenderContext(effect.values, names, directory, effect.teams).also(
        release=f"r{release.number}",
        title=f"r{release.number} {service} {version}",
        service=service,
        version=version,
        teams_wanted=", ".join(effect.teams),
    )
    line = context.render(THREAD_POSTS[effect.code])
    mentions_text = mentions_of(effect.teams, effect.users, directory) if effect.broadcast else ""
    blocks = [section("\n".join(filter(None, (line, mentions_text))))]
    run = effect.values.get("run", "")
    if effect.code == "rerun" and effect.values.get("state") == "running" and _RUN.fullmatch(run):
        blocks.append(actions(_stop_it(release, run)))
    return message(f"{line} {mentions_text}".strip(), *blocks)


def _stop_it(release: Release, run: str) -> Block:
    """Return the button that has a re-run stopped; its line names the run and the attempt."""
    return button(
        "Stop it", f"stop:{release.number}", encode(f"stop r{release.number} {run}", None), style="danger"
    )


def mentions_of(teams: Iterable[str], users: Iterable[str], directory: Directory) -> str:
    """Return mentions of the teams' people and the users that a post is for, each once."""
    mentions: list[str] = []
    for name in teams:
        team = directory.teams.get(name)
        if team is not None:
            mentions += [mention(user) for user in team.members]
            mentions.append(mention_group(team.usergroup))
    mentions += [mention(user) for user in users]
    return " ".join([each for each in dict.fromkeys(mentions) if each.startswith("<")][:MAX_MENTIONS])


def continues_in(name: str, channel: str) -> Message:
    """Return what is left in the old channel of a card or an announcement that goes on in another one."""
    line = f"{escape(name, 80)} continues in <#{channel}>."
    return message(line, section(line))


def channel_post(effect: PostToChannel, names: Names, directory: Directory) -> Message:
    """Return a post for a service's channel."""
    line = (
        RenderContext(effect.values, names, directory)
        .also(service=effect.service)
        .render(CHANNEL_POSTS[effect.code])
    )
    text = f"{line} {mentions_of(effect.teams, (), directory)}".rstrip()
    return message(text, section(text))


def direct_message(effect: DirectMessage, names: Names, directory: Directory) -> Message:
    """Return a direct message to one person."""
    line = (
        RenderContext(effect.values, names, directory)
        .also(service=effect.service)
        .render(DIRECT_MESSAGES[effect.code])
    )
    return message(line, section(line))


def log_tail(text: str) -> Message:
    """Return the end of a log in a code block.

    A backtick becomes a look-alike, because it would end the block.
    """
    cleaned = _INVISIBLE.sub(" ", _TERMINAL.sub("", text.replace("\r\n", "\n"))).replace("`", "\u02cb")
    lines = [line.rstrip()[:LOG_WIDTH] for line in cleaned.strip("\n").split("\n")][-LOG_LINES:]
    while len(entities("\n".join(lines))) > LOG_CHARACTERS:
        lines = lines[1:]
    text_shown = entities("\n".join(lines)).strip("\n")
    if not text_shown.strip():
        return message("The log is empty.", section("The log is empty."))
    return message("The end of the log", section("The end of the log:"), code(text_shown))

"""What is posted beside the card: lines in the release's thread, words in a service's channel, a word to one person."""

import re

from bot.blocks.names import Names, mention, mention_group
from bot.blocks.parts import Message, code, message, section
from bot.blocks.text import entities, plain
from bot.blocks.words import PROCLAIMED, SAID, WHISPERED, Scope
from handlers.effects import Proclaim, Say, Whisper
from handlers.people import Directory
from handlers.release import Release

LOG_LETTERS, LOG_LINES, LOG_WIDTH = 2800, 40, 200
MOST_MENTIONED = 20
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_UNSEEN = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def said(effect: Say, release: Release, names: Names, directory: Directory) -> Message:
    """Write a line for a release's thread; where it rings, who can act is mentioned after what is wanted."""
    if effect.code == "log_tail":
        return log_tail(effect.values.get("tail", ""))
    service, version = plain(release.service, 24), plain(release.build.version, 24)
    scope = Scope(effect.values, names, directory, effect.teams).also(
        release=f"r{release.number}",
        title=f"r{release.number} {service} {version}",
        service=service,
        version=version,
        teams_wanted=", ".join(effect.teams),
    )
    line = scope.say(SAID[effect.code])
    rung = ringing(effect, directory) if effect.broadcast else ""
    return message(f"{line} {rung}".strip(), section("\n".join(filter(None, (line, rung)))))


def ringing(effect: Say, directory: Directory) -> str:
    """Mention the people of teams and the users that a line is for, each once."""
    mentions: list[str] = []
    for name in effect.teams:
        team = directory.teams.get(name)
        if team is not None:
            mentions += [mention(user) for user in team.members]
            mentions.append(mention_group(team.usergroup))
    mentions += [mention(user) for user in effect.users]
    return " ".join([each for each in dict.fromkeys(mentions) if each.startswith("<")][:MOST_MENTIONED])


def proclaimed(effect: Proclaim, names: Names, directory: Directory) -> Message:
    """Write a message for a service's channel."""
    line = Scope(effect.values, names, directory).also(service=effect.service).say(PROCLAIMED[effect.code])
    return message(line, section(line))


def whispered(effect: Whisper, names: Names, directory: Directory) -> Message:
    """Write a message to one person."""
    line = Scope(effect.values, names, directory).also(service=effect.service).say(WHISPERED[effect.code])
    return message(line, section(line))


def log_tail(text: str) -> Message:
    """Show the end of a log as it stands there; a backtick becomes a look-alike, so that nothing ends the block of code."""
    seen = _UNSEEN.sub(" ", _TERMINAL.sub("", text.replace("\r\n", "\n"))).replace("`", "\u02cb")
    lines = [line.rstrip()[:LOG_WIDTH] for line in seen.strip("\n").split("\n")][-LOG_LINES:]
    while len(entities("\n".join(lines))) > LOG_LETTERS:
        lines = lines[1:]
    shown = entities("\n".join(lines)).strip("\n")
    if not shown.strip():
        return message("The log is empty.", section("The log is empty."))
    return message("The end of the log", section("The end of the log:"), code(shown))

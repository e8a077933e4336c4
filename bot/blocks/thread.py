"""Renders thread posts, channel posts, direct messages and log tails."""

import re
from collections.abc import Container, Iterable
from dataclasses import replace

from bot.blocks.block_kit import MESSAGE_TEXT, Block, Message, actions, button, code, dialog, message, section
from bot.blocks.card_view import CardView
from bot.blocks.fitting import fitted
from bot.blocks.names import Names, listing, mention, mention_group
from bot.blocks.paragraphs import paragraph, paragraphs, said
from bot.blocks.signers import ineligible_signers
from bot.blocks.text import entities, escape, plain
from bot.blocks.values import encode
from bot.blocks.words import CHANNEL_POSTS, CONCLUSIONS, DIRECT_MESSAGES, THREAD_POSTS, RenderContext
from handlers.build import Change
from handlers.calls import STAND_WANTED, Ask, conclusion
from handlers.effects import Call, DirectMessage, PostToChannel, PostToThread
from handlers.people import Directory
from handlers.release import Release
from handlers.rights import current_precondition
from handlers.slots import Awaited

LOG_CHARACTERS, LOG_LINES, LOG_WIDTH = 2800, 40, 200
MAX_MENTIONS = 20
MOST_TITLES = 3
MOST_JOINED = 10
"""How many lines of a thread become one message at most."""

_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_RUN = re.compile(r"[\w.:/-]{1,80}#[0-9]{1,9}", re.ASCII)
"""A run and its attempt, as they can stand in a command."""

_INVISIBLE = re.compile(
    r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def thread_post(effect: PostToThread, release: Release, names: Names, directory: Directory) -> Message:
    """Return a post for a release's thread; who is told is mentioned after it."""
    if effect.code == "log_tail":
        return log_tail(effect.values.get("tail", ""))
    context = _context(release, RenderContext(effect.values, names, directory))
    return _said(context.render(THREAD_POSTS[effect.code]), _mentions(map(mention, effect.users)))


def with_changes(effect: PostToThread, changes: tuple[Change, ...]) -> PostToThread:
    """Return the post that a release went live with the titles of what changed with it."""
    if effect.code != "done" or not changes:
        return effect
    named = [
        f"{plain(each.title or each.sha[:7], 50)} ({plain(each.author, 20) or 'unknown'})" for each in changes
    ]
    return replace(effect, values={**effect.values, "changes": f"{listing(named, most=MOST_TITLES)}."})


def call_message(effect: Call, teams: tuple[str, ...], view: CardView) -> Message:
    """Return a call: what is wanted, then mentions of those of `teams` who can do it, and of who is told."""
    release, names, directory = view.release, view.names, view.directory
    context = _context(release, RenderContext(effect.values, names, directory, teams))
    line = context.also(teams_wanted=", ".join(teams)).render(THREAD_POSTS[effect.code])
    signing = effect.code == "sign_offs_wanted"
    called = tuple(effect.values["to"].split(", ")) if effect.code == "escalated" else teams
    stands = release.requesters if effect.code == STAND_WANTED else ()
    others = _members(called, directory, without=stands, empty=names.empty)
    wanted = _who_can_sign(teams, view) if signing else others
    call = _said(line, _mentions([*wanted, *map(mention, effect.users)]))
    run = effect.values.get("run", "")
    if effect.code == "rerun" and effect.values.get("state") == "running" and _RUN.fullmatch(run):
        call.blocks.append(actions(_stop_it(release, run)))
    if effect.code == STAND_WANTED:
        call.blocks.append(actions(_stand_for_it(release)))
    return call


def concluded(ask: Ask, release: Release, names: Names, directory: Directory) -> Message:
    """Return the last text of a call that is over: how it ended, which rings nobody."""
    ended = conclusion(ask, release)
    at = names.clock(ended.at) if ended.at is not None else ""
    context = _context(release, RenderContext({**ended.values, "at": at}, names, directory))
    what = context.render(CONCLUSIONS[ended.code])
    line = f"{context.also(environment=ask.environment).render('{title} in {environment}')}: {what}"
    return said(line)


def joined(posts: list[Message]) -> tuple[Message, int]:
    """Return several posts as one message, and how many of them fit into it."""
    text, blocks, count = posts[0].text, list(posts[0].blocks), 1
    for post in posts[1:MOST_JOINED]:
        longer = f"{text}\n{post.text}"
        if len(longer) > MESSAGE_TEXT:
            break
        text, count = longer, count + 1
        blocks += post.blocks
    return message(text, *blocks), count


def _context(release: Release, context: RenderContext) -> RenderContext:
    service, version = plain(release.service, 24), plain(release.build.version, 24)
    title = f"r{release.number} {service} {version}"
    return context.also(release=f"r{release.number}", title=title, service=service, version=version)


def _said(line: str, mentions_text: str) -> Message:
    text = fitted(f"{line} {mentions_text}".strip(), MESSAGE_TEXT)
    return message(text, paragraph(line, mentions_text))


def _stop_it(release: Release, run: str) -> Block:
    """Return the button that has a re-run stopped; its line names the run and the attempt."""
    return button(
        "Stop it", f"stop:{release.number}", encode(f"stop r{release.number} {run}", None), style="danger"
    )


def _stand_for_it(release: Release) -> Block:
    """Return the button to stand for a release in place of whoever started it."""
    number = release.number
    told = "Whoever stands for it now may sign it off then. Your own sign-offs of it do not count any more."
    ask = dialog(f"Stand for r{number}?", told, "Stand for it")
    value = encode(f"take r{number}", current_precondition(release))
    return button("Stand for it", f"take:{number}", value, style="primary", ask=ask)


def _members(
    teams: tuple[str, ...], directory: Directory, *, without: Container[str] = (), empty: Container[str] = ()
) -> list[str]:
    """Return mentions of the teams' people and user groups; of an `empty` group, of who counts instead."""
    mentions: list[str] = []
    for name in teams:
        team = directory.teams.get(name)
        if team is not None:
            instead = team.fallback if team.usergroup in empty else ()
            mentions += [mention(user) for user in (*team.members, *instead) if user not in without]
            mentions.append(mention_group(team.usergroup))
    return mentions


def _who_can_sign(teams: tuple[str, ...], view: CardView) -> list[str]:
    """Return mentions of those who can sign for the teams, without who started it or signed already.

    Who stands in for somebody who is away is mentioned instead of them.
    """
    mentions: list[str] = []
    for rule in view.release.rules(view.release.step):
        if rule.team in teams:
            found = view.awaited.get(rule.team, Awaited())
            out = ineligible_signers(view.release, rule, view.directory) | found.gone
            mentions += _members((rule.team,), view.directory, without=out, empty=view.names.empty)
            mentions += [mention(user) for user, _ in found.stand_ins]
    return mentions


def _mentions(mentions: Iterable[str]) -> str:
    """Return mentions as text, each once."""
    return " ".join([each for each in dict.fromkeys(mentions) if each.startswith("<")][:MAX_MENTIONS])


def continues_in(name: str, channel: str) -> Message:
    """Return what is left in the old channel of a card or an announcement that goes on in another one."""
    line = f"{escape(name, 80)} continues in <#{channel}>."
    return said(line)


def channel_post(effect: PostToChannel, names: Names, directory: Directory) -> Message:
    """Return a post for a service's channel."""
    line = (
        RenderContext(effect.values, names, directory)
        .also(service=effect.service)
        .render(CHANNEL_POSTS[effect.code])
    )
    text = f"{line} {_mentions(_members(effect.teams, directory))}".rstrip()
    if effect.code == "anchors":  # as long as there are services: never shortened
        return message(fitted(text, MESSAGE_TEXT), *paragraphs(text.split("\n")))
    return said(text)


def direct_message(effect: DirectMessage, names: Names, directory: Directory) -> Message:
    """Return a direct message to one person."""
    line = (
        RenderContext(effect.values, names, directory)
        .also(service=effect.service)
        .render(DIRECT_MESSAGES[effect.code])
    )
    return said(line)


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

"""Renders the app's Home for one person: what waits on them, what is theirs, and the board of all environments.

No time stands here that goes on by itself: a view that shows the same is not drawn again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.blocks.block_kit import Block, View, footnote, home, section
from bot.blocks.board import BoardLine, Rank, lines_of
from bot.blocks.card_buttons import MAX_BUTTONS, card_offers
from bot.blocks.card_view import CardView
from bot.blocks.environment_lines import environment_lines
from bot.blocks.fitting import fitted
from bot.blocks.headline import GOES, HELD, LIVE, WRONG
from bot.blocks.message_actions import Offer, Offers
from bot.blocks.names import plural
from bot.blocks.own_releases import is_own, own_endings, writers_of
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.review_lines import own_reviews
from bot.blocks.standing import can_do, can_sign_for, standing_line, whom_to_ask
from bot.blocks.text import escape, link
from handlers.environments import EnvironmentState

MOST_WAITING = 15
"""How many releases have their buttons here: two blocks each, of the hundred that a view has."""

MOST_OWN, MOST_ENDED = 20, 5
MOST_SECTIONS = 4
MOST_OF_BOARD = 30
"""How many sections the board has at most: with all else a view stays far below Slack's 250 kB (`view_too_large`)."""

MOST_CHARACTERS = 2900

MINE = "`/release mine`"

_SIGNS = {Rank.FAILED: WRONG, Rank.LOCKED: HELD, Rank.TAKEN: GOES, Rank.NORMAL: LIVE}

Links = Mapping[int, str]
"""The addresses of the cards of releases, by number."""


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What is the same in the Home of everybody: the board, where cards are, and who wrote what a release brings."""

    links: Links
    board: Sequence[Block]
    writers: Mapping[int, frozenset[str]]


def everywhere(found: QueryResult, links: Links) -> Everywhere:
    """Return what is the same for everybody, so that it is rendered once."""
    writers = {view.release.number: writers_of(view, found.directory) for view in found.releases}
    return Everywhere(links, _board(found, links), writers)


def home_view(found: QueryResult, shared: Everywhere) -> View:
    """Return the Home of whoever asks."""
    links = shared.links
    own = [*_trouble(found), *_waiting(found, links), *_own(found, shared), *_ended(found, links)]
    return home([*own, *shared.board])


def not_for_you() -> View:
    """Return the Home of somebody who was a full member of the workspace and is no more."""
    return home([section("Shiproom shows releases to full members of this workspace only.")])


def _trouble(found: QueryResult) -> list[Block]:
    """Return that Slack cannot be asked about people: who may sign may have changed since."""
    return (
        [footnote(f"Who is in which team may be out of date. {escape(found.trouble, 200)}")]
        if found.trouble
        else []
    )


def _waiting(found: QueryResult, links: Links) -> list[Block]:
    actor, teams = found.query.actor, found.own_teams
    waits = [view for view in found.releases if can_do(view, actor, teams)]
    waits.sort(key=lambda view: not view.is_urgent)
    reviews = [f"• {line}" for line in own_reviews(found)]
    if not waits and not reviews:
        return [section("*Waiting on me*\nNothing waits on you now.")]
    blocks = [section("*Waiting on me*")]
    for view in waits[:MOST_WAITING]:
        offered = _offers(view, can_sign_for(view, actor, teams))
        blocks += [
            section(fitted(_linked(standing_line(view), view, links), MOST_CHARACTERS)),
            *offered.row(),
        ]
    if len(waits) > MOST_WAITING:
        blocks.append(section(f"and {len(waits) - MOST_WAITING} more: {MINE}"))
    return [*blocks, *_sections(reviews, MOST_SECTIONS, "more line", MINE)]


def _offers(view: CardView, signs_for: frozenset[str]) -> Offers:
    """Return what the card offers, without what somebody else has to sign; what the reader can sign comes first."""
    offers = card_offers(view)
    others = [each for each in offers.buttons if not _is_sign_off(each)]
    signing = [
        each
        for each in (*offers.buttons, *offers.menu)
        if _is_sign_off(each) and each.action_id.partition(":")[2] in signs_for
    ]
    buttons, menu = [*signing, *others], [each for each in offers.menu if not _is_sign_off(each)]
    return Offers(buttons[:MAX_BUTTONS], [*buttons[MAX_BUTTONS:], *menu])


def _is_sign_off(offer: Offer) -> bool:
    return offer.action_id.startswith("approve:")


def _own(found: QueryResult, shared: Everywhere) -> list[Block]:
    person = found.directory.person_of(found.query.actor)
    own = [
        view
        for view in found.releases
        if is_own(view.release, found) or person in shared.writers[view.release.number]
    ]
    lines = [
        f"• {_linked(f'{standing_line(view)}. {whom_to_ask(view)}'.rstrip(), view, shared.links)}"
        for view in own[:MOST_OWN]
    ]
    lines = lines or ["Nothing of yours is under way."]
    if len(own) > MOST_OWN:
        lines.append(f"and {len(own) - MOST_OWN} more: {MINE}")
    return _sections(["*My releases*", *lines], MOST_SECTIONS, "more line", MINE)


def _ended(found: QueryResult, links: Links) -> list[Block]:
    ended = sorted(own_endings(found), key=lambda pair: -pair[0].number)
    lines = [f"• {_with_link(line, release.number, links)}" for release, line in ended[:MOST_ENDED]]
    if len(ended) > MOST_ENDED:
        lines.append(f"and {len(ended) - MOST_ENDED} more: {MINE}")
    return _sections(["*Ended in the last day*", *lines], MOST_SECTIONS, "more line", MINE) if lines else []


def _board(found: QueryResult, links: Links) -> list[Block]:
    plain = found.names.in_policy_zone()
    ranked = [(line, service) for service in found.services for line in lines_of(service, "", plain)]
    ranked.sort(key=lambda pair: pair[0].rank)
    lines = [_environment(line, service, found, links) for line, service in ranked]
    lines = lines or ["The policy names no service."]
    how = "`/release where` and a service"
    return _sections(["*All services*", *lines], MOST_OF_BOARD, "more environment", how)


def _environment(line: BoardLine, service: ServiceView, found: QueryResult, links: Links) -> str:
    state = service.environments.get(line.environment) or EnvironmentState(line.environment)
    said = "\n".join(environment_lines(service, state, found.names))
    if state.holder in links:
        said = said.replace(f"held by r{state.holder}", f"held by {_number(state.holder, links)}", 1)
    return fitted(f"{_SIGNS[line.rank]} {escape(line.service, 40)} {said}", MOST_CHARACTERS)


def _linked(line: str, view: CardView, links: Links) -> str:
    return _with_link(line, view.release.number, links)


def _with_link(line: str, number: int, links: Links) -> str:
    """Return a line whose first naming of a release leads to its card."""
    return line.replace(f"r{number}", _number(number, links), 1)


def _number(number: int, links: Links) -> str:
    return link(links.get(number, ""), f"r{number}") or f"r{number}"


def _sections(lines: Iterable[str], most: int, what: str, how: str) -> list[Block]:
    """Return lines as so many sections at most; those that find no room are counted, with how to see them."""
    texts: list[str] = []
    waiting: Sequence[str] = [fitted(line, MOST_CHARACTERS) for line in lines]
    for place, line in enumerate(waiting):
        if texts and len(texts[-1]) + len(line) + 1 <= MOST_CHARACTERS:
            texts[-1] += f"\n{line}"
        elif len(texts) < most:
            texts.append(line)
        else:
            texts.append(f"and {plural(len(waiting) - place, what)}: {how}")
            break
    return [section(text) for text in texts]

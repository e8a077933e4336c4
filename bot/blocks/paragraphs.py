"""Makes blocks and messages of text of any length: what Slack would refuse as too long is shortened or split."""

from collections.abc import Sequence

from bot.blocks.block_kit import MESSAGE_TEXT, SECTION_TEXT, Block, Message, message, section
from bot.blocks.fitting import above, fitted, pieces
from bot.blocks.names import plural

MAX_CHARACTERS = 2900
MAX_SECTIONS = 40


def paragraph(text: str, last: str = "") -> Block:
    """Return text as one section; a last line is kept, and what stands above it is shortened."""
    return section(above(text, last, SECTION_TEXT))


def said(line: str, *blocks: Block) -> Message:
    """Return a message of one paragraph, which is its push notification too, with more blocks below it."""
    return message(fitted(line, MESSAGE_TEXT), paragraph(line), *blocks)


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Return lines as sections; a long line is split, and lines beyond a message's limit are counted at its end."""
    texts: list[str] = [""]
    parts = [part for line in lines for part in pieces(line, MAX_CHARACTERS)]
    for index, part in enumerate(parts):
        if texts[-1] and len(texts[-1]) + len(part) + 1 > MAX_CHARACTERS:
            if len(texts) == MAX_SECTIONS:
                texts.append(f"and {plural(len(parts) - index, 'more line')}")
                break
            texts.append("")
        texts[-1] += f"\n{part}" if texts[-1] else part
    return [section(text) for text in texts if text]

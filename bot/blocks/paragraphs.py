"""Splits many lines into blocks, within the limits of a message."""

from collections.abc import Sequence

from bot.blocks.block_kit import Block, section

MAX_CHARACTERS = 2900
MAX_SECTIONS = 40


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Return lines as sections; lines beyond a message's limit are counted at its end.

    No line may be over 2,900 characters.
    """
    texts: list[str] = [""]
    for index, line in enumerate(lines):
        if len(texts[-1]) + len(line) + 1 > MAX_CHARACTERS:
            if len(texts) == MAX_SECTIONS:
                texts.append(f"and {len(lines) - index} more lines")
                break
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return [section(text) for text in texts if text]

"""Many lines in as many blocks as they need, within what a message holds."""

from collections.abc import Sequence

from bot.blocks.parts import Block, section

LETTERS = 2900
MOST = 40


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Put lines into sections; what a message cannot hold is counted at its end. No line may be over 2,900 characters."""
    texts: list[str] = [""]
    for index, line in enumerate(lines):
        if len(texts[-1]) + len(line) + 1 > LETTERS:
            if len(texts) == MOST:
                texts.append(f"and {len(lines) - index} more lines")
                break
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return [section(text) for text in texts if text]

"""One sentence per code of handlers/, so that every answer reads the same wherever it is shown."""

from bot.blocks.words.lines import PROCLAIMED, SAID, WHISPERED
from bot.blocks.words.misreads import MISREADS, misread_lines
from bot.blocks.words.reasons import REASONS
from bot.blocks.words.refusals import REFUSALS
from bot.blocks.words.replies import REPLIES
from bot.blocks.words.scope import Scope

__all__ = [
    "MISREADS",
    "PROCLAIMED",
    "REASONS",
    "REFUSALS",
    "REPLIES",
    "SAID",
    "WHISPERED",
    "Scope",
    "misread_lines",
]

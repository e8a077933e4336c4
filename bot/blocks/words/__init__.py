"""Every sentence that people read, one per code of handlers/.

A code has the same sentence wherever it is shown. There is a file for each action and each gate, and one for each table of
sentences that they share.
"""

from bot.blocks.words.calls import CONCLUSIONS
from bot.blocks.words.posts import CHANNEL_POSTS, DIRECT_MESSAGES, THREAD_POSTS
from bot.blocks.words.reasons import REASONS, SHORT
from bot.blocks.words.refusals import REFUSALS
from bot.blocks.words.registry import ACTION_WORDS
from bot.blocks.words.replies import REPLIES
from bot.blocks.words.template import RenderContext
from bot.blocks.words.usage_errors import USAGE_ERRORS, usage_error_lines

__all__ = [
    "ACTION_WORDS",
    "CHANNEL_POSTS",
    "CONCLUSIONS",
    "DIRECT_MESSAGES",
    "REASONS",
    "REFUSALS",
    "REPLIES",
    "SHORT",
    "THREAD_POSTS",
    "USAGE_ERRORS",
    "RenderContext",
    "usage_error_lines",
]

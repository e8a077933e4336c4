"""`/release notify me when my change is live`: a direct message once a change of one's own went live, until `notify off`."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Follow, UsageError
from handlers.typed_words import bare

_ME = frozenset({"me", "mich", "myself"})
_OFF = frozenset({"off", "not", "stop", "never", "no", "none", "nothing", "aus", "anymore", "more", "longer"})
_WHEN = frozenset(
    {
        "when",
        "once",
        "if",
        "as",
        "soon",
        "my",
        "mine",
        "change",
        "changes",
        "commit",
        "commits",
        "code",
        "work",
    }
    | {
        "is",
        "are",
        "goes",
        "go",
        "went",
        "gets",
        "get",
        "has",
        "have",
        "been",
        "i",
        "wrote",
        "of",
        "about",
        "that",
    }
    | {"live", "deployed", "released", "shipped", "out", "production", "prod", "there", "one"}
)
"""What `notify me` may be followed by: it is about nothing else."""

_LINE = "notify me when my change is live"


def parse(words: tuple[str, ...], context: CommandContext) -> Follow | UsageError:
    """Parse whether somebody wants to be told; everybody asks for themselves, and only of their own changes."""
    said = tuple(bare(word) for word in words)
    about = tuple(word for word, each in zip(words, said, strict=True) if each not in _ME)
    off = {bare(word) for word in about} & _OFF
    if not words:
        return UsageError("notify_whom", meant=(_LINE, "notify off"))
    if off and not {bare(word) for word in about} - _OFF - _WHEN:
        return Follow(context.actor, follows=False)
    if said[0] not in _ME:
        return UsageError("notify_others", words[0], meant=(_LINE,))
    other = [word for word in about if bare(word) not in _WHEN]
    if other:
        return UsageError("notify_of_what", " ".join(other), meant=(_LINE,))
    return Follow(context.actor, follows=True)


ACTION = Action(
    "notify",
    (_LINE, "notify off"),
    "a direct message when a change of yours is live; `notify off` ends that",
    parse,
)

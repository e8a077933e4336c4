"""Holds back a typed line that acts where its own words put it off, make it conditional, or ask instead of tell.

The rule: a line that acts is asked about, and not done, if it ends with a question mark, or if a clause of its unquoted note
begins with a condition or takes it back. For a sign-off a condition counts anywhere in the note. In quotation marks it is
always a note.
"""

import re
from collections.abc import Iterator

from handlers.events import ReleaseAction
from handlers.requests import BuildRequest, EnvironmentRequest, Request, Several, UsageError
from handlers.time_words import WEEKDAYS
from handlers.typed_words import bare, is_emoji

_AT_THE_END = "!.\u2026) "
_BEFORE = ".\u2026-\u2013\u2014"
_BETWEEN = " ,;:-\u2013\u2014"
_QUESTION = "?\uff1f"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(each.split()) for each in text.split(", "))


_FILLERS = _words(
    "please pls plz bitte just only but aber and und so then oh ah ok okay sorry actually rather better though doch lieber "
    "besser nur although however"
)
_CLAUSE_ENDS = (",", ";", ".", ":", "!", "\u2026", "-", "\u2013", "\u2014", "?", ")")
_CLAUSE_WORDS = frozenset({"but", "aber", "and", "und", "though", "however", "then"})


_TAKES_BACK = _phrases(
    "not yet, not now, not before, not until, not till, not so fast, wait, hold on, hold off, hang on, on hold, "
    "never mind, nevermind, forget it, scratch that, unless, noch nicht, jetzt nicht, nicht jetzt, warte, warten, moment, "
    "waiting for, waiting on, still testing, still checking, erst, nicht, as soon as, as long as, "
    "no wait, no stop, no don't, no dont, or not, or wait, oder nicht, or maybe not, maybe not, not sure"
)
"""What a clause of any note begins with that puts off or takes back what the line says."""

_PUTS_OFF = _TAKES_BACK | _phrases(
    "later, if, until, till, soon, tomorrow, tonight, maybe, perhaps, don't, dont, do not, don’t, provided, providing, "  # noqa: RUF001 - as phones write it
    "assuming, pending, postpone, postponed, delay, delayed, next week, next month, next time, next sprint, this evening, "
    "this afternoon, falls, sofern, wenn, sobald, später, spaeter, bis, bevor, morgen, vielleicht, bald, eventuell, halt, "
    "nächste woche, naechste woche, nein, undo, supposing, hold, "
    "in the morning, in the afternoon, in the evening, should i, should we, can i, can we, may i, may we, shall i, shall we"
)
"""What a note begins with that is no note."""

_TAKES_BACK_LOCK = _phrases(
    "not yet, not now, not before, not so fast, never mind, nevermind, forget it, noch nicht, nicht jetzt, jetzt nicht, "
    "later, don't, dont, do not, später"
)
"""What the reason of a lock begins with that is none; whom it waits for, and after what it is for, is a good one."""

_WHEN = _PUTS_OFF | _phrases("when, whenever, once, after, before, nach, nachdem, vor")
_SAYS_NO = "rejected"
"""The event that a no as its reason does not take back."""
_HOLDS = "held"
"""The event that waits for something: its reason may well say for what."""

_NO_CONDITION = _phrases("once more, once again, after all, before and after")
"""What begins like a condition and is none."""

_DAYS = frozenset(WEEKDAYS) | _words(
    "montag dienstag mittwoch donnerstag freitag samstag sonntag tomorrow tonight noon midnight"
)
_AT = _words("on at in from by am ab um after before next")
_TIME = re.compile(r"\d{1,2}([:.h]\d{2})?(am|pm|uhr)?\Z|\d{4}-\d{2}-\d{2}\Z|\d+(m|min|h|d|w)\Z", re.ASCII)
_AMOUNTS = _words("a an one two few some half today")

_ANYWHERE = _phrases(
    "if, unless, until, not yet, not now, not before, not until, not sure, noch nicht, please wait, wait for, wait until, "
    "wait till, on hold, hold on, never mind, nevermind, or not, only after, only when, only once, as soon as, as long as, "
    "subject to, conditional, conditionally, the condition that, condition that, changed my mind, take it back, "
    "is broken, are broken, ist kaputt, "
    "provided, falls, sofern, wenn, sobald, erst nach, erst wenn, oder nicht, don't deploy, do not deploy, dont deploy"
)
"""What makes a sign-off conditional wherever it stands in the note."""

_STARTS = _words("deploy ship release start go launch live merge push rollout run")
"""What a sign-off lets happen at once, even where its note names another day for it."""

_UNSIGNED = _PUTS_OFF | _phrases(
    "not, no, never, nope, isn't, stop, cancel, reject, rejected, withdraw, broken, fail, fails, failed, is broken, "
    "kaputt, no go, no-go, nogo, oops, mistake, wrong, todo, tbd, half, almost, by mistake, need to, needs to, needs more, "
    "please do not, isnt, cannot, can't, can’t, cant, i can't, i cannot, i can’t, i cant, haven't, havent, hasn't, "  # noqa: RUF001 - as phones write it
    "not tested, untested, unsure, given, vorausgesetzt, unter vorbehalt, mit vorbehalt, geht nicht, funktioniert nicht, "
    "is this, is that, is it, i would rather, i'd rather"
)
_AGAINST = frozenset({"👎", "❌", "🚫", "⛔", ":-1:", ":thumbsdown:", ":x:", ":no_entry:"})
"""What says no without a word."""
_NO_FAULT = _words(
    "issue problem error bug finding regression concern objection complaint comment blocker change diff risk remark worry "
    "failure doubt further more"
)
"""What nothing is said against a build with: `no issues found`."""


def held_back(request: Request, line: str) -> UsageError | None:
    """Return what is asked instead of doing what a line says; None if nothing keeps it from being done.

    `line` is without the courtesies before it.
    """
    note = _note(request)
    unquoted = bool(note) and line.endswith(note)
    without = line.removesuffix(note).rstrip(_BETWEEN) if unquoted else line
    if ends_with_question(line):
        wanted = without if unquoted else _without_end(line).rstrip(_QUESTION + " ")
        return UsageError("a_question", line, meant=(wanted,))
    if unquoted and _takes_back(request, tuple(note.split())):
        return UsageError("a_condition", note, meant=(_without_team(request, without),))
    return None


def condition_at(words: tuple[str, ...]) -> int:
    """Return where a condition begins behind the first word, as in `staging when ready`; 0 if none does."""
    starts = (
        at for at in range(1, len(words)) if _begins(words[at:], _WHEN) or _begins_with_time(words[at:])
    )
    return next(starts, 0)


def ends_with_question(line: str) -> bool:
    """Return whether a line ends with a question mark, but for emoji and what else ends a sentence."""
    return _without_end(line).endswith(tuple(_QUESTION))


def _without_end(line: str) -> str:
    words = line.split()
    while words and is_emoji(words[-1]):
        words.pop()
    return " ".join(words).rstrip(_AT_THE_END)


def _note(request: Request) -> str:
    first = request.parts[0] if isinstance(request, Several) and request.parts else request
    return str(getattr(first, "note", "") or getattr(first, "reason", ""))


def _takes_back(request: Request, note: tuple[str, ...]) -> bool:
    """Return whether a note takes back what its line says; the reason of a lock or a rollback only by its first words."""
    if _signs(request):
        return _as_soon(request) or _unsigned(note)
    name = getattr(request, "event_name", "")
    if isinstance(request, EnvironmentRequest) or name == _HOLDS:
        return _begins(note, _TAKES_BACK_LOCK)
    if isinstance(request, BuildRequest):
        return _begins(note, _PUTS_OFF)
    if name == _SAYS_NO:
        # A rejection harms nobody, and its reason may well begin with a condition: when I log in it crashes.
        return _spoken(note) in _PUTS_OFF
    return _spoken(note) == ("no",) or _puts_off(request, note)


def _puts_off(request: Request, note: tuple[str, ...]) -> bool:
    """Return whether a reason is none; how a deployment ended is of the past, so there a time is only a time."""
    if hasattr(request, "deployed"):
        return _begins(note, _PUTS_OFF)
    first, *later = _clauses(note)
    begins = _begins(first, _WHEN) or _begins_with_time(first)
    return begins or any(_begins(each, _TAKES_BACK) for each in later)


def _signs(request: Request) -> bool:
    first = request.parts[0] if isinstance(request, Several) else request
    return isinstance(first, ReleaseAction) and hasattr(first, "note")


def _unsigned(note: tuple[str, ...]) -> bool:
    """Return whether a note says that it is no sign-off, or not yet one."""
    spoken = tuple(bare(word) for word in note)
    if any(word.rstrip(",.!") in _AGAINST for word in note):
        return True
    if any(_starts(spoken[at:], _ANYWHERE) for at in range(len(spoken))) or _unsaid(note):
        return True
    if _STARTS.intersection(spoken) and (_DAYS | {"later"}).intersection(spoken):
        return True
    return any(_begins(each, _WHEN) or _begins_with_time(each) for each in _clauses(note))


def _unsaid(note: tuple[str, ...]) -> bool:
    words = _spoken(note)
    harmless = words[:1] == ("no",) and any(each.rstrip("s") in _NO_FAULT for each in words[1:4])
    return not harmless and _starts(words, _UNSIGNED)


def _as_soon(request: Request) -> bool:
    """Return whether `as soon as` was read as a team."""
    first = request.parts[0] if isinstance(request, Several) else request
    return getattr(first, "team", "") in {"soon", "long"}


def _without_team(request: Request, line: str) -> str:
    """Return a line without the team that `as soon as` was read as."""
    return line.rsplit(maxsplit=2)[0] if _as_soon(request) else line


def _clauses(note: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    begin = 0
    for at, word in enumerate(note):
        if at > begin and bare(word) in _CLAUSE_WORDS:
            yield note[begin:at]
            begin = at
        elif word.endswith(_CLAUSE_ENDS):
            yield note[begin : at + 1]
            begin = at + 1
    if begin < len(note):
        yield note[begin:]


def _begins(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    return _starts(_spoken(words), phrases)


def _spoken(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words in lower case without those that only lead to what is said."""
    said = tuple(each for word in words if (each := bare(word.lstrip(_BEFORE))))
    while len(said) > 1 and said[0] in _FILLERS:
        said = said[1:]
    return said


def _starts(said: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    if any(said[:count] in _NO_CONDITION for count in range(2, 4)):
        return False
    return any(said[:count] in phrases for count in range(1, min(len(said), 3) + 1))


def _begins_with_time(words: tuple[str, ...]) -> bool:
    """Return whether words begin with a day or a time that is to come: `on monday`, `at 15:00`, `in 2 hours`, `friday`."""
    first, second = (*_spoken(words), "", "")[:2]
    timed = bool(_TIME.match(second)) or second in _DAYS or second in _AMOUNTS
    return first in _DAYS or (first in _AT and timed)

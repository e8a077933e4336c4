"""Reads single words as people type them: without regard to case, quotes, final punctuation, formatting and emoji."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

OPENING = "\"'`\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\u2033\u2032\uff02"
"""Every quotation mark that a keyboard, a phone or a word processor writes, at either end."""

_AROUND = OPENING + "*_~()[]{}<>"
_AT_THE_END = _AROUND + ".,;:!?\u2026\u3002\uff01\uff1f"
_EMOJI_NAMES = re.compile(r"(?::[a-z0-9_+'-]+:)+\Z", re.IGNORECASE)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_RELEASE = re.compile(r"(?:r#?|#r?)(\d{1,9})\Z", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_DIGITS = re.compile(r"\d{1,9}\Z", re.ASCII)
_VERSION = re.compile(r"(?:v?\d+(?:\.\d+)+\S*|v\d+|(?=\S*\d)[0-9a-f]{7,40})\Z", re.IGNORECASE)
LONG_WORD = 6
"""From how many letters on two slips in one word are forgiven."""

NEGATIONS = frozenset(
    {
        *("not", "no", "never", "don't", "don\u2019t", "dont", "without", "except", "but"),
        *("nicht", "kein", "keine", "nie", "ohne", "außer"),
    }
)
"""What turns what was typed into something else."""
OPPOSITE = ("un", "de", "dis", "re")
"""What no word loses or changes by a slip: `uncancel` is not meant as `cancel`."""

TWO, SHORT_WORD, SHARED, LONGEST = 2, 3, 4, 40


def stripped(word: str) -> str:
    """Return a word without quotes, brackets and formatting around it, final punctuation and emoji."""
    before, text = "", word
    while text != before:
        before, text = text, text.lstrip(_AROUND).rstrip(_AT_THE_END).strip("".join(filter(_is_emoji, text)))
    return text


def bare(word: str) -> str:
    """Return a stripped word in lower case, as names and commands are compared."""
    return stripped(word).lower()


def is_emoji(word: str) -> bool:
    """Return whether a word is nothing but emoji, as characters or as `:rocket:`."""
    return bool(_EMOJI_NAMES.match(word)) or all(_is_emoji(each) for each in word)


def _is_emoji(character: str) -> bool:
    return unicodedata.category(character) == "So" or character in "\u200d\ufe0f" or "🏻" <= character <= "🏿"


def release_named(word: str, *, number_alone: bool = False) -> int:
    """Return 4 for `r4`, `R4.`, `#4` and `“r4”`, with `number_alone` for `4` too; 0 if the word is no release."""
    text = stripped(word)
    found = _RELEASE.match(text)
    if found is not None:
        return int(found[1])
    return int(text) if number_alone and _DIGITS.match(text) else 0


def looks_like_version(word: str) -> bool:
    """Return whether a word cannot well be anything but a version or a commit: `1.0.4`, `v2`, `4be1c9d`."""
    return _VERSION.match(stripped(word)) is not None


def spellings(version: str) -> tuple[str, ...]:
    """Return how else a version may be written: without quotes and punctuation, with or without a `v`, in another case."""
    text = stripped(version)
    other = text[1:] if text[:1] in {"v", "V"} else f"v{text}"
    every = (text, other, text.lower(), text.upper(), other.lower(), other.upper())
    return tuple(dict.fromkeys(each for each in every if each and each != version))


def same_version(typed: str, version: str) -> bool:
    """Return whether a version may be meant: as it is spelled, or by one of its other spellings."""
    return typed == version or version in spellings(typed)


def folded(word: str) -> tuple[str, str]:
    """Return a word in lower case without umlauts: as `ue` and as `u`."""
    text = unicodedata.normalize("NFC", bare(word))
    return text.translate(_GERMAN), text.translate(_BARE)


def unquoted(text: str) -> str:
    """Return text without the pair of quotation marks around all of it; a single one stays."""
    said = text.strip()
    inner = said[1:-1]
    around = len(said) > 1 and said[0] in OPENING and said[-1] in OPENING
    several = any(each in OPENING for each in _APOSTROPHE.sub("", inner))
    return inner.strip() if around and not several else said


def slips(typed: str, known: str) -> int:
    """Count the letters that were left out, added, mistaken or exchanged with the next one."""
    before: list[int] = []
    row = list(range(len(known) + 1))
    for at, letter in enumerate(typed, 1):
        earlier, before, row = before, row, [at]
        for place, wanted in enumerate(known, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != wanted))
            if at > 1 and place > 1 and letter == known[place - 2] and typed[at - 2] == wanted:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known words that are fewest slips away, and few enough to be meant; in their own order."""
    word = bare(typed)[:LONGEST]
    near = [(slips(word, each), each) for each in known if _may_be(word, each)]
    fewest = min((count for count, each in near if count <= _forgiven(each)), default=0)
    return tuple(dict.fromkeys(each for count, each in near if count == fewest <= _forgiven(each)))


def abbreviated(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known words that a shorter one may stand for: `stg` and `stage` for staging."""
    word = bare(typed)[:LONGEST]
    return tuple(dict.fromkeys(each for each in known if len(word) > TWO and _stands_for(word, each)))


def _stands_for(word: str, known: str) -> bool:
    letters = iter(known)
    in_order = all(letter in letters for letter in word)
    return word[0] == known[:1] and (in_order or word[:SHARED] == known[:SHARED])


def _may_be(word: str, known: str) -> bool:
    """Return whether it is worth counting slips; a word of three letters keeps its first one, and none turns around."""
    alike = len(known) > SHORT_WORD or word[:1] == known[:1]
    opposite = any(word.startswith(each) and not known.startswith(each) for each in OPPOSITE)
    return bool(word) and alike and not opposite and abs(len(word) - len(known)) <= _forgiven(known)


def _forgiven(known: str) -> int:
    if len(known) < SHORT_WORD:
        return 0
    return 2 if len(known) >= LONG_WORD else 1


def split(line: str) -> Iterator[str]:
    """Split a line into its words, without `/release` written once more before them and emoji there."""
    words = iter(line.split())
    for word in words:
        if is_emoji(word) or bare(word) == "/release":
            continue
        yield word
        break
    yield from words

"""The registry of queries: what each reads and how it is answered."""

from bot.blocks.query_words import QueryWords
from bot.blocks.words import builds, help, history, mine, notes, report, status, where, whoami, why  # noqa: A004 - the word is the command

QUERIES: dict[str, QueryWords] = {
    "status": status.WORDS,
    "where": where.WORDS,
    "why": why.WORDS,
    "builds": builds.WORDS,
    "history": history.WORDS,
    "whoami": whoami.WORDS,
    "mine": mine.WORDS,
    "notes": notes.WORDS,
    "report": report.WORDS,
    "help": help.WORDS,
}

"""Words that people type for commands of `/release`: what another trade, another tool or another language calls them.

A command of that name always goes before what stands here, and so does a name of the policy.
"""

from collections.abc import Mapping

from handlers.typed_words import folded


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {
        spelled: command
        for command, names in words.items()
        for name in names.split(", ")
        for spelled in folded(name)
    }


DONE = _table(
    {
        "help": "hilfe, ?, commands, usage, man, hi, hello, hallo, --help, -h",
        "whoami": "who, me, whoiam, who am i, wer, rights, permissions, teams, wer bin ich",
        "status": "stat, info, overview, list, ls, queue, pending, waiting, open, show, look, progress, what, whats, "
        "what's, whats up, stand, summary, ps, liste, übersicht, zustand, is, todo, can, did, does, do, should, has, have, "
        "locks, locked, frozen, not, never, dont, don't, do not, nicht",
        "mine": "my, my releases",
        "where": "live, versions, deployed, wo, version, board, envs, environments, environment, which, umgebungen",
        "why": "eta, when, reason, blocked, stuck, warum, wieso, wann, wait, waits, how long",
        "builds": "changes, changed, what changed, diff, changelog, build, commits, latest, newest, candidates, neueste, "
        "releasenotes, notes, whats new, what's new",
        "history": "log, logs, audit, events, last, verlauf, happened, activity, past, yesterday",
    }
)
"""What only reads, and is done at once."""

ROLLED_BACK = _table(
    {
        "rollback": "undo, revert, back, roll back, roll-back, go back, rewind, downgrade, restore, zurück, zurücksetzen, "
        "zurückrollen, rückgängig, roll it back"
    }
)
"""What a rollback is called: it opens a form that names what it does, before anything is done."""

ASKED = _table(
    {
        "approve": "ok, okay, lgtm, +1, signoff, sign-off, sign off, sign, accept, ack, yes, ja, approved, approval, "
        "freigeben, freigabe, genehmigen, looks good, go ahead, passt, confirm, bless, verify, verified",
        "reject": "no, nope, nein, nack, -1, deny, decline, refuse, ablehnen, veto, disapprove, fail, broken, no go, no-go, "
        "nogo, thumbs down",
        "cancel": "abort, kill, abandon, abbrechen, drop, end, discard, delete, remove, stopp, quit, terminate, stornieren",
        "testing": "test, tests, tested, testen, teste, try, qa, check, start testing, i test, i am testing",
        "retry": "rerun, re-run, redo, repeat, try again, once more, wiederholen, nochmal, again, restart, erneut",
        "withdraw": "revoke, retract, unapprove, unsign, take back, takeback, zurückziehen, zurücknehmen, rescind, unsignoff, "
        "undo my sign off, undo my sign-off, undo my signoff, undo sign off, undo signoff, undo sign-off",
        "lock": "freeze, sperren, block, pause, halt, stop everything, einfrieren, suspend, stop deploys, "
        "extend lock, prolong",
        "unlock": "unfreeze, thaw, entsperren, unblock, resume, reopen, freischalten, auftauen, unpause",
        "settle": "deployed it, resolve, mark, clarify",
    }
)
"""What changes something by another name: the answer names the word to use."""

STARTED = _table(
    {
        "": "deploy, ship, promote, release, start, push, publish, launch, go, run, rollout, roll out, ship it, send, "
        "move, ausrollen, veröffentlichen, deployen, install, let's go, lets go, put, bring"
    }
)
"""What starting a release is called: its word is the environment alone."""

NOT_YET = _table(
    {
        "hold": "hold, on hold, postpone, delay, defer",
        "take": "take, take over, takeover, claim, assign, own, stand",
        "away": "away, vacation, ooo, holiday, out of office, urlaub, abwesend",
        "remind": "remind, ping, nudge, poke, call, page, notify, erinnern",
        "schedule": "schedule, at, later, plan, tonight",
        "emergency": "emergency, hotfix, force, override, skip, bypass, notfall, --force",
        "report": "report, stats, metrics, statistics, dora, bericht",
    }
)
"""What there is no word for: the answer says what there is instead."""

NEWEST = frozenset({"latest", "newest", "head", "neueste"})
"""What the newest build is called; it is the default of the first environment."""

READS, CHANGES_LITTLE, STARTS, DECIDES, ENDS, REVERTS = range(6)

HARM = {
    **dict.fromkeys(("help", "whoami", "status", "where", "why", "mine", "builds", "history"), READS),
    **dict.fromkeys(("testing", "withdraw"), CHANGES_LITTLE),
    "journey": STARTS,
    "retry": STARTS,
    **dict.fromkeys(("approve", "lock"), DECIDES),
    **dict.fromkeys(("reject", "cancel", "stop", "settle", "unlock", "waive"), ENDS),
    "rollback": REVERTS,
}
"""How much a command can do wrong where it was not meant; one that is not here does the most."""

MOST_HARM = REVERTS + 1
EVERY = (DONE, ROLLED_BACK, ASKED, STARTED, NOT_YET)
LONGEST_PHRASE = 4


def harm(command: str) -> int:
    """Return how much harm a command can do."""
    return HARM.get(command, MOST_HARM)


def command_named(word: str) -> str:
    """Return the command that another word stands for; empty if it is none."""
    for spelled in folded(word):
        for table in (DONE, ROLLED_BACK, ASKED):
            if spelled in table:
                return table[spelled]
    return ""


def found_in(table: Mapping[str, str], words: tuple[str, ...]) -> tuple[str, int] | None:
    """Return what the words at the front mean by a table, and how many of them say it; the longest phrase wins."""
    for count in range(min(len(words), LONGEST_PHRASE), 0, -1):
        phrase = " ".join(words[:count])
        for spelled in folded(phrase):
            if spelled in table:
                return table[spelled], count
    return None

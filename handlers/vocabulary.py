"""Words that people type for commands of `/release`: what another trade, another tool or another language calls them.

A command of that name always goes before what stands here, and so does a name of the policy.
"""

from collections.abc import Mapping

from handlers.typed_words import bare, folded, release_named, slips


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {
        spelled: command
        for command, names in words.items()
        for name in names.split(", ")
        for spelled in folded(name)
    }


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DONE = _table(
    {
        "help": "hilfe, ?, commands, usage, man, hi, hello, hallo, --help, -h",
        "whoami": "who, me, whoiam, who am i, wer, rights, permissions, teams, wer bin ich",
        "status": "stat, info, overview, list, ls, queue, pending, waiting, open, show, look, progress, what, whats, "
        "what's, whats up, stand, summary, ps, liste, übersicht, zustand, is, todo, can, did, does, do, should, has, have, "
        "locks, locked, frozen, all, all services, not, never, dont, don't, do not, nicht",
        "mine": "my, my releases",
        "where": "live, versions, deployed, wo, version, board, envs, environments, environment, which, umgebungen",
        "why": "eta, when, reason, blocked, stuck, warum, wieso, wann, wait, waits, how long",
        "builds": "changes, changed, what changed, diff, build, commits, latest, newest, candidates, neueste, "
        "whats new, what's new",
        "notes": "releasenotes, release-notes, changelog, change-log, change log",
        "report": "reports, stats, metrics, statistics, dora, bericht, weekly report, lead time",
        "history": "log, logs, audit, events, last, verlauf, happened, activity, past, yesterday",
    }
)
"""What only reads, and is done at once."""

ROLLED_BACK = _table(
    {
        "rollback": "undo, revert, roll back, roll-back, go back, rewind, downgrade, restore, zurück, zurücksetzen, "
        "zurückrollen, rückgängig, roll it back, emergency rollback"
    }
)
"""What a rollback is called: it opens a form that names what it does, before anything is done."""

ASKED = _table(
    {
        "approve": "ok, okay, lgtm, +1, signoff, sign-off, sign off, sign, accept, ack, yes, ja, approved, approval, "
        "freigeben, freigabe, genehmigen, looks good, looks fine, go ahead, go for it, passt, confirm, bless, verify, "
        "verified, all good, all fine, all ok, all okay, all clear, all green, good to go, green, thumbs up, alles gut, alles "
        "klar",
        "reject": "no, nope, nein, nack, -1, deny, decline, refuse, ablehnen, veto, disapprove, fail, broken, no go, no-go, "
        "nogo, not good, not ok, not okay, thumbs down",
        "cancel": "abort, kill, abandon, abbrechen, drop, end, discard, delete, remove, stopp, quit, terminate, stornieren",
        "testing": "test, tests, testen, teste, try, qa, check, start testing, i test, i am testing",
        "retry": "rerun, re-run, redo, repeat, try again, once more, wiederholen, nochmal, again, restart, erneut",
        "away": "vacation, ooo, holiday, holidays, out of office, urlaub, abwesend, pto",
        "back": "i am back, i'm back, im back, returned, zurück da, wieder da",
        "withdraw": "revoke, retract, unapprove, unsign, take back, takeback, zurückziehen, zurücknehmen, rescind, unsignoff, "
        "undo my sign off, undo my sign-off, undo my signoff, undo sign off, undo signoff, undo sign-off",
        "lock": "freeze, sperren, block, pause, halt, stop everything, einfrieren, suspend, stop deploys, "
        "extend lock, prolong",
        "unlock": "unfreeze, thaw, entsperren, unblock, resume, reopen, freischalten, auftauen, unpause",
        "settle": "deployed it, resolve, mark, clarify",
        "hold": "on hold, postpone, delay, defer",
        "go": "go on with, let go, let go on, unhold, un-hold",
        "take": "take over, takeover, claim, assign, own, stand, stand for, stand in for, adopt",
        "offer": "hand over, handover, hand off, give away, give up",
        "emergency": "hotfix, notfall, urgent, dringend",
        "review": "reviewed, postmortem, post-mortem, retrospective",
    }
)
"""What changes something by another name: the answer names the word to use."""

STARTED = _table(
    {
        "": "deploy, ship, promote, release, start, push, publish, launch, go, go live, run, rollout, roll out, ship it, send, "
        "move, ausrollen, veröffentlichen, deployen, install, let's go, lets go, put, bring"
    }
)
"""What starting a release is called: its word is the environment alone."""

NOT_YET = _table(
    {
        "remind": "remind, ping, nudge, poke, call, page, erinnern",
        "notify": "follow, unfollow, subscribe, unsubscribe, watch, unwatch, tell me, inform me, benachrichtigen",
        "schedule": "schedule, later, plan, tonight",
        "force": "force, override, skip, bypass, --force",
    }
)
"""What there is no word for: the answer says what there is instead."""

INSTEAD = _table(
    {
        "tested": "untest, untesting, pause testing, stop testing, end testing, finish testing, quit testing, cancel "
        "testing, withdraw testing, abort testing, stopped testing, done testing, finished testing, no longer testing, not "
        "testing, not testing anymore, tested, testing done, testing finished, testing over, tests done, i am done testing, "
        "i'm done testing, im done testing, undo testing, test done, test finished, fertig getestet, getestet",
        "ended": "uncancel, unreject, undo cancel, undo the cancel, undo reject, revert cancel, revert reject, revive, "
        "resurrect, undelete, withdraw cancel, withdraw reject, take back cancel, take back reject",
        "rollback": "cancel rollback, cancel the rollback, cancel my rollback, stop rollback, stop the rollback, abort "
        "rollback, abort the rollback, kill rollback, undo rollback, undo the rollback, revert rollback, revert the rollback, "
        "unrollback, end rollback, withdraw rollback, rollback cancel, rollback abort, rollback stop, rollback undo, roll "
        "back rollback, reject rollback, undo my rollback",
        "forward": "roll fwd, rollfwd, roll forward, rollforward, roll-forward, roll-forwards, roll forwards, fix forward, "
        "forward, go forward, roll on, roll ahead",
        "stopping": "shut down, shutdown, take down, bring down, no deploy, no deploys, no deployments, no releases, no "
        "more deploys, no more releases, emergency stop, e-stop, estop, emergency-stop, kill switch, killswitch, panic, "
        "notaus, not-aus, stop the world, stop the line, abort everything, abort all, kill everything, kill all, end "
        "everything, stop it all, stop all, stop everything, stop deploys, cancel everything, cancel all, halt everything, "
        "pull the plug, nothalt, alles stoppen, alles stopp",
        "incident": "incident, outage, sev1, sev2, p1, mayday, störung, ausfall",
    }
)
"""What is near to a command and means something else, often the opposite; the answer says what there is for it."""

REVERSED = _table(
    {
        "unlock": "cancel lock, cancel the lock, cancel my lock, remove lock, remove the lock, delete lock, undo lock, "
        "release lock, release the lock, drop the lock, "
        "undo the lock, revert lock, end lock, lift lock, lift the lock, stop lock, drop lock, withdraw lock, cancel freeze",
        "withdraw": "undo approve, undo approval, undo my approval, undo signature, undo my signature, undo sign, cancel "
        "approval, cancel my approval, cancel approve, cancel sign-off, cancel my sign-off, cancel signoff, cancel signature, "
        "revert approval, revert approve, revert sign-off, remove approval, remove my approval, remove signature, remove my "
        "signature, remove sign-off, remove my sign-off, delete approval, stop approve, not approve",
        "testing": "resume testing, restart testing, continue testing",
        "go": "cancel hold, cancel the hold, cancel my hold, lift hold, lift the hold, lift my hold, remove hold, remove the "
        "hold, stop hold, stop the hold, end hold, end the hold, undo hold, undo the hold, release hold, release the hold, "
        "drop hold, withdraw hold, revert hold, delete hold",
        "hold": "hold off, cancel go, undo go, stop go, revert go",
        "approve": "undo withdraw, cancel withdraw, revert withdraw",
        "lock": "undo unlock, cancel unlock, revert unlock, relock, re-lock, undo the unlock",
    }
)
"""What takes an action back: its first word is a command, and the whole means another one."""

BROKEN = _words(
    "broken down dead kaputt crashed crashing failing failed fails unreachable offline burning fire borked erroring 500 502 "
    "503 504 500s 502s 503s defekt ausgefallen"
)
"""What is said of an environment or a service in an incident."""

NEWEST = frozenset({"latest", "newest", "head", "neueste"})
"""What the newest build is called; it is the default of the first environment."""

LIVE = "live"
"""What people say of production where they name no environment: `go live`, `put it live`."""

READS, CHANGES_LITTLE, STARTS, DECIDES, ENDS, REVERTS = range(6)

HARM = {
    **dict.fromkeys(
        ("help", "whoami", "status", "where", "why", "mine", "builds", "notes", "history", "report"),
        READS,
    ),
    **dict.fromkeys(("testing", "withdraw", "at", "notify", "hold", "offer", "back"), CHANGES_LITTLE),
    "journey": STARTS,
    **dict.fromkeys(("retry", "go"), STARTS),
    **dict.fromkeys(("approve", "lock", "take", "away", "review"), DECIDES),
    **dict.fromkeys(("reject", "cancel", "stop", "settle", "unlock", "waive"), ENDS),
    "rollback": REVERTS,
}
"""How much a command can do wrong where it was not meant; one that is not here does the most."""

MOST_HARM = REVERTS + 1
EVERY = (DONE, ROLLED_BACK, ASKED, STARTED, NOT_YET)
LONGEST_PHRASE = 4


_LONGER = {phrase: phrase for table in EVERY for phrase in table if " " in phrase}
_OFTEN_MEANT_OTHERWISE = frozenset({"go", "take"})
"""Commands that begin what people type for others, or stand for another one where they name no release."""


def is_meant_otherwise(words: tuple[str, ...]) -> bool:
    """Return whether a line that begins with a command means another one, as `go back` and `go staging` do."""
    if len(words) == 1 or bare(words[0]) not in _OFTEN_MEANT_OTHERWISE:
        return False
    if found_in(_LONGER, words) is not None:
        return True
    return bare(words[0]) in STARTED and not any(release_named(each) for each in words[1:])


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


def phrase_that_reads(words: tuple[str, ...]) -> str:
    """Return the line of a query that several words at the front stand for, if one letter of them is wrong."""
    for phrase, command in DONE.items():
        count = len(phrase.split())
        typed = " ".join(bare(each) for each in words[:count])
        if count > 1 and slips(typed, phrase) == 1:
            return " ".join((command, *words[count:]))
    return ""

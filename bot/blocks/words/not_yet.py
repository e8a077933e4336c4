"""Sentences about words that `/release` does not have: what there is instead."""

NOT_YET = {
    "hold": "Nobody can hold one release back. To stop all new steps of an environment: /release lock production REASON. To "
    "end a release: /release reject r42 REASON.",
    "take": "Nobody can take a release over. Whoever started it can cancel it, and somebody else start it again; the build "
    "stays where it lies.",
    "away": "Nobody can be set away. Everybody of a team can sign for it: /release why names them, and teams stand in "
    "shiproom.yml.",
    "remind": "Nobody is reminded. /release why names everybody who is waited for.",
    "schedule": "Nothing can be planned for later: a step starts when it is asked for and everything is open. To keep it "
    "closed until then: /release lock production until mon 09:00 REASON",
    "force": "No gate can be passed by force. /release why names who can clear what is closed; to go back: /release "
    "rollback production. Where shiproom.yml has a lane for it: /release emergency 2.4.2 to production REASON",
    "tested": "Testing ends with a sign-off or a rejection, and nothing else has to be said: /release approve {named}, or "
    "/release reject {named} REASON.",
    "ended": "A release that has ended stays ended. Its build can be started once more: /release 2.4.1 to staging",
    "rollback": "A rollback that is open is ended by its number: /release cancel r42; /release status shows it. What was "
    "rolled back comes again by a release of its build: /release 2.4.1 to staging",
    "forward": "To go forward, release a newer build: /release staging. It needs its sign-offs as always.",
    "stopping": "To stop all new steps: /release lock everything REASON. What runs is stopped by the number of its release: "
    "/release status shows it.",
    "incident": "To bring back what was live before: /release rollback {named}. To stop new steps: /release lock {named} "
    "REASON. /release status shows what runs, /release history what changed.",
    "report": "There are no reports. /release history shows what happened last.",
}
"""By topic of handlers/vocabulary.py."""

"""Sentences about words that `/release` does not have: what there is instead."""

NOT_YET = {
    "schedule": "A start is planned by its time behind the environment: /release r42 to production at mon 09:00. To take that "
    "back: /release at cancel r42",
    "remind": "Nobody is reminded by hand. Where the policy says `remind`, everybody who is waited for is reminded by itself: "
    "/release why names them, and when. /release mine shows what waits for you.",
    "notify": "You can be told when a change of yours is live: /release notify me. Whoever starts, tests or signs a release is "
    "told of its end by itself.",
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
}
"""By topic of handlers/vocabulary.py."""

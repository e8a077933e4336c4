"""The table: how changes and authors can be known, half known, unknown or forged, in the words of `script.py`.

The first build is Mara's; Tim and Lena write nothing. Each way ends with `judge`, which takes the newest build unless another
place is named, and says how a doubt is cleared: `waive`, or `facts` where the CI answers again.
"""

LIVE = "push mara; build; ships"
ANDY = f"{LIVE}; push andy; build"
HOTFIX = f"{ANDY}; on hotfix/x; push dora; build"
AFTER_HOTFIX = f"{HOTFIX}; ships; on main"
FIRST_HOTFIX = f"{LIVE}; on hotfix/x; push dora; build"
BY_HAND = "outside workflow_dispatch"
RITA = "push rita; build"
ROLLED_BACK = f"{ANDY}; ships; rollback 0"

EVERYWHERE = {
    # The plain history of a branch.
    "the first build": "push mara; build; judge",
    "the first build, of several": f"push mara; push andy; {RITA}; judge",
    "the second build, the first was never live": "push mara; build; push andy; build; judge",
    "the second build": f"{ANDY}; judge",
    "one who wrote what is live may sign": f"{LIVE}; push dora; build; judge",
    "several commits in a build": f"{LIVE}; push andy; push rita; push dora; build; judge",
    "everybody but Tim wrote it": f"{LIVE}; push andy; push rita; push dora; push mara; build; judge",
    "several builds since": f"{ANDY}; {RITA}; push dora; build; judge",
    "the build in the middle": f"{ANDY}; {RITA}; push dora; build; judge waive -2",
    "co-authors": f"{LIVE}; push andy+rita; build; judge",
    "several co-authors": f"{LIVE}; push andy+rita+dora; build; judge",
    "another committer": f"{LIVE}; push andy/dora; build; judge",
    "a co-author whom nobody knows": f"{LIVE}; push andy+bob; build; judge",
    "a committer whom nobody knows": f"{LIVE}; push andy/bob; build; judge",
    "an author whom nobody knows": f"{LIVE}; push bob; build; judge",
    "an unknown author among known ones": f"{LIVE}; push andy; push bob; {RITA}; judge",
    "an unknown author in a build before": f"{LIVE}; push bob; build; {RITA}; judge",
    "an author without a name": f"{LIVE}; push ghost; build; judge",
    "an author without a name in a build before": f"{LIVE}; push ghost; build; {RITA}; judge",
    "an unknown author is live, the next is known": f"{LIVE}; push bob; build; ships; {RITA}; judge",
    "an unknown author becomes known by a reload": f"{LIVE}; push bob; build; knows bob; judge",
    "an unknown author becomes known after the start": f"{LIVE}; push bob; build; judge reload",
    "the same commit built twice": f"{ANDY}; build; judge",
    "the live commit built once more": f"{LIVE}; build; judge",
    # Deployments that did not become live.
    "a deployment failed before": f"{ANDY}; breaks; {RITA}; judge",
    "the same build again after it failed": f"{ANDY}; breaks; judge",
    "the first deployment failed": "push mara; build; breaks; push andy; build; judge",
    "cancelled before it was signed": f"{ANDY}; starts; cancels; {RITA}; judge",
    "waived, and then cancelled": f"{LIVE}; push bob; build; starts; cancels waive; {RITA}; judge",
    # Builds out of order.
    "a late build": f"{LIVE}; push andy; {RITA}; build late ~1; judge waive -1",
    "a late build, and the newer one": f"{LIVE}; push andy; {RITA}; build late ~1; judge waive -2",
    "a late build after the newer one is live": f"{LIVE}; push andy; {RITA}; ships; build late ~1; judge",
    "a build after a late one": f"{LIVE}; push andy; {RITA}; build late ~1; push dora; build; judge",
    # Rollbacks.
    "after a rollback": f"{ROLLED_BACK}; {RITA}; judge",
    "the build that was rolled back": f"{ROLLED_BACK}; judge waive 1",
    "after a rollback and its repair": f"{ROLLED_BACK}; {RITA}; ships; push dora; build; judge",
    "two rollbacks": f"{ANDY}; ships; {RITA}; ships; rollback 1; rollback 0; push dora; build; judge",
    # Hotfixes and release branches.
    "a hotfix": f"{HOTFIX}; judge",
    "a hotfix of a co-author": f"{ANDY}; on hotfix/x; push dora+rita; build; judge",
    "a hotfix of somebody unknown": f"{LIVE}; on hotfix/x; push bob; build; judge",
    "two builds of a hotfix": f"{FIRST_HOTFIX}; {RITA}; judge",
    "main after a hotfix is live": f"{AFTER_HOTFIX}; {RITA}; judge",
    "main, built before the hotfix went live": f"{HOTFIX}; ships; judge waive 1",
    "the second build of a live hotfix": f"{HOTFIX}; ships; {RITA}; judge",
    "main and hotfix in turn": f"{FIRST_HOTFIX}; ships; on main; push andy; build; ships; on hotfix/x; {RITA}; judge",
    "a hotfix that was rolled back": f"{FIRST_HOTFIX}; ships; rollback 0; on main; push andy; build; judge",
    "a hotfix again after main": f"{FIRST_HOTFIX}; ships; on main; push andy; build; ships; judge waive 1",
    "a release branch from main": f"{ANDY}; on release/2 main; push dora; build; judge",
    "main after a release branch is live": f"{ANDY}; on release/2 main; push dora; build; ships; on main; {RITA}; judge",
    "a second hotfix from the first": f"{FIRST_HOTFIX}; ships; on hotfix/y; {RITA}; judge",
    "hotfix failed, then main": f"{FIRST_HOTFIX}; breaks; on main; push andy; build; judge",
    # Runs that Shiproom did not start.
    "a push run": f"{ANDY}; outside push; {RITA}; judge",
    "a push run that names our commit": f"{ANDY}; outside push; judge",
    "a pull request of a fork": f"{ANDY}; outside pull_request fork; judge",
    "a schedule": f"{ANDY}; outside schedule; judge",
    "deployed by hand": f"{ANDY}; {BY_HAND}; judge",
    "deployed by hand, then the next build": f"{ANDY}; {BY_HAND}; {RITA}; judge",
    "deployed by another program": f"{ANDY}; outside repository_dispatch; {RITA}; judge",
    "deployed by hand and failed": f"{ANDY}; {BY_HAND} fails; judge",
    "deployed by hand from a fork": f"{ANDY}; {BY_HAND} fork; judge",
    "deployed by hand before anything else": f"push mara; build; {BY_HAND}; push andy; build; judge",
    "a record of a deployment": f"{ANDY}; outside record; {RITA}; judge",
    "a hotfix by hand": f"{HOTFIX}; {BY_HAND}; on main; {RITA}; judge",
    "another bot's id in the title": f"{ANDY}; {BY_HAND} bot; judge",
    "by hand, and then rolled back": f"{ANDY}; ships; {RITA}; {BY_HAND}; rollback 0; push dora; build; judge",
    "a deployment run again": f"{ANDY}; rerun; judge",
    "an older deployment run again": f"{ANDY}; ships; {RITA}; rerun first; push dora; build; judge",
}
"""On each CI."""

COMPARED = {
    **{
        f"a compare answers {said}, then it tells": f"{LIVE}; push andy; push rita; compares {said}; build; judge facts"
        for said in ("404", "500", "403", "429")
    },
    **{
        f"a compare answers {said} for ever": f"{LIVE}; push andy; push rita; compares {said}; build; judge"
        for said in ("404", "500", "cut")
    },
    "told after the waiver": f"{LIVE}; push andy; push rita; compares 500; build; judge late",
    "a hotfix told after the waiver": f"{LIVE}; on hotfix/x; push dora; compares 404; build; judge late",
    "no compare of an unknown author, then it tells": f"{LIVE}; push andy; push bob; compares 404; build; judge",
    "no compare of a hotfix, then it tells": f"{ANDY}; on hotfix/x main; compares 500; push dora; build; judge facts",
    "no compare for main after a hotfix": f"{AFTER_HOTFIX}; compares 404; {RITA}; judge facts",
    "cut for the build before": f"{LIVE}; push andy; compares cut; build; push rita; compares ok; build; judge",
    "no compare after a rollback": f"{ROLLED_BACK}; compares 500; {RITA}; judge facts",
    "no compare of a release branch": f"{ANDY}; on release/2 main; push dora; compares 404; build; judge",
}
"""Where the commits can be compared."""

POSTED = {
    "posted without changes": f"{ANDY} untold; judge",
    "posted without changes, the first build": "push mara; build untold; judge",
    "one before was posted without changes": f"{ANDY} untold; {RITA}; judge",
    "a live one was posted without changes": f"{ANDY} untold; ships; {RITA}; judge",
    "posted again with its changes": f"{ANDY} untold; again; judge",
    "posted again with changes after the start": f"{ANDY} untold; judge again",
    "posted again by somebody who hides": f"{ANDY}; again tim; judge",
    "posted again without changes": f"{ANDY}; again untold; judge",
    "a hotfix posted without changes": f"{FIRST_HOTFIX} untold; judge",
    "after a rollback, posted without changes": f"{ROLLED_BACK}; push rita; build untold; judge",
}
"""Where builds are posted."""

FORGED = {
    "posted with another author": f"{ANDY} as mara; judge",
    "posted with Tim as the author": f"{ANDY} as tim; judge",
    "posted as if nothing had changed": f"{ANDY} empty; judge",
    "posted with another author, the first build": "push mara; build as andy; judge",
}
"""Where builds are posted and somebody else tells their changes."""

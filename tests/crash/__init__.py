"""Kills the bot at every await of the story, starts it again, and looks whether a guarantee broke.

How a point is found. The modules of bot/ and storage/ are rewritten while they are imported, in the fork server only: each
`await` and each `async with` tells the probe when it begins, each time it is suspended (the request is out, no answer is
in) and when it has ended; and so does each statement of the few functions that write on another thread (the transactions
of SQLite's writer, the start of a local command). No list of points is kept by hand, and none can be forgotten: an await
that is written tomorrow is killed at tomorrow. Tracing lines (`sys.settrace`) would find the same places at many times
the cost, and cannot tell an await that is suspended from one that has not begun; a task factory that counts steps of
tasks cannot name the await at all.

How a run goes. A fork server has imported everything and opened nothing; a child of it is a bot, started in a few
hundredths of a second. One telling of the story is a sequence of chapters, and in each chapter one bot is killed with
SIGKILL at the n-th passage of one point, is started again, and the story goes on, over all later kills, to its end: so
every kill is followed by the whole rest of the story. People behave as people do: what was answered is done, what was
not is looked up or tried again.

Time in the bots goes several times faster, clock and event loop alike, so that the product's own pace towards Slack
(seconds per message and per card) is kept and yet not waited for.

The matrix (`matrix*.py`) is another campaign with the same bots: each run kills one at one of six moments of a deployment,
while its CI does one of five things with the request; every kind of CI that is elsewhere is a column of its own. The CI
lives outside the bot, and a door before it delays, swallows and counts requests, for all kinds in the same way. Time does
not go faster there but is turned by hand, and only while the bot rests: the minutes of a search pass in a second.
`seeded.py` plants bugs that the matrix has to notice.

The story of the shop (`shop*.py`) is told a few times only, with a kill around each decision of releases that take over what
lies untouched, deploy it `again`, need no signature, or are settled as not deployed.

So is that of the gates (`gates*.py`), in whose chapters two decisions meet: a window closes while the bot that has started
something in it is dead; an emergency is started and signed while the release that it passes is signed; a release is held as its
last sign-off comes, or signed as it is held; somebody takes one while others sign it; and a stand-in signs as the person is
back. Two people act at once there, either first, so that a chapter may go on in more than one way; what must hold is the same.
Time goes faster and is turned on besides, only while the bot is away: half a minute at each death, and to where windows close
and open. `seeded.py` plants bugs for it too.
"""

"""Stories whose clock is turned: the bot, its local Slack, a local CI and a database, for hours, nights and weekends.

    async def test_a_lock_that_ends_on_monday(stories: Stories) -> None:
        async with stories(POLICY, "website", at="2026-11-27 16:30") as (website,):
            await website.build("1.0")
            number = await website.starts("Mara", "staging")
            await website.types("Tim", "lock production until mon 09:00 no releases over the weekend")
            friday = website.now
            await website.turn("mon 09:00")
            assert "*ready for production*" in website.shown(number).text
            [push] = website.pushed("Mara", since=friday)

How to write one.
- `stories` takes a policy (`tests.scenarios.acting` has `HEAD` and `service()`), the names of its services, and `at`, a time in
  Berlin; it gives one `Story` for each service. `database=database` tells it on SQLite and on PostgreSQL.
- People act one after the other: `types`, `starts`, `press` (a card), `presses` (any message that they see) and `submits`
  (a form). When such a call is over, everything that follows has happened and has been said. So a story never waits, and has no
  `asyncio.sleep`. `bot.until` and its kin let everything happen, and then look once.
- `turn` takes what `until` takes in a command (`mon 09:00`, `18:00`, `2026-12-01 08:00`), `for 2h`, or an object of datetime.
  Whatever is due on the way happens when it is due: wakes and effects are read from the database, and the clock stops at each.
  After a dozen stops of one turn it stops at full hours or half hours only, if these come later: who wants to see 09:10 turns
  to 09:10. Being said takes story time too, about a second a message, so a turn may end some seconds late; write the
  minute (`shown_time`), never the second.
- Facts from Slack are 60 s old at most, so each turn makes them stale and the bot asks again: change what Slack says with
  `bot.world.slack.workspace.put_user(...)` or `put_group(...)`.
- `holds("staging")` lets deployments to it last until `ends("staging")`; `breaks("staging")` lets them fail.
- `bot.world.kill()` kills the bot alone, `power_cut()` also what the local CI runs; then `turn`, then `bot.world.start()`.

What is seen.
- `shown(1)`: the card of r1 as it is now: `.text` with `[Buttons]`, `.buttons`, `.menu`, `.push`.
- `lines(1, since=...)`: its thread; `posts(since=...)`: the channel; `call("Sign off r1")`: the newest with these words.
- `direct("Tim", since=...)`: what Tim was sent by the bot alone, as it is now.
- `pushed("Tim", since=...)`: what his phone showed: direct messages and what named him or a group of his, as it was posted.
- `types` returns what is answered; `private("Tim")` lists all that only he sees; `deployed("production")`: what really ran.
- `now` is a point to read from (`since=`), in the zone of the policy.

How it works is told where it is: `program` (bots are forked from a program that gives them another clock; nothing of this is
in the product), `world` (when the clock may be turned, and how far), `dates` (files have the machine's time).
"""

"""The heads as they are remembered outside: which there are, and the one message that posts them."""

import asyncio
import json
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from storage import anchors, audit
from storage.anchors import AnchorPost
from storage.confirmed import ConfirmedHeads
from storage.database import Database, write_again
from storage.history import Head
from storage.tables import EffectRow, table
from tests.handlers.builders import NOW
from tests.storage import transactions

POST = AnchorPost("C0AUDIT", NOW.date())


def posts(connection: Connection) -> list[str]:
    effect = table(EffectRow)
    wanted = effect.select().where(effect.c.kind == "post_to_channel", effect.c.body.contains("C0AUDIT"))
    return [json.loads(row.body)["values"]["heads"] for row in connection.execute(wanted)]


async def test_heads_are_those_that_verify_names(opened: Database) -> None:
    assert await opened.read(anchors.heads) == ()
    await transactions.story(opened)
    found = await opened.read(anchors.heads)
    assert tuple(str(head) for head, _ in found) == (await opened.read(audit.verify)).heads
    assert {at for _, at in found} == {NOW}


async def test_of_all_replicas_one_posts(opened: Database) -> None:
    post = partial(anchors.post_once, post=POST, now=NOW)
    assert await write_again(opened, post) is False, "there is nothing to post yet"
    await transactions.story(opened)
    assert sorted(await asyncio.gather(*(write_again(opened, post) for _ in range(6)))) == [
        *[False] * 5,
        True,
    ]
    later = partial(anchors.post_once, post=AnchorPost("C0AUDIT", (NOW + timedelta(days=1)).date()), now=NOW)
    assert await write_again(opened, later) is False, "nothing has changed"
    heads = "\n".join(str(head) for head, _ in await opened.read(anchors.heads))
    assert await opened.read(posts) == [heads]
    assert (await opened.read(audit.verify)).findings == ()


async def test_what_others_committed_is_learned_unless_something_is_lost(opened: Database) -> None:
    await transactions.story(opened)
    confirmed = ConfirmedHeads()
    confirmed.learn(Head("website", 10_000, "ab" * 32), NOW)
    found = await opened.read(partial(anchors.confirmed_heads, confirmed=confirmed))
    confirmed.learn_newer(found)
    assert set(confirmed.behind) == {"website"}
    known = {head.service: head.row for head, _ in confirmed.known}
    assert known["website"] == 10_000, "what is there is no substitute for what was confirmed"
    assert known["shop"] == {head.service: head.row for head, _ in found}["shop"]

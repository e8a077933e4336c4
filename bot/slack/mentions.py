"""Carries out what is typed behind a mention of the bot, above all in threads, where Slack takes no commands.

In the thread of a release's card it means that release. The answer is for that person's eyes only.
"""

from functools import partial

from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.actions import Origin
from bot.slack.events import SlackEvent
from bot.slack.mention_text import read_mention
from bot.slack.open_releases import OpenReleases
from bot.slack.payloads import Sender
from bot.slack.private_answers import PrivateAnswers
from bot.slack.reply import SlackReply
from bot.slack.requests import Requests
from handlers.in_thread import about_release
from handlers.outcome import Refusal
from handlers.people import AccountStatus, Eligibility

MENTIONED = "app_mention"
"""The event that the manifest subscribes to."""
WITHOUT_WORDS = "/release"
"""What a mention with nothing behind it stands for: the command with nothing behind it."""


class Mentions:
    """Carries out lines that begin with a mention of the bot, from full members."""

    def __init__(
        self,
        engine: Engine,
        freshness: Freshness,
        requests: Requests,
        answers: PrivateAnswers,
        open_releases: OpenReleases,
    ) -> None:
        self._engine = engine
        self._freshness = freshness
        self._requests = requests
        self._answers = answers
        self._open_releases = open_releases
        self.bot = ""

    async def carry_out(self, event: SlackEvent) -> None:
        """Carry out a mention, and answer it; one that does not begin its message is no command."""
        fields = event.fields
        line = read_mention(str(fields.get("text") or ""), self.bot, self._freshness.names())
        channel, thread = (str(fields.get(name) or "") for name in ("channel", "thread_ts"))
        if line is None or not channel:
            return
        sender = Sender(event.user, channel, f"mention:{event.id}", thread=thread)
        post = partial(self._answers.post, sender)
        reply = await self._requests.in_time(self._do(line, sender), post)
        if reply.message is not None:
            await post(reply.message)

    async def _do(self, line: str, sender: Sender) -> SlackReply:
        """Carry out a line; a bot is not answered, and others who are no full members are told just that."""
        await self._freshness.refresh_person(sender.user, groups=False)
        membership = self._freshness.membership()
        status = membership.account_status(sender.user, self._engine.clock.now())
        if status is not Eligibility.YES:
            known = membership.members.get(sender.user)
            if known is not None and known.account_status is AccountStatus.BOT:
                return SlackReply()
            return self._requests.actions.refused(Refusal(status.value, {"action": "read"}))
        own = await self._open_releases.of_message(sender.channel, sender.thread) if sender.thread else 0
        if own:
            line = about_release(line, own, self._requests.context(sender))
        line = line or WITHOUT_WORDS
        return await self._requests.do_typed(line, Origin(sender, line=line))

"""Posts what one person only sees: by the response_url of their request, where they wrote, or in a direct message."""

from bot.blocks.block_kit import Message
from bot.slack.payloads import Sender
from bot.slack.reply import ephemeral_body
from bot.slack_client.web import SlackWeb


class PrivateAnswers:
    """Posts messages to one person only."""

    def __init__(self, slack: SlackWeb) -> None:
        self._slack = slack

    async def post(self, sender: Sender, message: Message) -> None:
        """Post to the sender only, in the thread in which they wrote if they wrote in one.

        A form that was opened from Home knows no channel: what became of it is a direct message.
        """
        body = {**ephemeral_body(message), "replace_original": False}
        if sender.response_url and await self._slack.respond(sender.response_url, body):
            return
        if not sender.channel:
            direct = {"channel": sender.user, "text": message.text, "blocks": message.blocks}
            await self._slack.call("chat.postMessage", direct)
        else:
            ephemeral = {
                "channel": sender.channel,
                "user": sender.user,
                "text": message.text,
                "blocks": message.blocks,
            }
            if sender.thread:
                ephemeral["thread_ts"] = sender.thread
            await self._slack.call("chat.postEphemeral", ephemeral)

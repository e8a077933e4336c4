"""The Web API methods that Shiproom calls, by name, each with its scope."""

from bot.local_slack.methods.call import Method
from bot.local_slack.methods.chat import CHAT
from bot.local_slack.methods.conversations import CONVERSATIONS
from bot.local_slack.methods.directory import DIRECTORY
from bot.local_slack.methods.functions import FUNCTIONS
from bot.local_slack.methods.modals import MODALS

METHODS: dict[str, Method] = {**CHAT, **CONVERSATIONS, **DIRECTORY, **FUNCTIONS, **MODALS}

"""Long lists: Slack asks the bot for their options as somebody types (external_select, block_suggestion).

docs.slack.dev/reference/block-kit/block-elements/select-menu-element: at most 100 options, within 3 s;
docs.slack.dev/reference/interaction-payloads/block_suggestion-payload: the payload.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_slack.forms import InputValue, chosen, elements
from bot.local_slack.model import Json, View
from bot.local_slack.option_rules import option_errors
from bot.local_slack.payloads import interaction
from bot.local_slack.serializers import view_json
from bot.local_slack.transport import Transport
from bot.local_slack.workspace import Workspace

EXTERNAL = "external_select"
LEAST_TYPED = 3
"""How many letters have to be typed before Slack asks, unless `min_query_length` says otherwise."""
NO_OPTIONS = "no_options"
Place = tuple[str, str, str]


@dataclass(slots=True)
class LongLists:
    """Asks for options, and remembers those that were shown, of which one can be chosen."""

    workspace: Workspace
    transport: Callable[[], Transport]
    refused: list[str] = field(default_factory=list[str])
    _shown: dict[Place, dict[str, Json]] = field(default_factory=dict[Place, dict[str, Json]])

    async def ask(self, view: View, block_id: str, action_id: str, typed: str) -> list[Json]:
        """Return the options for what was typed; none if too little was typed, or the bot does not answer as it should."""
        element = _element(view, block_id, action_id)
        if element["type"] != EXTERNAL or len(typed) < element.get("min_query_length", LEAST_TYPED):
            return []
        payload = interaction(self.workspace, self.workspace.users[view.user], "block_suggestion")
        payload |= {
            "container": {"type": "view", "view_id": view.id},
            "view": view_json(self.workspace, view),
            "action_id": action_id,
            "block_id": block_id,
            "value": typed,
        }
        answer = await self.transport().send("interactive", payload)
        wrong = [answer.error] if answer.error else option_errors(answer.body)
        if wrong or isinstance(answer.body, str):
            self.refused += wrong or [NO_OPTIONS]
            return []
        options: list[Json] = answer.body["options"]
        self._shown.setdefault((view.root_id, block_id, action_id), {}).update(
            {option["value"]: option for option in options}
        )
        return options

    def choose(self, view: View, block: Json, element: Json, typed: InputValue) -> Json:
        """Return a value in Slack's format, of a long list one of the options that were shown."""
        if element["type"] != EXTERNAL:
            return chosen(element, typed)
        shown = self._shown.get((view.root_id, block["block_id"], element["action_id"]), {})
        first = [element["initial_option"]] if "initial_option" in element else []
        kept = view.values.get(block["block_id"], {}).get(element["action_id"], {}).get("selected_option")
        known = [*shown.values(), *first, *([kept] if kept else [])]
        return chosen({**element, "options": known}, typed)


def _element(view: View, block_id: str, action_id: str) -> Json:
    for block, element in elements(view.blocks):
        if (block["block_id"], element["action_id"]) == (block_id, action_id):
            return element
    raise KeyError(action_id)

"""The side panels of the page: sites, buttons, files and texts that the owner of the Slack provides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.local_slack.model import Json


@dataclass(frozen=True, slots=True)
class SidePanels:
    """The panels of the page, called again for each view, and the routes of their buttons.

    A panel is one of
    `{"kind": "frame", "title", "url", "note"?}`,
    `{"kind": "link", "title", "url"}`,
    `{"kind": "note", "text", "title"?}`,
    `{"kind": "button", "label", "post", "title"?, "hint"?, "fields"?, "pulse"?, "danger"?, "result"?}`,
    `{"kind": "tick", "label", "post", "on"}`, which posts `{"on": true | false}`,
    `{"kind": "guide", "title", "steps": [{"name", "title", "text", "as"?, "pastes"?, "done"}], "end":
    {"title", "lines", "next", "label", "post"}}`, whose end is shown once all is done,
    `{"kind": "file", "title", "url", "lines", "highlights": [{"line", "words"}]}` with lines counted from 1, and
    `{"kind": "paste", "title", "text", "post"?, "choices": [{"title", "text", "parts": [{"title", "text"}]}]}`, which is shown
    in the step of the guide that pastes.
    A field is `{"name", "label", "kind": "text" | "color" | "select", "value"?, "options"?}`.
    A button posts its fields as a JSON object to its path and shows the `"message"` of the JSON it gets.

    `away` is the user who is away and has a phone; `lines` returns commands that can be typed, with what they do;
    `intro` says what this Slack is for.
    """

    panels: Callable[[], Sequence[Json]]
    routes: tuple[web.AbstractRouteDef, ...] = ()
    away: str = ""
    lines: Callable[[], Sequence[Json]] = list[Json]
    intro: str = ""

    def frame_origins(self) -> list[str]:
        """Return the origins that the page may frame."""
        urls = [urlsplit(str(panel["url"])) for panel in self.panels() if panel["kind"] == "frame"]
        return sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})

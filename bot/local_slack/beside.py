"""What stands beside the channel on the page: sites to look at and things to press, given by its owner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.local_slack.model import Json


@dataclass(frozen=True, slots=True)
class BesideApp:
    """Panels for the page, asked for anew each time, and the routes that their buttons post to.

    A panel is one of
    `{"kind": "frame", "title", "url", "note"?}`,
    `{"kind": "link", "title", "url"}`,
    `{"kind": "note", "text", "title"?}`,
    `{"kind": "button", "label", "post", "title"?, "hint"?, "fields"?, "pulse"?, "danger"?, "result"?}`,
    `{"kind": "guide", "title", "steps": [{"name", "title", "text", "as"?, "done"}]}`,
    `{"kind": "file", "title", "url", "lines", "lit": [{"line", "words"}]}` with lines counted from 1, and
    `{"kind": "paste", "title", "text", "post"?, "choices": [{"title", "text", "parts": [{"title", "text"}]}]}`.
    A field is `{"name", "label", "kind": "text" | "color" | "select", "value"?, "options"?}`.
    A button posts its fields as a JSON object to its path and shows the `"message"` of the JSON it gets.

    `away` is who is not at the desk and has a phone that rings; `lines` gives commands as one may type them, with what they do.
    """

    panels: Callable[[], Sequence[Json]]
    routes: tuple[web.AbstractRouteDef, ...] = ()
    away: str = ""
    lines: Callable[[], Sequence[Json]] = list[Json]

    def frame_origins(self) -> list[str]:
        """The origins that the page has to be allowed to frame."""
        urls = [urlsplit(str(panel["url"])) for panel in self.panels() if panel["kind"] == "frame"]
        return sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})

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
    `{"kind": "frame", "title", "url"}`,
    `{"kind": "link", "title", "url"}`,
    `{"kind": "note", "text", "title"?}` and
    `{"kind": "button", "label", "post", "hint"?, "fields"?}`, where a field is
    `{"name", "label", "kind": "text" | "color" | "select", "value"?, "options"?}`.
    A button posts its fields as a JSON object to its path and shows the `"message"` of the JSON it gets.
    """

    panels: Callable[[], Sequence[Json]]
    routes: tuple[web.AbstractRouteDef, ...] = ()

    def frame_origins(self) -> list[str]:
        """The origins that the page has to be allowed to frame."""
        urls = [urlsplit(str(panel["url"])) for panel in self.panels() if panel["kind"] == "frame"]
        return sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})

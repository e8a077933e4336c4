"""Makes the pictures of the README by going through the five minutes once at a desk and once in a hand:

python -m tests.browser.pictures
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import ViewportSize

from bot.demo.place import Place
from bot.demo.stage import staged
from tests.browser import chromium
from tests.browser.seat import Seat
from tests.browser.story import Story

DOCS = Path(__file__).parents[2] / "docs"
SETTLED = 900.0
"""Milliseconds after which nothing moves any more."""
LEAVE_OUT = """(lists, out) => {
    for (const list of lists) {
        const edge = list.getBoundingClientRect();
        for (const part of list.children) {
            const place = part.getBoundingClientRect();
            const cut = place.top < edge.top - 1 || place.bottom > edge.bottom + 1;
            part.style.visibility = out && cut ? "hidden" : "";
        }
    }
}"""
"""What the edge of a list cuts in half, a message or a panel, is not in the picture."""


@dataclass(frozen=True, slots=True)
class Album:
    """One way to look at the page, and the moments that are kept of it, each with its name in docs/."""

    size: ViewportSize
    scheme: str
    kept: dict[str, str]


DESK = Album(
    ViewportSize(width=1200, height=800), "light", {"phone-rings": "desk_phone.png", "why": "desk_why.png"}
)
HAND = Album(
    ViewportSize(width=390, height=844),
    "dark",
    {"refused": "hand_refused.png", "sign-off": "hand_sign_off.png"},
)


async def filled(album: Album, narrow: bool) -> None:
    """Go through the story once and keep its pictures."""
    folder = Path(tempfile.mkdtemp(prefix="shiproom-demo-"))
    async with staged(Place(folder), 0, print) as stage, chromium.browser() as browser:
        stage.slack.deadline = 30.0
        context = await browser.new_context(
            viewport=album.size,
            color_scheme="dark" if album.scheme == "dark" else "light",
            locale="en-GB",
            has_touch=narrow,
            device_scale_factor=1.5,
        )
        page = await context.new_page()
        await page.goto(f"{stage.slack.url}/")

        async def keep(name: str) -> None:
            if name in album.kept:
                await page.locator("#toast").evaluate("toast => { toast.hidden = true; }")
                await page.mouse.move(1, 1)
                await page.wait_for_timeout(SETTLED)
                lists = page.locator("#messages, #beside")
                await lists.evaluate_all(LEAVE_OUT, arg=True)
                await page.screenshot(path=DOCS / album.kept[name])
                await lists.evaluate_all(LEAVE_OUT, arg=False)
                sys.stdout.write(f"docs/{album.kept[name]}\n")

        await Story(stage, Seat(page, narrow), keep).whole()


async def main() -> None:
    """Make all of them."""
    await filled(DESK, narrow=False)
    await filled(HAND, narrow=True)


if __name__ == "__main__":
    asyncio.run(main())

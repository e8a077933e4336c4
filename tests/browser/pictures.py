"""Takes the README's pictures during the six minutes, on a desktop and a phone.

python -m tests.browser.pictures
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import ViewportSize

from bot.demo.environment import running_demo
from bot.demo.folder import DemoFolder
from tests.browser import chromium
from tests.browser.browser_user import BrowserUser
from tests.browser.story import Story

DOCS = Path(__file__).parents[2] / "docs"
SETTLED = 900.0
"""Milliseconds until all animations have ended."""
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
"""Hides messages and panels that the edge of their list cuts in half."""


@dataclass(frozen=True, slots=True)
class Album:
    """One size and colour scheme, and the moments to keep, with their names in docs/."""

    size: ViewportSize
    scheme: str
    kept: dict[str, str]


DESKTOP = Album(
    ViewportSize(width=1200, height=800), "light", {"phone-rings": "desk_phone.png", "why": "desk_why.png"}
)
PHONE = Album(
    ViewportSize(width=390, height=844),
    "dark",
    {"refused": "hand_refused.png", "sign-off": "hand_sign_off.png"},
)


async def filled(album: Album, narrow: bool) -> None:
    """Go through the story once and take its pictures."""
    folder = Path(tempfile.mkdtemp(prefix="shiproom-demo-"))
    async with running_demo(DemoFolder(folder), 0, print) as demo, chromium.browser() as browser:
        demo.slack.deadline = 30.0
        context = await browser.new_context(
            viewport=album.size,
            color_scheme="dark" if album.scheme == "dark" else "light",
            locale="en-GB",
            has_touch=narrow,
            device_scale_factor=1.5,
        )
        page = await context.new_page()
        await page.goto(f"{demo.slack.url}/")

        async def keep(name: str) -> None:
            if name in album.kept:
                await page.locator("#toast").evaluate("toast => { toast.hidden = true; }")
                await page.mouse.move(1, 1)
                await page.wait_for_timeout(SETTLED)
                lists = page.locator("#messages, #panels")
                await lists.evaluate_all(LEAVE_OUT, arg=True)
                await page.screenshot(path=DOCS / album.kept[name])
                await lists.evaluate_all(LEAVE_OUT, arg=False)
                sys.stdout.write(f"docs/{album.kept[name]}\n")

        story = Story(demo, BrowserUser(page, narrow), keep)
        await story.first_minutes()
        await story.last_minutes()


async def main() -> None:
    """Take all pictures."""
    await filled(DESKTOP, narrow=False)
    await filled(PHONE, narrow=True)


if __name__ == "__main__":
    asyncio.run(main())

"""Somebody before the page: looks, presses and types as people do, by what stands there and never by how it is made."""

import importlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import FrameLocator, Locator, Page, expect

GRAVE = frozenset({"serious", "critical"})
PATIENCE = 60_000.0
"""Milliseconds until what is expected has to be seen; a machine that tests other things too may be slow."""

expect.set_options(timeout=PATIENCE)

Picture = Callable[[str], Awaitable[None]]


async def no_picture(_: str) -> None:
    """Keep none."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One page. `narrow` is in a hand: what stands beside the channel is behind a button there."""

    page: Page
    narrow: bool = False

    async def become(self, name: str) -> None:
        await self.beside(shown=False)
        await self.page.get_by_role("radio", name=name).click()
        await expect(self.page.get_by_role("radio", name=name)).to_be_checked()

    async def beside(self, *, shown: bool = True) -> Locator:
        """Give what stands beside the channel; in a hand it is opened or closed for that."""
        place = self.page.locator("#beside")
        if self.narrow and await place.is_visible() is not shown:
            await self.page.get_by_role("button", name="Sites").click()
        return place

    def message(self, words: str, button: str = "") -> Locator:
        """The newest message with these words, and with a button that begins so."""
        said = self.page.locator("#messages article").filter(has_text=words)
        offered = self.page.get_by_role("button", name=re.compile(f"^{button}"))
        return (said.filter(has=offered) if button else said).last

    async def sees(self, words: str) -> None:
        await expect(self.message(words)).to_be_visible()

    async def press(self, words: str, label: str) -> None:
        """Press a button of the newest message with these words, as soon as it is there."""
        await self.beside(shown=False)
        button = self.message(words, label).get_by_role("button", name=re.compile(f"^{label}"))
        await button.click()

    async def types(self, line: str) -> None:
        await self.beside(shown=False)
        box = self.page.locator("#composer").get_by_role("textbox")
        await box.fill(line)
        await box.press("Escape")
        await box.press("Enter")

    async def changes(self, colour: str, words: str) -> None:
        """Make a change with the pulsing button."""
        place = await self.beside()
        await place.get_by_label("Colour").fill(colour)
        await place.get_by_label("Words").fill(words)
        await place.get_by_role("button", name="Make a change").click()

    async def ticked(self, step: str) -> None:
        """Wait until the guide has ticked a step off."""
        done = self.page.locator(f"[data-step={step}].done")
        await done.wait_for(state="attached")

    def site(self, name: str) -> FrameLocator:
        """The site of an environment, as the page shows it."""
        return self.page.frame_locator(f'iframe[title="The site {name}"]')

    async def site_says(self, name: str, words: str, colour: str) -> None:
        await self.beside()
        headline = self.site(name).locator("h1")
        await expect(headline).to_have_text(words)
        await expect(headline).to_have_css("color", colour)

    async def grave_findings(self, where: str) -> list[str]:
        """Let axe look; gives what would keep people from using the page."""
        # It ships no types: imported by name it is Any, as all that it gives.
        axe: Any = importlib.import_module("axe_playwright_python.async_playwright").Axe()
        found: dict[str, Any] = (await axe.run(self.page, options={"iframes": False})).response
        return [
            f"{where}: {each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]

"""A user at the page, who finds things by what is visible, never by markup."""

import importlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import FrameLocator, Locator, Page, expect
from playwright.async_api import TimeoutError as TookTooLong

GRAVE = frozenset({"serious", "critical"})
PATIENCE = 60_000.0
"""Milliseconds to wait for what is expected; a busy machine may be slow."""

expect.set_options(timeout=PATIENCE)

GLANCE = 3_000.0
"""Milliseconds until it is looked again where something stands that was seen."""

TakePicture = Callable[[str], Awaitable[None]]


async def no_picture(_: str) -> None:
    """Take no picture."""


@dataclass(slots=True)
class BrowserUser:
    """One page. `narrow` means a phone, where the side panels are behind a button.

    `by_keys` uses what is pressed with the keyboard instead of the mouse.
    """

    page: Page
    narrow: bool = False
    by_keys: bool = False

    async def use(self, pressed: Locator, patience: float = PATIENCE) -> None:
        """Press a button by mouse or by key."""
        if self.by_keys:
            await pressed.press("Enter", timeout=patience)
        else:
            await pressed.click(timeout=patience)

    async def become(self, name: str) -> None:
        await self.panels(shown=False)
        await self.use(self.page.get_by_role("radio", name=name))
        await expect(self.page.get_by_role("radio", name=name)).to_be_checked()

    async def panels(self, *, shown: bool = True) -> Locator:
        """Return the side panels; on a phone they are opened or closed first."""
        place = self.page.locator("#panels")
        if self.narrow and await place.is_visible() is not shown:
            name = "Guide and sites" if shown else "Back to #releases"
            await self.use(self.page.get_by_role("button", name=name))
        return place

    def message(self, words: str | re.Pattern[str], label: str = "") -> Locator:
        """Return the newest message with these words and a button, or an entry of a menu, that starts so."""
        said = self.page.locator("#messages article").filter(has_text=words)
        offered = self.page.locator("button", has_text=re.compile(f"^{label}"))
        return (said.filter(has=offered) if label else said).last

    async def sees(self, words: str | re.Pattern[str]) -> None:
        await expect(self.message(words)).to_be_visible()

    async def press(self, words: str, label: str) -> None:
        """Press what starts so at the newest message with these words, once it is there: a button, or in the menu.

        A message that is drawn again may have moved it from one to the other: then it is looked for again.
        """
        await self.panels(shown=False)
        said = self.message(words, label)
        await said.wait_for()
        for patience in (*[GLANCE] * 5, PATIENCE):
            try:
                await self._press(said, re.compile(f"^{label}"), patience)
            except TookTooLong:
                if patience == PATIENCE:
                    raise
            else:
                return

    async def _press(self, said: Locator, named: re.Pattern[str], patience: float) -> None:
        button = said.get_by_role("button", name=named)
        if not await button.count():
            button = said.get_by_role("menuitem", name=named)
            if not await button.is_visible():
                await self.use(said.get_by_role("button", name="More actions"), patience)
        await self.use(button, patience)

    async def types(self, line: str) -> None:
        await self.panels(shown=False)
        box = self.page.locator("#composer").get_by_role("textbox")
        await box.fill(line)
        await box.press("Escape")
        await box.press("Enter")

    async def changes(self, colour: str, words: str) -> None:
        """Make a change with the pulsing button."""
        place = await self.panels()
        await place.get_by_label("Colour").fill(colour)
        await place.get_by_label("Words").fill(words)
        await self.use(place.get_by_role("button", name="Make a change"))

    async def ticked(self, step: str) -> None:
        """Wait until the guide has ticked a step off."""
        done = self.page.locator(f"[data-step={step}].done")
        await done.wait_for(state="attached")

    def site(self, name: str) -> FrameLocator:
        """Return the site of an environment, as the page frames it."""
        return self.page.frame_locator(f'iframe[title="The site {name}"]')

    async def site_says(self, name: str, words: str, colour: str) -> None:
        await self.panels()
        headline = self.site(name).locator("h1")
        await expect(headline).to_have_text(words)
        await expect(headline).to_have_css("color", colour)

    async def grave_findings(self, where: str) -> list[str]:
        """Run axe; return what would keep people from using the page."""
        # It ships no types: imported by name it is Any.
        axe: Any = importlib.import_module("axe_playwright_python.async_playwright").Axe()
        found: dict[str, Any] = (await axe.run(self.page, options={"iframes": False})).response
        return [
            f"{where}: {each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]

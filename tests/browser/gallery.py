"""Draws docs/messages.md: a picture of every state of a card, on a phone and a desktop, light and dark.

python -m tests.browser.gallery --write
"""

import asyncio
import base64
import re
import struct
import sys
import zlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.demo.cast import CHANNEL, make_workspace
from bot.local_slack.model import BOT, ChatMessage
from bot.local_slack.naming import named
from bot.local_slack.workspace import Workspace
from tests.bot.blocks.card_states import CardState, card_states
from tests.bot.blocks.world import NOW
from tests.browser import chromium
from tests.local_slack.plain_text import read_message
from tests.local_slack.slack import SlackForTests

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES = DOCS / "messages.md", DOCS / "messages"
HEAD = """\
# What people read

Every state of a release, as its card shows it on a phone and on a desktop, light and dark, with what is wanted of whom.
A card is one message that is edited in place; times are in the reader's own zone. The pictures are drawn from the same
code as the cards: `python -m tests.browser.gallery --write`.
"""
COLOURS = 48
"""How many colours a picture keeps, which makes it a quarter as large."""
ZONE = "Europe/Berlin"
SHEET = """sources => Promise.all(sources.map(source => new Promise(done => {
    const image = new Image();
    image.onload = () => done(image);
    image.src = source;
}))).then(images => {
    const gap = 12, widths = [0, 1].map(at => Math.max(images[at].width, images[at + 2].width));
    const heights = [0, 2].map(at => Math.max(images[at].height, images[at + 1].height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [widths[0] + widths[1] + gap, heights[0] + heights[1] + gap];
    const pen = canvas.getContext("2d");
    images.forEach((image, at) => pen.drawImage(
        image, at % 2 ? widths[0] + gap : 0, at > 1 ? heights[0] + gap : 0));
    const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    const bytes = Array.from(data, byte => String.fromCharCode(byte)).join("");
    return {width: canvas.width, height: canvas.height, data: btoa(bytes)};
})"""
"""Puts four pictures side by side: a phone and a desktop in each row, light above dark; returns its RGBA bytes."""


class Variant(NamedTuple):
    """One way to look at a message."""

    size: ViewportSize
    dark: bool


PHONE, DESKTOP = ViewportSize(width=390, height=2400), ViewportSize(width=640, height=2400)
VARIANTS = (Variant(PHONE, False), Variant(DESKTOP, False), Variant(PHONE, True), Variant(DESKTOP, True))


def picture_name(state: str) -> str:
    """Return the file name of a state's picture."""
    return f"{re.sub('[^a-z0-9]+', '_', state.lower()).strip('_')}.png"


def messages_page(states: Mapping[str, CardState]) -> str:
    """Return docs/messages.md: a heading, a sentence and a picture for each state; its alternative text is the card's own."""
    workspace = make_workspace(lambda: NOW)
    parts = [HEAD]
    for name, state in states.items():
        words = _alternative(read_message(workspace, _posted(workspace, state)))
        parts.append(f"## {name}\n\n{state.meaning}\n\n![{words}](messages/{picture_name(name)})\n")
    return "\n".join(parts)


def _alternative(words: str) -> str:
    """Return a card's words as the alternative text of its picture: one line, nothing in it formats."""
    lines = [re.sub(r"[*_`~]", "", line).strip() for line in words.splitlines()]
    return re.sub(r"([\[\]\\])", r"\\\1", " / ".join(line for line in lines if line))


def _posted(workspace: Workspace, state: CardState) -> ChatMessage:
    blocks = named(state.message.blocks, count(1))
    return workspace.post(ChatMessage(CHANNEL, BOT.id, state.message.text, blocks))


async def draw(states: Mapping[str, CardState]) -> None:
    """Draw a picture for each state, and remove those of states that are no more."""
    workspace = make_workspace(lambda: NOW)
    slack = SlackForTests(workspace, None, "secret", "xoxb-gallery", "xapp-gallery")
    posted = {name: _posted(workspace, state).ts for name, state in states.items()}
    PICTURES.mkdir(exist_ok=True)
    await slack.start()
    try:
        async with chromium.browser() as browser:
            pages = [await _open(browser, variant, f"{slack.url}/?as=U0IRWIN") for variant in VARIANTS]
            for name, ts in posted.items():
                taken = [await _taken(page, ts) for page in pages]
                (PICTURES / picture_name(name)).write_bytes(await _sheet(pages[0], taken))
    finally:
        await slack.stop()
    for file in PICTURES.iterdir():
        if file.name not in {picture_name(name) for name in states}:
            file.unlink()


async def _open(browser: Browser, variant: Variant, url: str) -> Page:
    context = await browser.new_context(
        viewport=variant.size,
        color_scheme="dark" if variant.dark else "light",
        locale="en-GB",
        timezone_id=ZONE,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = await context.new_page()
    await page.clock.set_fixed_time(NOW)
    await page.goto(url)
    await expect(page.locator("#messages article").last).to_be_visible()
    # A message alone: without the page around it, at the width that it has in Slack.
    await page.add_style_tag(
        content="#top, #left, .bar, #composer, .start-thread { display: none !important }"
    )
    await page.add_style_tag(content="body { display: block !important } .message { max-width: 34rem }")
    return page


async def _taken(page: Page, ts: str) -> bytes:
    return await page.locator(f'[data-key="{ts}"]').screenshot()


async def _sheet(page: Page, taken: list[bytes]) -> bytes:
    sources = [f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in taken]
    drawn: dict[str, Any] = await page.evaluate(SHEET, sources)
    pixels = memoryview(base64.b64decode(drawn["data"])).cast("I")
    return indexed_png(int(drawn["width"]), pixels)


def indexed_png(width: int, pixels: memoryview) -> bytes:
    """Return a PNG with a palette of the colours that are used most; any other becomes the nearest of them.

    A pixel is red, green, blue and alpha, the first in the lowest byte. Format: www.w3.org/TR/png.
    """
    counted: dict[int, int] = {}
    for pixel in pixels:
        counted[pixel] = counted.get(pixel, 0) + 1
    palette = sorted(counted, key=counted.__getitem__, reverse=True)[:COLOURS]
    nearest = {
        each: min(range(len(palette)), key=lambda at: _distance(palette[at], each)) for each in counted
    }
    indices = bytes(nearest[pixel] for pixel in pixels)
    rows = [b"\0" + indices[start : start + width] for start in range(0, len(indices), width)]
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes(_parts(each)[:3]) for each in palette)
    seen = bytes(_parts(each)[3] for each in palette)
    parts = (
        (b"IHDR", header),
        (b"PLTE", colours),
        (b"tRNS", seen),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _parts(pixel: int) -> tuple[int, int, int, int]:
    red, green, blue, alpha = pixel.to_bytes(4, "little")
    return red, green, blue, alpha


def _distance(one: int, other: int) -> int:
    return sum((a - b) ** 2 for a, b in zip(_parts(one), _parts(other), strict=True))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def main() -> None:
    """Draw all pictures and write the page."""
    states = card_states()
    asyncio.run(draw(states))
    PAGE.write_text(messages_page(states), encoding="utf-8")
    total = sum(file.stat().st_size for file in PICTURES.iterdir())
    sys.stdout.write(f"docs/messages.md: {len(states)} states, {total / 1024:.0f} kB of pictures\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    main()

"""docs/messages.md shows every state of a card, in the words of today's cards."""

import struct

from tests.bot.blocks.card_states import card_states
from tests.browser.gallery import PAGE, PICTURES, indexed_png, messages_page, picture_name

LARGEST = 1_500_000
"""Bytes of all pictures together."""


def test_the_page_shows_every_state() -> None:
    states = card_states()
    assert PAGE.read_text(encoding="utf-8") == messages_page(states), (
        "python -m tests.browser.gallery --write"
    )
    assert {file.name for file in PICTURES.iterdir()} == {picture_name(name) for name in states}
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) < LARGEST


def test_a_picture_keeps_the_colours_used_most() -> None:
    red, nearly, blue = 0xFF0000FF, 0xFF0000FE, 0xFFFF0000
    pixels = memoryview(struct.pack("<8I", red, red, blue, nearly, red, blue, red, blue)).cast("I")
    png = indexed_png(4, pixels)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (4, 2)
    assert b"PLTE\xff\x00\x00\x00\x00\xff\xfe\x00\x00" in png

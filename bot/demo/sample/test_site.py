"""Tests of the site, run by the build before packing, with nothing but Python."""
# ruff: noqa: PT009 - these tests run where there is no pytest

import html
import json
import os
import re
import unittest
from pathlib import Path

SITE = Path(os.environ["SITE"])
LONGEST_HEADLINE = 40
LEAST_CONTRAST = 3.0
"""What large text needs (WCAG 2.2, 1.4.3)."""
LINEAR_BELOW = 0.04045
"""Where the curve of sRGB begins (IEC 61966-2-1)."""


def page() -> str:
    """Read the page."""
    return (SITE / "index.html").read_text(encoding="utf-8")


def headline() -> str:
    """Return the words of the headline."""
    found = re.search(r"<h1>(.*?)</h1>", page(), re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def linear(part: float) -> float:
    """Convert a component of an sRGB colour to linear light."""
    return part / 12.92 if part <= LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def colour_of(name: str, file: str) -> str:
    """Return the value of a CSS variable."""
    found = re.search(rf"--{name}:\s*([^;\s]+)", (SITE / file).read_text(encoding="utf-8"))
    return found[1] if found else ""


class TestSite(unittest.TestCase):
    """The site as it will be served."""

    def test_links(self) -> None:
        """Everything the page links to exists on this site."""
        for link in re.findall(r'\b(?:href|src)="([^"]*)"', page()):
            self.assertTrue((SITE / link).is_file(), f"the page links to {link}, which is not there")

    def test_words(self) -> None:
        """The headline is neither empty nor too long."""
        words = headline()
        self.assertTrue(words, "the headline has no words")
        self.assertLessEqual(
            len(words), LONGEST_HEADLINE, f"the headline has more than {LONGEST_HEADLINE} characters"
        )

    def test_contrast(self) -> None:
        """The headline is readable on the night sky."""
        colour, night = colour_of("headline", "index.html"), colour_of("night", "style.css")
        self.assertRegex(colour, r"\A#[0-9a-fA-F]{6}\Z", "the headline has no colour such as #7fd1ff")
        found = contrast(colour, night)
        self.assertGreaterEqual(
            found,
            LEAST_CONTRAST,
            f"{colour} on {night} cannot be read: contrast {found:.1f}, needed {LEAST_CONTRAST}",
        )

    def test_version(self) -> None:
        """The page and version.json name the version that is being built."""
        version = os.environ["VERSION"]
        self.assertEqual(json.loads((SITE / "version.json").read_text(encoding="utf-8"))["version"], version)
        self.assertIn(f'<b id="version">{version}</b>', page())

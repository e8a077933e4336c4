"""The Chromium that is installed on this machine; nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Nothing that asks the world for anything by itself."""


def installed() -> str:
    """Give where a Chromium is, or nothing."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


@asynccontextmanager
async def browser() -> AsyncGenerator[Browser]:
    """Start it, without a window; root needs it without its sandbox, as its makers say."""
    unboxed = ("--no-sandbox",) if os.getuid() == 0 else ()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=installed(), args=[*QUIET, *unboxed])
        yield started
        await started.close()

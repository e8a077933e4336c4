"""Draws the Mermaid diagrams of docs/ as pictures, which the site shows: `python -m tests.browser.diagrams`.

Mermaid comes from npm. A picture is named after its text: one that is there is not drawn again, and one that no page has is
removed.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser import chromium
from tests.docs import fences

MERMAID = "mermaid@11.17.2"
SETTINGS = """{
    startOnLoad: false, securityLevel: "strict", theme: "neutral", htmlLabels: false,
    fontFamily: "Helvetica, Arial, sans-serif", deterministicIds: true,
    flowchart: {htmlLabels: false}, state: {htmlLabels: false},
}"""
DRAW = f"""async text => {{
    mermaid.initialize({SETTINGS});
    const drawn = await mermaid.render("diagram", text);
    const box = document.createElement("div");
    box.innerHTML = drawn.svg;
    const svg = box.firstElementChild;
    const [, , width, height] = svg.getAttribute("viewBox").split(" ");
    svg.setAttribute("width", Math.ceil(width));
    svg.setAttribute("height", Math.ceil(height));
    svg.setAttribute("style", "background: white");
    return new XMLSerializer().serializeToString(svg);
}}"""


def fetched(folder: Path) -> Path:
    """Fetch Mermaid with npm, and return its script."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("Mermaid comes from npm, which is not installed: on Debian, apt-get install npm")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([npm, "install", *options, "--prefix", str(folder), MERMAID], check=True)
    return folder / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"


async def draw(texts: list[str]) -> None:
    """Draw each text into its file."""
    with tempfile.TemporaryDirectory() as folder:
        script = fetched(Path(folder))
        async with chromium.browser() as browser:
            page = await browser.new_page()
            await page.add_script_tag(path=script)
            for text in texts:
                picture = fences.picture_of(text)
                picture.write_text(f"{await page.evaluate(DRAW, text)}\n", encoding="utf-8")
                sys.stdout.write(f"docs/diagrams/{picture.name}\n")


def main() -> None:
    """Draw what has no picture yet, and remove what no page has any more."""
    texts = list(fences.diagrams())
    wanted = {fences.picture_of(text) for text in texts}
    fences.PICTURES.mkdir(exist_ok=True)
    for old in set(fences.PICTURES.glob("*.svg")) - wanted:
        old.unlink()
    missing = [text for text in texts if not fences.picture_of(text).is_file()]
    if missing:
        asyncio.run(draw(missing))


if __name__ == "__main__":
    main()

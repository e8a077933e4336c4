"""Reads the Containerfile: its instructions, with continued lines joined."""

import json
import re
from pathlib import Path
from typing import cast

from tests.house.tree import ROOT

PATH = ROOT / "Containerfile"


def instructions(path: Path = PATH) -> list[tuple[str, str]]:
    """List the instructions, each with its words."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (name, words.strip())
        for name, _, words in (line.partition(" ") for line in joined.splitlines())
        if name
    ]


def final_stage() -> dict[str, list[str]]:
    """Return the words of each instruction of the last stage."""
    found: dict[str, list[str]] = {}
    for name, words in instructions():
        if name == "FROM":
            found = {}
        found.setdefault(name, []).append(words)
    return found


def environment() -> dict[str, str]:
    """Return what the image sets."""
    (words,) = final_stage()["ENV"]
    return {name: value.strip('"') for name, value in re.findall(r"(\w+)=(\S+)", words)}


def command(words: str) -> list[str]:
    """Return the words of an instruction in the form that runs without a shell, which is JSON."""
    found = cast("list[str]", json.loads(words[words.index("[") :]))
    assert all(isinstance(each, str) for each in found)
    return found

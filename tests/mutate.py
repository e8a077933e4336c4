"""Mutation testing of handlers/: `python -m tests.mutate [--minutes N] [MODULE ...]`; a module is the beginning of a name.

With a number of minutes it tries a sample: one mutant of every function first, then others by chance until the time is over.

Exits with 1 when too many mutants survive. A survivor that changes no behaviour is listed in tests/mutants.toml with the
reason; it counts as killed, and a reason without its survivor is reported.
"""

import argparse
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "tests" / "mutants.toml"
TREE = (
    "handlers",
    "bot",
    "storage",
    "tests/handlers",
    "tests/__init__.py",
    "tests/profile.py",
    "pyproject.toml",
)
BARS = {"handlers.": 90.0, "handlers.gates.": 100.0, "handlers.calendar.": 100.0}
"""The share of mutants, in percent, that has to be killed, by the prefix of their names."""

RESULT = re.compile(r"^\s+(handlers\.\S+): (.+)$", re.MULTILINE)
BATCH = 60
"""How many mutants of a sample are tried at once: before each batch all tests have to pass, which takes a moment."""

ENDS_WITHIN = 30.0
"""How many seconds mutmut has to write down what it found."""

KILLED = frozenset({"killed", "timeout", "caught by type check", "segfault"})


def copy_tree(place: Path) -> None:
    """Copy the code and its tests to a temporary place, so that mutmut leaves nothing in the tree."""
    for name in TREE:
        source, target = ROOT / name, place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def mutmut(place: Path, *words: str, quiet: bool = False, seconds: float = math.inf) -> str:
    """Run mutmut in a copy, with the fast tests only; it keeps what it has found when its time is over."""
    tool = Path(sys.executable).with_name("mutmut")
    environment = {**os.environ, "PYTEST_ADDOPTS": "-m 'not slow'"}
    running = subprocess.Popen(
        [tool, *words], cwd=place, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with running:
        try:
            printed, _ = running.communicate(timeout=None if math.isinf(seconds) else max(1.0, seconds))
        except subprocess.TimeoutExpired:
            return end(running)
    if not quiet and running.returncode:
        sys.exit(f"mutmut {' '.join(words)} failed:\n{printed[-4000:]}")
    return printed


def end(running: subprocess.Popen[str]) -> str:
    """End mutmut and return what it printed; a mutant that never ends would outlive it, and keep us waiting."""
    running.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        running.wait(ENDS_WITHIN)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    return running.communicate()[0]


def states(place: Path) -> dict[str, str]:
    """Return the result of every mutant so far."""
    return dict(RESULT.findall(mutmut(place, "results", "--all", "true")))


def try_all(place: Path, patterns: list[str], seconds: float = math.inf) -> None:
    """Try all mutants whose names fit one of some patterns, or as many as the time allows."""
    children = str(os.cpu_count() or 1)
    mutmut(place, "run", "--max-children", children, *patterns, seconds=seconds)


def try_sample(place: Path, names: list[str], seconds: float) -> None:
    """Try one mutant of each function however long that takes, then others by chance until the time is over."""
    until = time.monotonic() + seconds
    # The first run also makes the mutants and looks which tests reach them, so that it goes to its end.
    try_all(place, [f"{name}*__mutmut_1" for name in names])
    left = [
        name
        for name, state in states(place).items()
        if state == "not checked" and name.startswith(tuple(names))
    ]
    random.shuffle(left)
    while left and time.monotonic() < until:
        try_all(place, left[:BATCH], until - time.monotonic())
        left = left[BATCH:]


def results(names: list[str], seconds: float = math.inf) -> dict[str, str]:
    """Return the result of every mutant that was tried."""
    starts = [name.removesuffix("*") for name in names]
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        place = Path(folder)
        copy_tree(place)
        if math.isinf(seconds):
            try_all(place, [f"{name}*" for name in starts])
        else:
            try_sample(place, starts or ["handlers."], seconds)
        found = states(place)
        for name in sorted(found):
            if found[name] not in KILLED and found[name] != "not checked":
                print(mutmut(place, "show", name, quiet=True))
    return {name: state for name, state in found.items() if state != "not checked"}


def explained() -> dict[str, str]:
    """Return why known survivors change no behaviour."""
    if not EXPLAINED.exists():
        return {}
    with EXPLAINED.open("rb") as file:
        return {name: str(why) for name, why in tomllib.load(file)["survivors"].items()}


def main(words: list[str]) -> int:
    """Print the survivors and the scores; return 0 if every bar is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutate")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("names", nargs="*", metavar="MODULE")
    given = parser.parse_args(words)
    names: list[str] = given.names
    whole = not names and math.isinf(given.minutes)
    found, reasons = results(names, given.minutes * 60), explained()
    if not found:
        sys.exit("No mutant was tried.")
    survived = sorted(name for name, state in found.items() if state not in KILLED)
    for name in survived:
        print(f"{found[name]}: {name}" + (f" (explained: {reasons[name]})" if name in reasons else ""))
    idle = [name for name in reasons if name in found and name not in survived]
    for name in [*idle, *(name for name in reasons if whole and name not in found)]:
        print(f"explained, but not a survivor: {name}")
    good = True
    for start, bar in BARS.items():
        every = [name for name in found if name.startswith(start)]
        left = [name for name in survived if name.startswith(start)]
        open_ones = [name for name in left if name not in reasons]
        score = 100.0 * (1 - len(open_ones) / len(every)) if every else 100.0
        killed = len(every) - len(left)
        print(
            f"{start}* {killed}/{len(every)} killed, {len(left) - len(open_ones)} explained: {score:.1f} % of {bar:.0f} %"
        )
        good = good and score >= bar
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

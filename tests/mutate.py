"""Mutation testing of handlers/: `python -m tests.mutate [MODULE ...]`.

Exits with 1 when too many mutants survive. A survivor that changes no behaviour is listed in tests/mutants.toml with the
reason; it counts as killed, and a reason without its survivor is reported.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
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
BARS = {"handlers.": 90.0, "handlers.gates.": 100.0}
"""The share of mutants, in percent, that has to be killed, by the prefix of their names."""

RESULT = re.compile(r"^\s+(handlers\.\S+): (.+)$", re.MULTILINE)
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


def mutmut(place: Path, *words: str, quiet: bool = False) -> str:
    """Run mutmut in a copy, with the fast tests only."""
    tool = Path(sys.executable).with_name("mutmut")
    environment = {**os.environ, "PYTEST_ADDOPTS": "-m 'not slow'"}
    done = subprocess.run(
        [tool, *words], cwd=place, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if not quiet and done.returncode:
        sys.exit(f"mutmut {' '.join(words)} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def results(names: list[str]) -> dict[str, str]:
    """Return the result of every mutant."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        place = Path(folder)
        copy_tree(place)
        children = str(os.cpu_count() or 1)
        wanted = [f"{name.removesuffix('*')}*" for name in names]
        mutmut(place, "run", "--max-children", children, *wanted)
        found = dict(RESULT.findall(mutmut(place, "results", "--all", "true")))
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


def main(names: list[str]) -> int:
    """Print the survivors and the scores; return 0 if every bar is reached."""
    found, reasons = results(names), explained()
    survived = sorted(name for name, state in found.items() if state not in KILLED)
    for name in survived:
        print(f"{found[name]}: {name}" + (f" (explained: {reasons[name]})" if name in reasons else ""))
    idle = [name for name in reasons if name in found and name not in survived]
    for name in [*idle, *(name for name in reasons if not names and name not in found)]:
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

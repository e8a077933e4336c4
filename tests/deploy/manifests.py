"""The plain manifests of docs/deploy/kubernetes, drawn from the chart: `python -m tests.deploy.manifests --write`.

The versions in Chart.yaml are written too; they are those of the program.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot import VERSION
from tests.deploy.tools import ask_helm, helm
from tests.house.tree import ROOT

CHART = ROOT / "docs/deploy/helm/shiproom"
FOLDER = ROOT / "docs/deploy/kubernetes"

FILES: dict[str, tuple[str, ...]] = {
    "migrate.yaml": ("migrate",),
    "monitoring.yaml": ("servicemonitor", "prometheusrule"),
    "shiproom.yaml": ("serviceaccount", "service", "deployment", "poddisruptionbudget", "networkpolicy"),
}
"""Each file, and the templates that it consists of."""

VALUES: dict[str, Any] = {"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}}

HEAD = "# Drawn from the chart in docs/deploy/helm/shiproom; docs/kubernetes.md says what has to be there before.\n"
OF_HELM = re.compile(
    r"^ +(?:helm\.sh/\S+|app\.kubernetes\.io/managed-by): .*\n|^  annotations:\n(?=(?:    helm\.sh/\S+: .*\n)+)",
    re.MULTILINE,
)
HOOK = re.compile(r"^# A hook and no init container.*?(?=^apiVersion)", re.DOTALL | re.MULTILINE)


def versioned(text: str) -> str:
    """Return Chart.yaml with the version of the program."""
    return re.sub(r"^(version|appVersion): .*$", rf"\1: {VERSION}", text, flags=re.MULTILINE)


def drawn(library: Path) -> dict[str, str]:
    """Return the text of each file."""
    rendered = ask_helm(library, "render", CHART, VALUES)
    if rendered.returncode:
        raise SystemExit(rendered.stderr)
    templates = {Path(name).stem: text for name, text in json.loads(rendered.stdout).items()}
    return {
        name: HEAD + "".join(map(plain, map(templates.__getitem__, kinds))) for name, kinds in FILES.items()
    }


def plain(text: str) -> str:
    """Return a rendered template without what only Helm reads."""
    return "---\n" + OF_HELM.sub("", HOOK.sub("", text)).strip() + "\n"


def main() -> None:
    """Write the files, or name those that differ."""
    chart = CHART / "Chart.yaml"
    if "--write" in sys.argv[1:]:
        chart.write_text(versioned(chart.read_text(encoding="utf-8")), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        texts = drawn(helm(Path(folder)))
    for name, text in texts.items():
        path = FOLDER / name
        if "--write" in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{name} differs from the chart: python -m tests.deploy.manifests --write")


if __name__ == "__main__":
    main()

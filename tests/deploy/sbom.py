"""Prints what is in the image it is run in, as CycloneDX 1.6 in JSON: `make sbom` pipes this file into the image's Python.

Only the standard library: nothing is installed into the image for it. Python packages, packages of Debian, and Python itself;
purls as github.com/package-url/purl-spec has them.
"""

import json
import platform
import re
import sys
import sysconfig
from collections.abc import Iterator
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from typing import Any

DIST_PACKAGES = "/usr/lib/python3/dist-packages"
DPKG = Path("/var/lib/dpkg/status")
DPKG_OF_DISTROLESS = Path("/var/lib/dpkg/status.d")


def normal(name: str) -> str:
    """Write the name of a package as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_packages() -> dict[str, metadata.Distribution]:
    """Return what is installed for Python, by name."""
    # Beside this environment, what the base brought along for its Python.
    outside = sysconfig.get_path("purelib", vars={"base": sys.base_prefix, "installed_base": sys.base_prefix})
    found = metadata.distributions(path=[outside, DIST_PACKAGES, *sys.path])
    return {normal(each.metadata["Name"]): each for each in found}


def of_python(name: str, package: metadata.Distribution) -> dict[str, Any]:
    """Describe a Python package."""
    purl = f"pkg:pypi/{name}@{package.version}"
    expression = package.metadata.json.get("license_expression", "")
    found = {"type": "library", "bom-ref": purl, "name": name, "version": package.version, "purl": purl}
    return found | ({"licenses": [{"expression": expression}]} if expression else {})


def required(package: metadata.Distribution) -> Iterator[str]:
    """List what a package requires without any of its extras."""
    for line in package.requires or ():
        if "extra ==" not in line:
            yield normal(re.split(r"[^\w.-]", line, maxsplit=1)[0])


def of_debian() -> Iterator[dict[str, Any]]:
    """Describe the packages of Debian."""
    places = [DPKG, *(sorted(DPKG_OF_DISTROLESS.iterdir()) if DPKG_OF_DISTROLESS.is_dir() else ())]
    texts = (path.read_text(encoding="utf-8") for path in places if path.is_file())
    for entry in (
        entry for text in texts for entry in re.split(r"\n\n+", text) if entry.startswith("Package:")
    ):
        fields = Parser().parsestr(entry, headersonly=True)
        if fields.get("Status", "install ok installed").endswith(" installed"):
            name, version = str(fields["Package"]), str(fields["Version"])
            written = version.replace("+", "%2B").replace(":", "%3A")
            purl = f"pkg:deb/debian/{name}@{written}?arch={fields['Architecture']}"
            yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def bill_of_materials() -> dict[str, Any]:
    """Return the whole document."""
    packages = python_packages()
    described = {name: of_python(name, package) for name, package in sorted(packages.items())}
    version = platform.python_version()
    interpreter = {
        "type": "platform",
        "bom-ref": f"python@{version}",
        "name": "python",
        "version": version,
        "purl": f"pkg:generic/python@{version}",
    }
    program = described.pop("shiproom")
    refs = {name: each["bom-ref"] for name, each in {**described, "shiproom": program}.items()}
    depend = [
        {"ref": refs[name], "dependsOn": sorted({refs[each] for each in required(package) if each in refs})}
        for name, package in sorted(packages.items())
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**program, "type": "container"}},
        "components": [interpreter, *described.values(), *of_debian()],
        "dependencies": depend,
    }


if __name__ == "__main__":
    json.dump(bill_of_materials(), sys.stdout, indent=1)
    sys.stdout.write("\n")

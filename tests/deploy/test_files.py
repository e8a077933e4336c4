"""The image, compose.yml, the chart and the manifests as files: valid by their public rules, and what the code reads."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for
from prometheus_client import REGISTRY

from bot import VERSION, metrics
from bot.cli import run_command
from tests.deploy import containerfile, manifests
from tests.deploy.pod_security import violations
from tests.house.tree import ROOT

CHART = manifests.CHART
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
DOCUMENTS: list[dict[str, Any]] = [
    document
    for path in sorted(manifests.FOLDER.glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
VARIABLES = {
    name
    for file in ("settings.py", "listen_address.py")
    for name in re.findall(r'environ(?:\.get\(|\[)"(\w+)"', (ROOT / "bot" / file).read_text(encoding="utf-8"))
}
OWN = re.compile(r"(?:SHIPROOM|SLACK|DATABASE)_[A-Z_]+")
OF_COMPOSE = {"SHIPROOM_IMAGE", "SHIPROOM_REPLICAS", "SHIPROOM_PORTS"}
"""Variables that compose.yml reads itself."""

POD_TMP = "/tmp"  # noqa: S108 - the pod's own
ROUTES = set(re.findall(r'web\.get\("(/\w+)"', (ROOT / "bot/http/routes.py").read_text(encoding="utf-8")))


def of_kind(kind: str) -> dict[str, Any]:
    """Return the one manifest of a kind."""
    (found,) = [each for each in DOCUMENTS if each["kind"] == kind]
    return found


def pod(kind: str) -> dict[str, Any]:
    """Return the spec of the pods of a Deployment or a Job."""
    return of_kind(kind)["spec"]["template"]["spec"]


def test_the_containerfile_is_sound() -> None:
    """https://github.com/hadolint/hadolint: every rule, of its severities the least too."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.prefix) / "bin")) or "hadolint"
    checked = subprocess.run(
        [hadolint, "--no-color", str(containerfile.PATH)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_nothing_needs_a_shell() -> None:
    stage = containerfile.final_stage()
    assert not {"RUN", "SHELL"} & set(stage)
    for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        (words,) = stage[name]
        assert containerfile.command(words)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage["USER"][0])


@pytest.mark.parametrize("name", ["CMD", "HEALTHCHECK"])
def test_what_the_image_runs_are_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    stage = containerfile.final_stage()
    words = containerfile.command(stage[name][0])
    if name == "HEALTHCHECK":
        assert words.pop(0) == containerfile.command(stage["ENTRYPOINT"][0])[0]
    with pytest.raises(SystemExit) as ended:
        run_command([*words, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage")


def test_the_image_sets_what_the_bot_reads() -> None:
    named = {name for name in containerfile.environment() if OWN.fullmatch(name)}
    assert named <= VARIABLES
    assert {"SHIPROOM_HOST", "SHIPROOM_PORT", "SHIPROOM_CONFIG", "SHIPROOM_STATE", "DATABASE_URL"} <= named
    assert containerfile.final_stage()["EXPOSE"] == [containerfile.environment()["SHIPROOM_PORT"]]


def test_the_image_is_built_from_all_that_a_wheel_needs() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wheel = project.partition("[tool.hatch.build.targets.wheel]")[2].partition(
        "# What a wheel is built from"
    )[0]
    wanted = {each.split("/")[0] for each in re.findall(r'^"?([\w./]+)"? = "shiproom', wheel, re.MULTILINE)}
    assert {"bot", "handlers", "storage"} <= wanted
    assert wanted | {"pyproject.toml", "requirements.lock", "README.md", "LICENSE"} <= let_in
    assert not [name for name in let_in if not (ROOT / name).exists()]


def test_compose_holds_to_its_schema() -> None:
    """https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json, as check-jsonschema brings it."""
    package = find_spec("check_jsonschema")
    assert package is not None
    assert package.origin is not None
    vendor = Path(package.origin).parent / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(vendor.read_text(encoding="utf-8"))
    faults = [error.message for error in validator_for(schema)(schema).iter_errors(COMPOSE)]
    assert not faults


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_compose_has_no_more_rights_than_it_needs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]
    assert not {"privileged", "network_mode", "pid", "ipc", "user"} & set(service)
    for other in service.get("depends_on", {}):
        assert other in COMPOSE["services"]


def test_compose_runs_the_image_as_it_is_made() -> None:
    services, stage = COMPOSE["services"], containerfile.final_stage()
    assert services["shiproom"]["command"] == containerfile.command(stage["CMD"][0])
    assert services["shiproom"]["healthcheck"]["test"][1:] == containerfile.command(stage["HEALTHCHECK"][0])
    targets = {each.split(":")[-1] for each in services["shiproom"]["volumes"] if not each.endswith(":ro")}
    assert targets == set(stage["VOLUME"])
    assert services["shiproom"]["ports"][0].endswith(f":{stage['EXPOSE'][0]}")
    image = containerfile.environment()
    assert f"./policy:{Path(image['SHIPROOM_CONFIG']).parent}:ro" in services["shiproom"]["volumes"]


@pytest.mark.parametrize("name", ["compose.yml", "docs/deploy/compose.env.example"])
def test_compose_names_variables_of_the_bot(name: str) -> None:
    named = set(OWN.findall((ROOT / name).read_text(encoding="utf-8"))) - OF_COMPOSE
    assert named
    assert named <= VARIABLES


def test_the_manifests_hold_to_the_schemas_of_kubernetes() -> None:
    """https://github.com/yannh/kubernetes-json-schema, strict: what is misspelt is refused."""
    command = [
        sys.executable,
        "-m",
        "kubernetes_validate",
        "--strict",
        *map(str, manifests.FOLDER.glob("*.yaml")),
    ]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    passed = set(re.findall(r"passed for resource (\w+)/", checked.stdout + checked.stderr))
    known = {each["kind"].lower() for each in DOCUMENTS if "monitoring.coreos.com" not in each["apiVersion"]}
    assert passed == known


@pytest.mark.parametrize("kind", ["Deployment", "Job"])
def test_pods_pass_the_restricted_level(kind: str) -> None:
    assert [*violations(pod(kind))] == []


@pytest.mark.parametrize(
    "change",
    [
        {"hostNetwork": True},
        {"securityContext": {}},
        {"volumes": [{"name": "root", "hostPath": {"path": "/"}}]},
        {"containers": [{"name": "bare"}]},
    ],
)
def test_another_pod_does_not_pass(change: dict[str, Any]) -> None:
    assert [*violations(pod("Deployment") | change)]


def test_the_manifests_name_what_the_code_has() -> None:
    bot, job = pod("Deployment")["containers"][0], pod("Job")["containers"][0]
    named = {each["name"] for container in (bot, job) for each in container["env"]}
    assert named <= VARIABLES
    values = {each["name"]: each.get("value") for each in bot["env"]}
    image = containerfile.environment()
    for name in ("SHIPROOM_HOST", "SHIPROOM_PORT", "SHIPROOM_CONFIG", "SHIPROOM_STATE"):
        assert values[name] == image[name]
    assert str(bot["ports"][0]["containerPort"]) == image["SHIPROOM_PORT"]
    paths = {
        bot[f"{kind}Probe"]["httpGet"]["path"].partition("?")[0]
        for kind in ("startup", "liveness", "readiness")
    }
    assert paths | {of_kind("ServiceMonitor")["spec"]["endpoints"][0]["path"]} == ROUTES
    mounted = {each["mountPath"] for each in bot["volumeMounts"]}
    config = str(Path(image["SHIPROOM_CONFIG"]).parent)
    assert mounted == {*containerfile.final_stage()["VOLUME"], config, POD_TMP}
    assert (bot["args"], job["args"]) == (["run"], ["migrate"])


def test_the_manifests_belong_together() -> None:
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget", "ServiceMonitor"):
        assert of_kind(kind)["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert of_kind("Job")["spec"]["template"]["metadata"]["labels"] != labels
    assert of_kind("Deployment")["spec"]["replicas"] == 2


def test_versions_are_that_of_the_program() -> None:
    chart = (CHART / "Chart.yaml").read_text(encoding="utf-8")
    assert manifests.versioned(chart) == chart, "write it again: python -m tests.deploy.manifests --write"
    images = {pod(kind)["containers"][0]["image"] for kind in ("Deployment", "Job")}
    assert images == {f"registry.example.org/shiproom:{VERSION}"}


def test_the_schema_of_the_values_is_sound_and_complete() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert not [error.message for error in validator_for(schema)(schema).iter_errors(values)]
    assert set(values) == set(schema["properties"]) - {"global"}
    for name, value in values.items():
        inner = schema["properties"][name].get("properties")
        if inner is not None:
            assert set(value) == set(inner), name


def test_alerts_are_about_metrics_that_there_are() -> None:
    groups = yaml.safe_load((CHART / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert all(set(rule["annotations"]) == {"summary", "action"} for rule in rules)
    named = {word for rule in rules for word in re.findall(r"\bshiproom_\w+", rule["expr"])}
    assert metrics.exposition()
    known = {family.name for family in REGISTRY.collect()}
    assert {re.sub(r"_(total|bucket)$", "", name) for name in named} <= known
    assert of_kind("PrometheusRule")["spec"]["groups"] == groups


def test_every_alert_is_explained() -> None:
    page = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `(Shiproom\w+)` \|", page, re.MULTILINE)
    groups = of_kind("PrometheusRule")["spec"]["groups"]
    assert explained == [rule["alert"] for group in groups for rule in group["rules"]]


def test_the_settings_that_are_explained_are_there() -> None:
    page = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
    values: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    dotted = {tuple(each.split(".")) for each in re.findall(r"`(\w+\.\w+)(?:=\S+)?`", page)}
    named = {each for each in dotted if each[0] in values}
    assert ("database", "kind") in named
    assert not [each for each in named if each[1] not in values[each[0]]]

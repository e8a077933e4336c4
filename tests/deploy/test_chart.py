"""The chart, rendered by Helm's own library: what comes of its settings, what it refuses, and the manifests drawn from it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy import manifests
from tests.deploy.pod_security import violations
from tests.deploy.tools import ask_helm, helm
from tests.world import POLICY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SQLITE = {"replicaCount": 1, "database": {"kind": "sqlite"}}
HTTP = {
    "slack": {"mode": "http"},
    "ingress": {
        "enabled": True,
        "className": "nginx",
        "host": "ship.example.org",
        "tlsSecretName": "ship-tls",
        "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"},
    },
}
EVERYTHING: dict[str, Any] = {
    **HTTP,
    "image": {"repository": "registry.example.org/shiproom", "digest": "sha256:" + "0a" * 32},
    "imagePullSecrets": [{"name": "registry"}],
    "policy": {"text": POLICY},
    "persistence": {
        "enabled": True,
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "shared",
        "size": "2Gi",
    },
    "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy.example.org:3128"}],
    "extraVolumes": [{"name": "certificates", "configMap": {"name": "certificates"}}],
    "extraVolumeMounts": [{"name": "certificates", "mountPath": "/etc/certificates", "readOnly": True}],
    "networkPolicy": {"extraEgress": [{"ports": [{"port": 3128, "protocol": "TCP"}]}]},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True, "labels": {"release": "prometheus"}},
    "podAnnotations": {"example.org/team": "ops"},
    "podLabels": {"team": "ops"},
    "nodeSelector": {"kubernetes.io/arch": "amd64"},
    "tolerations": [{"key": "dedicated", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "priorityClassName": "important",
}
ALWAYS = {"Deployment", "NetworkPolicy", "Service", "ServiceAccount"}
CASES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "default": ({}, {"Job", "PodDisruptionBudget"}),
    "one replica on SQLite": (SQLITE, {"PersistentVolumeClaim"}),
    "an existing volume": ({**SQLITE, "persistence": {"existingClaim": "kept"}}, set()),
    "HTTP with an ingress": (HTTP, {"Job", "PodDisruptionBudget", "Ingress"}),
    "monitored": ({"serviceMonitor": {"enabled": True}}, {"Job", "PodDisruptionBudget", "ServiceMonitor"}),
    "alerts": ({"prometheusRule": {"enabled": True}}, {"Job", "PodDisruptionBudget", "PrometheusRule"}),
    "the policy as text": ({"policy": {"text": POLICY}}, {"Job", "PodDisruptionBudget", "ConfigMap"}),
    "one replica on PostgreSQL": ({"replicaCount": 1}, {"Job"}),
    "everything": (
        EVERYTHING,
        {
            "Job",
            "PodDisruptionBudget",
            "Ingress",
            "ConfigMap",
            "PersistentVolumeClaim",
            "ServiceMonitor",
            "PrometheusRule",
        },
    ),
}
REFUSED = {
    "two replicas on SQLite": ({"database": {"kind": "sqlite"}}, "SQLite serves one bot only"),
    "a volume for one, shared": (
        {"persistence": {"enabled": True}},
        "persistence.accessModes={ReadWriteMany}",
    ),
    "no policy": ({"policy": {"existingConfigMap": ""}}, "policy.existingConfigMap"),
    "a name that there is not": ({"replicas": 3}, "replicas"),
    "a word for a number": ({"replicaCount": "three"}, "replicaCount"),
    "an unknown mode": ({"slack": {"mode": "events"}}, "mode"),
    "no secret": ({"existingSecret": ""}, "existingSecret"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return helm(tmp_path_factory.mktemp("helm"))


def rendered(library: Path, values: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the manifests by kind, and the notes."""
    done = ask_helm(library, "render", manifests.CHART, values)
    assert done.returncode == 0, done.stderr
    files: dict[str, str] = json.loads(done.stdout)
    (notes,) = [text for name, text in files.items() if name.endswith("NOTES.txt")]
    found = [yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")]
    return {each["kind"]: each for each in found if each}, notes


@pytest.mark.parametrize("case", CASES)
def test_what_is_rendered_is_valid(library: Path, case: str, tmp_path: Path) -> None:
    values, more = CASES[case]
    found, notes = rendered(library, values)
    assert set(found) == ALWAYS | more
    assert "rollout status deployment/shiproom" in notes
    path = tmp_path / "rendered.yaml"
    path.write_text(yaml.safe_dump_all(found.values()))
    for version in ([], ["--kubernetes-version", "1.31"]):
        command = [sys.executable, "-m", "kubernetes_validate", "--strict", *version, str(path)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        passed = re.findall(r"passed for resource", checked.stdout + checked.stderr)
        assert len(passed) == len(found.keys() - {"ServiceMonitor", "PrometheusRule"})
    for kind in {"Deployment", "Job"} & set(found):
        assert [*violations(found[kind]["spec"]["template"]["spec"])] == []


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_refused(library: Path, case: str) -> None:
    values, named = REFUSED[case]
    done = ask_helm(library, "render", manifests.CHART, values)
    assert done.returncode == 1
    assert named in done.stderr


def test_helm_finds_nothing_to_say(library: Path) -> None:
    for values, _ in CASES.values():
        report = json.loads(ask_helm(library, "lint", manifests.CHART, values).stdout)
        assert report["errors"] == []
        assert [each["error"] for each in report["messages"]] == ["icon is recommended"]


def test_http_lets_slack_in(library: Path) -> None:
    found, notes = rendered(library, HTTP)
    paths = [each["path"] for each in found["Ingress"]["spec"]["rules"][0]["http"]["paths"]]
    assert paths == ["/slack/events", "/webhooks", "/claim", "/api/v1"]
    env = {
        each["name"]: each for each in found["Deployment"]["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert env["SLACK_APP_TOKEN"]["value"] == ""
    assert "https://ship.example.org/slack/events" in notes
    found, _ = rendered(library, {"ingress": {"enabled": True}})
    paths = [each["path"] for each in found["Ingress"]["spec"]["rules"][0]["http"]["paths"]]
    assert "/slack/events" not in paths


def test_one_on_sqlite_ends_before_the_next_starts(library: Path) -> None:
    found, _ = rendered(library, SQLITE)
    deployment = found["Deployment"]["spec"]
    assert deployment["strategy"] == {"type": "Recreate"}
    volumes = {each["name"]: each for each in deployment["template"]["spec"]["volumes"]}
    claim = found["PersistentVolumeClaim"]["metadata"]
    assert volumes["state"]["persistentVolumeClaim"] == {"claimName": claim["name"]}
    assert claim["annotations"] == {"helm.sh/resource-policy": "keep"}
    env = {each["name"]: each for each in deployment["template"]["spec"]["containers"][0]["env"]}
    assert env["DATABASE_URL"]["value"].startswith("sqlite:////var/lib/shiproom/")
    ports = [port["port"] for rule in found["NetworkPolicy"]["spec"]["egress"] for port in rule["ports"]]
    assert ports == [53, 53, 443]


def test_another_policy_makes_new_pods(library: Path) -> None:
    def annotation(text: str) -> str:
        found, _ = rendered(library, {"policy": {"text": text}})
        assert found["ConfigMap"]["data"] == {"shiproom.yml": text}
        return str(found["Deployment"]["spec"]["template"]["metadata"]["annotations"]["shiproom/policy"])

    assert annotation(POLICY) != annotation(POLICY.replace("Berlin", "Paris"))


def test_the_manifests_are_the_charts(library: Path) -> None:
    for name, text in manifests.drawn(library).items():
        written = (manifests.FOLDER / name).read_text(encoding="utf-8")
        assert written == text, "draw them again: python -m tests.deploy.manifests --write"

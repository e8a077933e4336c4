"""What the level "restricted" of the Pod Security Standards asks, and what Shiproom asks beyond it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from collections.abc import Iterator
from typing import Any

VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
HOST = ("hostNetwork", "hostPID", "hostIPC")


def violations(pod: dict[str, Any]) -> Iterator[str]:
    """Name everything in the spec of a pod that the level refuses."""
    context = pod.get("securityContext", {})
    yield from (name for name in HOST if pod.get(name))
    if context.get("runAsNonRoot") is not True or context.get("runAsUser") == 0:
        yield "may run as root"
    if context.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"}:
        yield "no seccomp profile"
    for volume in pod.get("volumes", []):
        yield from (f"volume {kind}" for kind in volume.keys() - {"name"} - VOLUMES)
    for container in (*pod["containers"], *pod.get("initContainers", [])):
        yield from (f"{container['name']}: {each}" for each in _of_container(container))


def _of_container(container: dict[str, Any]) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("privileged") or context.get("runAsUser") == 0:
        yield "privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if context.get("capabilities", {}).get("drop") != ["ALL"] or context["capabilities"].get("add"):
        yield "keeps capabilities"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield "a port of the host"
    # Not asked by that level: the image needs no more.
    if context.get("readOnlyRootFilesystem") is not True:
        yield "may write to its root"
    if "memory" not in container.get("resources", {}).get("limits", {}):
        yield "no limit of memory"

"""What we ask of a rendered document beyond its schema. Plain functions on plain dicts: no Helm needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

WORKLOADS = {"Deployment", "Job", "CronJob"}
SECRET_NAMES = re.compile(r"SECRET|PASSWORD|TOKEN|_DSN$|DATABASE_URL|EMAIL_URL")
PASSWORD_IN_URL = re.compile(r"://[^/\s:]*:[^/\s@]+@")


def pod_of(document: Document) -> Document | None:
    if document["kind"] not in WORKLOADS:
        return None
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return dict(spec["template"])


def problems_of(document: Document) -> Iterator[str]:
    """Of one document alone."""
    if document["kind"] == "Secret":
        yield "a secret's value stands in the chart"
    if PASSWORD_IN_URL.search(str(document)):
        yield "an address with a password in it"
    if len(document["metadata"]["name"]) > 63:
        yield "its name is longer than 63 characters"
    if document["kind"] == "ConfigMap":
        yield from (f"{name} is no setting but a secret" for name in document["data"] if SECRET_NAMES.search(name))
    pod = pod_of(document)
    if pod is not None:
        yield from _problems_of_pod(document, pod)


def _problems_of_pod(document: Document, pod: Document) -> Iterator[str]:
    spec, labels = pod["spec"], pod["metadata"]["labels"]
    security = spec.get("securityContext", {})
    if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
        yield "may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccomp profile"
    if spec.get("automountServiceAccountToken") is not False:
        yield "has a token of the cluster"
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name):
            yield f"{name} is on"
    volumes = {one["name"]: one for one in spec.get("volumes", [])}
    if any("hostPath" in one for one in volumes.values()):
        yield "mounts a folder of the node"
    if any("emptyDir" in one and "sizeLimit" not in one["emptyDir"] for one in volumes.values()):
        yield "an emptyDir without a limit"
    if "selector" in document["spec"]:
        wanted = document["spec"]["selector"]["matchLabels"].items()
        if not wanted <= labels.items():
            yield "its selector doesn't find its own pods"
    for one in spec.get("topologySpreadConstraints", []):
        if not one["labelSelector"]["matchLabels"].items() <= labels.items():
            yield "spreads other pods than its own"
    for container in spec["containers"] + spec.get("initContainers", []):
        for problem in _problems_of_container(document, container, set(volumes)):
            yield f"container {container['name']}: {problem}"


def _problems_of_container(document: Document, container: Document, volumes: set[str]) -> Iterator[str]:
    security = container.get("securityContext", {})
    if security.get("readOnlyRootFilesystem") is not True:
        yield "can write to its root"
    if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
        yield "may gain rights"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    image = container["image"]
    if not re.search(r"@sha256:[0-9a-f]{64}$|:[\w.-]+$", image) or image.endswith(":latest"):
        yield f"image {image} is not pinned"
    resources = container.get("resources", {})
    if not resources.get("requests", {}).get("cpu") or not resources.get("requests", {}).get("memory"):
        yield "asks for no resources"
    if not resources.get("limits", {}).get("memory"):
        yield "has no memory limit"
    if {one["name"] for one in container.get("volumeMounts", [])} != volumes:
        yield "mounts something else than its volumes"
    for variable in container.get("env", []):
        if SECRET_NAMES.search(variable["name"]) and "secretKeyRef" not in variable.get("valueFrom", {}):
            yield f"{variable['name']} stands there in plain"
    names = [one["name"] for one in container.get("env", [])]
    if len(names) != len(set(names)):
        yield "a variable is set twice"
    if container.get("args", [""])[0] not in {"gunicorn", "manage"} or "command" in container:
        yield "runs something else than gunicorn or manage"
    ports = {one["name"] for one in container.get("ports", [])}
    if "http" in ports:
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container.get(probe, {}).get("httpGet", {})
            if asked.get("port") != "http":
                yield f"no {probe}"
            elif {one["name"] for one in asked["httpHeaders"]} != {"Host", "X-Forwarded-Proto"}:
                yield f"{probe} would be turned away: Host or X-Forwarded-Proto is missing"
    elif document["kind"] == "Deployment" and container["args"] not in (["manage", "worker"], ["manage", "metrics"]):
        yield "no port"


def problems_together(documents: list[Document]) -> Iterator[str]:
    """Of everything that one release holds."""
    names = [(one["kind"], one["metadata"]["name"]) for one in documents]
    if len(names) != len(set(names)):
        yield "two documents have the same kind and name"
    pods = [pod for one in documents if (pod := pod_of(one))]
    made = set(names)
    for document in documents:
        kind, spec = document["kind"], document.get("spec", {})
        name = f"{kind} {document['metadata']['name']}"
        if kind == "Service":
            found = [pod for pod in pods if spec["selector"].items() <= pod["metadata"]["labels"].items()]
            if len(found) != 1:
                yield f"{name} leads to {len(found)} kinds of pods"
            for port in spec["ports"]:
                for pod in found:
                    if port["targetPort"] not in _ports(pod):
                        yield f"{name}: no container has the port {port['targetPort']}"
        if kind in {"PodDisruptionBudget", "NetworkPolicy"}:
            selector = spec["selector" if kind == "PodDisruptionBudget" else "podSelector"]["matchLabels"]
            if not any(selector.items() <= pod["metadata"]["labels"].items() for pod in pods):
                yield f"{name} is about no pod"
        if kind == "HorizontalPodAutoscaler":
            target = spec["scaleTargetRef"]
            scaled = [
                one for one in documents if (one["kind"], one["metadata"]["name"]) == ("Deployment", target["name"])
            ]
            if len(scaled) != 1 or "replicas" in scaled[0]["spec"]:
                yield f"{name} scales nothing, or something that has a fixed number"
        if kind == "Ingress":
            services = {path["backend"]["service"]["name"] for rule in spec["rules"] for path in rule["http"]["paths"]}
            if not {("Service", one) for one in services} <= made or any("metrics" in one for one in services):
                yield f"{name} leads to no service, or to the metrics"
    yield from _references(documents, made)


def _references(documents: list[Document], made: set[tuple[str, str]]) -> Iterator[str]:
    for document in documents:
        pod = pod_of(document)
        if pod is None:
            continue
        name = f"{document['kind']} {document['metadata']['name']}"
        hook = "helm.sh/hook" in document["metadata"].get("annotations", {})
        needed = set()
        if account := pod["spec"].get("serviceAccountName"):
            needed.add(("ServiceAccount", account))
        for container in pod["spec"]["containers"]:
            needed |= {("ConfigMap", one["configMapRef"]["name"]) for one in container.get("envFrom", [])}
        needed -= {("ServiceAccount", "default")}
        own_accounts = any(kind == "ServiceAccount" for kind, _ in made)
        if not own_accounts:
            needed = {one for one in needed if one[0] != "ServiceAccount"}
        if hook and needed:
            yield f"{name} runs before {sorted(needed)} exists"
        elif not needed <= made:
            yield f"{name} needs {sorted(needed - made)}"


def _ports(pod: Document) -> set[str]:
    return {port["name"] for container in pod["spec"]["containers"] for port in container.get("ports", [])}

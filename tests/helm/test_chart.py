"""What can be said of the chart without Helm; `make lint-helm` renders it."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from tests.helm.policies import problems_of, problems_together
from tests.helm.values_table import CHART, PAGE, ROOT, described, page_with_table, schema, values

TEMPLATES = {path.name: path.read_text() for path in (CHART / "templates").iterdir()}


def test_the_defaults_are_what_the_schema_takes_and_every_object_is_closed() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    jsonschema.validate(values(), schema())

    def opened(of: Any, path: str) -> list[str]:
        if not isinstance(of, dict):
            return []
        here = [path] if "properties" in of and of.get("additionalProperties") is not False else []
        return here + [
            one for key, inner in of.items() if key not in {"if", "then"} for one in opened(inner, f"{path}/{key}")
        ]

    assert opened(schema(), "") == []


def test_every_value_has_a_type_a_description_a_row_and_a_use() -> None:
    rows = list(described(schema(), values()))
    everything = "".join(TEMPLATES.values())

    def leaves(value: Any, path: str) -> list[str]:
        if path in {one for one, _, _ in rows}:
            return [path]
        assert isinstance(value, dict), f"{path} has no description"
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{key}".strip("."))]

    assert sorted(leaves(values(), "")) == sorted(path for path, _, _ in rows)
    for path, _, _ in rows:
        assert path.split(".")[-1] in everything, path
    assert PAGE.read_text() == page_with_table(), "run: .venv/bin/python -m tests.helm.values_table"


def test_every_variable_of_the_chart_is_a_setting_that_the_code_reads() -> None:
    read = set()
    for path in (ROOT / "platform" / "maillage").rglob("*.py"):
        text = path.read_text()
        read |= set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)\"""", text))
        read |= set(re.findall(r"""Need\(\s*"([A-Z][A-Z0-9_]+)\"""", text))
    named = set(re.findall(r"^([A-Z][A-Z0-9_]+): ", TEMPLATES["_helpers.tpl"], re.M))
    named |= values()["secret"]["required"].keys() | values()["secret"]["optional"].keys()

    assert len(named) >= 8
    assert named - read == set()


def test_what_the_code_demands_of_a_production_is_given() -> None:
    from maillage.installation import NEEDS

    given = set(re.findall(r"^([A-Z][A-Z0-9_]+): ", TEMPLATES["_helpers.tpl"], re.M))
    given |= values()["secret"]["required"].keys()

    assert {need.name for need in NEEDS} <= given


def test_the_chart_has_the_version_of_the_project() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.M)

    assert project
    assert chart["appVersion"] == project[1]


GOOD = yaml.safe_load("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 1, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: maillage:1
          args: [manage, worker]
          env: [{name: SECRET_KEY, valueFrom: {secretKeyRef: {name: a, key: b}}}]
          resources: {requests: {cpu: 1, memory: 1Mi}, limits: {memory: 1Mi}}
          securityContext:
            {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
""")


def changed(path: str, value: object) -> dict[str, Any]:
    document = json.loads(json.dumps(GOOD))
    inner: Any = document
    *way, last = path.split(".")
    for name in way:
        inner = inner[int(name)] if name.isdigit() else inner[name]
    inner[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("spec.template.spec.securityContext.runAsUser", 0, "may run as root"),
        ("spec.template.spec.securityContext.seccompProfile", None, "no seccomp profile"),
        ("spec.template.spec.automountServiceAccountToken", True, "has a token of the cluster"),
        ("spec.template.spec.hostNetwork", True, "hostNetwork is on"),
        ("spec.template.metadata.labels", {"app": "other"}, "its selector doesn't find its own pods"),
        ("spec.template.spec.containers.0.image", "maillage:latest", "is not pinned"),
        ("spec.template.spec.containers.0.resources", {}, "asks for no resources"),
        ("spec.template.spec.containers.0.securityContext", {}, "can write to its root"),
        ("spec.template.spec.containers.0.env", [{"name": "SECRET_KEY", "value": "x"}], "stands there in plain"),
        ("spec.template.spec.containers.0.args", ["gunicorn"], "no port"),
        ("spec.template.spec.containers.0.command", ["sh", "-c"], "runs something else"),
        ("spec.template.spec.volumes", [{"name": "a", "hostPath": {}}], "mounts a folder of the node"),
        ("metadata.labels", {"a": "postgresql://a:b@c/d"}, "an address with a password in it"),
    ],
)
def test_a_rule_of_the_lint_finds_what_it_is_for(path: str, value: object, said: str) -> None:
    assert list(problems_of(GOOD)) == []

    assert said in " · ".join(problems_of(changed(path, value)))


def test_a_service_that_leads_nowhere_is_found() -> None:
    service = {
        "kind": "Service", "metadata": {"name": "s"},
        "spec": {"selector": {"app": "wbe"}, "ports": [{"targetPort": "http"}]},
    }  # fmt: skip

    assert list(problems_together([GOOD])) == []
    assert list(problems_together([GOOD, service])) == ["Service s leads to 0 kinds of pods"]

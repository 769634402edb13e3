"""Every combination of the chart's switches, rendered by Helm's own engine and held to Kubernetes' and to our rules.

    .venv-helm/bin/python tests/helm/lint_chart.py

With no helm, no cluster and no network. Run by `make lint-helm`, in an environment of its own.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import helm_python as helm
import kubernetes_validate
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from policies import Document, problems_of, problems_together

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "maillage"
KUBERNETES = ("1.32", "1.37")
# Not Kubernetes' own kinds: no schema of theirs to hold them to.
FOREIGN = {"ServiceMonitor"}
# A switch that needs another value when it is on.
TOGETHER: dict[str, dict[str, Any]] = {"backup.enabled": {"backup": {"existingClaim": "backups"}}}
# A switch that changes nothing while another one is off.
WITHIN = {"ingress.tls.enabled": "ingress.enabled", "metrics.serviceMonitor.enabled": "metrics.enabled"}
# What isn't a switch, and changes what is rendered: each alone, with everything on.
VARIANTS: list[dict[str, Any]] = [
    {"image": {"digest": "sha256:" + "0" * 64}, "imagePullSecrets": [{"name": "registry"}]},
    {"hosts": ["a.example.org", "b.example.org"], "settings": {"LOG_LEVEL": "INFO"}},
    {"serviceAccount": {"name": "own", "annotations": {"a": "b"}}, "service": {"annotations": {"a": "b"}}},
    {"podAnnotations": {"a": "b"}, "podLabels": {"team": "epn"}, "nodeSelector": {"disk": "ssd"}},
    {"tolerations": [{"key": "a", "operator": "Exists"}], "affinity": {"nodeAffinity": {}}},
    {"ingress": {"className": "nginx", "annotations": {"a": "b"}}},
    {
        "networkPolicy": {
            "webFrom": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}],
            "metricsFrom": [{"podSelector": {}}],
            "database": {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}]},
            "mailPorts": [],
            "privateRanges": [],
        }
    },
]
# What the schema has to refuse.
REFUSED: list[dict[str, Any]] = [
    {"hosts": []},
    {"hosts": ["Not A Host"]},
    {"image": {"tag": "latest"}},
    {"image": {"digest": "sha256:short"}},
    {"settings": {"SECRET_KEY": "in plain sight"}},
    {"settings": {"OIDC_CLIENT_SECRET": "in plain sight"}},
    {"settings": {"DATABASE_URL": "postgresql://"}},
    {"settings": {"SENTRY_DSN": "in plain sight"}},
    {"settings": {"lower": "case"}},
    {"settings": {"LOG_LEVEL": 1}},
    {"web": {"replicas": 0}},
    {"web": {"replica": 2}},
    {"web": {"resources": {"limits": {"memory": 1}}}},
    {"podSecurity": {"runAsUser": 0}},
    {"backup": {"enabled": True}},
    {"cron": {"purge": {"schedule": "daily"}}},
    {"unknown": True},
]


def switches() -> list[str]:
    """Every boolean of values.yaml, by its path."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())

    def walk(value: Any, path: str) -> list[str]:
        if isinstance(value, bool):
            return [path]
        if isinstance(value, dict):
            return [one for key, inner in value.items() for one in walk(inner, f"{path}.{key}".strip("."))]
        return []

    return walk(values, "")


def merged(*parts: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            both = isinstance(value, dict) and isinstance(whole.get(key), dict)
            whole[key] = merged(whole[key], value) if both else value
    return whole


def turned(positions: dict[str, bool]) -> dict[str, Any]:
    parts = []
    for path, on in positions.items():
        value: Any = on
        for name in reversed(path.split(".")):
            value = {name: value}
        parts.append(value)
        if on and path in TOGETHER:
            parts.append(TOGETHER[path])
    return merged(*parts)


class Lint:
    def __init__(self, chart: Any) -> None:
        self.chart = chart
        self.found: dict[str, str] = {}
        self.parsed: dict[str, list[Document]] = {}
        self.kinds: set[str] = set()

    def documents(self, text: str) -> list[Document]:
        """Parsed and judged once for each text that any combination renders."""
        if text not in self.parsed:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            documents = [one for one in yaml.load_all(text, Loader=loader) if one]
            self.parsed[text] = documents
            for document in documents:
                self.judge(document)
        return self.parsed[text]

    def judge(self, document: Document) -> None:
        self.kinds.add(document["kind"])
        name = f"{document['kind']} {document['metadata']['name']}"
        for problem in problems_of(document):
            self.found.setdefault(f"{name}: {problem}", json.dumps(document)[:200])
        if document["kind"] in FOREIGN:
            return
        for version in KUBERNETES:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                self.found.setdefault(f"{name}: not valid in Kubernetes {version}: {error.message}", "")

    def combination(self, values: dict[str, Any]) -> None:
        rendered = self.chart.render(values, name="demo", namespace="epn")
        documents = [
            one for path, text in rendered.items() if not path.endswith("NOTES.txt") for one in self.documents(text)
        ]
        for problem in problems_together(documents):
            self.found.setdefault(problem, json.dumps(values)[:400])


def combinations(names: list[str]) -> Iterator[dict[str, bool]]:
    for positions in itertools.product((False, True), repeat=len(names)):
        one = dict(zip(names, positions, strict=True))
        if not any(one[inner] and not one[outer] for inner, outer in WITHIN.items()):
            yield one


def share(number: int, of: int) -> tuple[int, dict[str, str], set[str], set[str]]:
    """Each process its own share, and its own Helm: how many, problems, the texts rendered, their kinds."""
    count = 0
    with helm.Chart.load(str(CHART)) as chart:
        lint = Lint(chart)
        for positions in itertools.islice(combinations(switches()), number, None, of):
            lint.combination(turned(positions))
            count += 1
    return count, lint.found, set(lint.parsed), lint.kinds


def variants() -> dict[str, str]:
    with helm.Chart.load(str(CHART)) as chart:
        lint = Lint(chart)
        everything = turned(dict.fromkeys(switches(), True))
        for variant in VARIANTS:
            values = merged(everything, variant)
            chart.validate_schema(values)
            lint.combination(values)
        for values in REFUSED:
            try:
                chart.validate_schema(values)
            except helm.HelmError:
                continue
            lint.found[f"the schema takes {json.dumps(values)}"] = ""
    return lint.found


def main() -> int:
    began = time.monotonic()
    for message in helm.lint(str(CHART), strict=True)["messages"]:
        if "icon is recommended" not in message["error"]:
            print("helm lint:", message)
            return 1
    found = variants()
    processes = os.cpu_count() or 1
    # Not forked: Helm's engine has threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        shares = list(pool.map(share, range(processes), itertools.repeat(processes)))
    for _, problems, _, _ in shares:
        found |= problems
    for problem, example in found.items():
        print(problem, f"\n    {example}" if example else "")
    texts, kinds = (set[str]().union(*sets) for sets in list(zip(*shares, strict=True))[2:])
    print(
        f"{sum(count for count, *_ in shares)} combinations of {len(switches())} switches, {len(texts)} different"
        f" texts, {len(kinds)} kinds, Kubernetes {' and '.join(KUBERNETES)}: {len(found)} problems,"
        f" {time.monotonic() - began:.0f} s"
    )
    return bool(found) or containerfile()


def containerfile() -> int:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--no-color", "--ignore", "DL3059", ROOT / "Containerfile"],
        capture_output=True,
        text=True,
    )
    print(re.sub(r"^.*/Containerfile:", "Containerfile:", done.stdout, flags=re.M) or "Containerfile: 0 problems")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

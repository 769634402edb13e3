"""The table of helm/README.md, made of values.yaml and the descriptions in its schema.

.venv/bin/python -m tests.helm.values_table      writes it into the page
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "maillage"
PAGE = ROOT / "helm" / "README.md"
BETWEEN = re.compile(r"(<!-- values -->\n).*(<!-- end of values -->)", re.S)


def schema() -> dict[str, Any]:
    return dict(json.loads((CHART / "values.schema.json").read_text()))


def values() -> dict[str, Any]:
    return dict(yaml.safe_load((CHART / "values.yaml").read_text()))


def described(of: dict[str, Any], given: Any, path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Path, default and description of each value that has a description. Raises KeyError for one without."""
    for name, inner in of["properties"].items():
        if name == "global":
            continue
        where = f"{path}.{name}".strip(".")
        if "description" in inner:
            yield where, given[name], inner["description"]
        else:
            yield from described(inner, given[name], where)


def table() -> str:
    lines = ["| value | default | meaning |", "|---|---|---|"]
    for path, default, meaning in described(schema(), values()):
        text = json.dumps(default, ensure_ascii=False)
        lines.append(f"| `{path}` | `{text}` | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def page_with_table() -> str:
    return BETWEEN.sub(lambda found: found[1] + table() + found[2], PAGE.read_text())


if __name__ == "__main__":
    PAGE.write_text(page_with_table())

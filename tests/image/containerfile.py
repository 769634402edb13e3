"""Building the image without an engine: the Containerfile's own steps, run below a folder instead of `/`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("/opt/maillage", "/opt/tools", "/app")


@dataclass
class Stage:
    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [text for name, text in self.steps if name == instruction]


def stages() -> dict[str, Stage]:
    text = (ROOT / "Containerfile").read_text()
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    found: dict[str, Stage] = {}
    current: Stage | None = None
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            current = found[alias] = Stage(alias, base)
        elif name and current:
            current.steps.append((name, rest))
    return found


class Build:
    """The stage `build`, step by step; `below` stands for `/`."""

    def __init__(self, below: Path) -> None:
        self.below = below
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(below), "LC_ALL": "C.UTF-8"}
        self.environment |= {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
        # What pip was told by this machine's own files is told it here too.
        self.environment["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
        self.environment["XDG_CONFIG_HOME"] = os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))
        self.folder = below

    def here(self, text: str) -> str:
        for folder in FOLDERS:
            text = re.sub(rf"(?<![\w.]){folder}(?![\w-])", str(self.below) + folder, text)
        return text

    def run(self, stage: Stage) -> None:
        for name, rest in stage.steps:
            if name == "ENV":
                self.environment |= dict(one.split("=", 1) for one in shlex.split(rest))
            elif name == "WORKDIR":
                self.folder = Path(self.here(rest))
                self.folder.mkdir(parents=True, exist_ok=True)
            elif name == "COPY":
                self.copy(rest)
            elif name == "RUN":
                self.shell(self.here(rest))
            else:
                raise AssertionError(f"{name} is not known here")

    def copy(self, rest: str) -> None:
        *sources, target = rest.split()
        for source in sources:
            to = self.folder / (source if target == "./" else target)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
            else:
                shutil.copy2(ROOT / source, to)

    def shell(self, command: str) -> None:
        python = Path(sys.base_prefix) / "bin"
        environment = self.environment | {"PATH": f"{python}:{self.environment['PATH']}"}
        done = subprocess.run(
            ["/bin/sh", "-euc", command], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise AssertionError(f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")

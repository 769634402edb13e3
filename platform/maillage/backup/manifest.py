"""What a backup says about itself: `manifest.json`, written last, so that a folder with one is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from maillage.backup.programs import BackupError

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Part:
    """One schema in one file of pg_dump's custom format."""

    schema: str
    kind: str
    path: str  # the space's address when it was saved; empty for the public schema
    created_at: str  # tells a space from another installation's of the same number
    migrations: str  # the hash of what its schema has, as in the register
    tables: list[str]
    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    made_at: str
    maillage: str
    server: int  # PostgreSQL's major version
    whole: bool  # or one space only
    migrations: list[str]
    parts: list[Part]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    def part(self, schema: str) -> Part | None:
        return next((one for one in self.parts if one.schema == schema), None)


def read(folder: Path) -> Manifest:
    """Raises BackupError when this isn't a whole backup, or one of a version that this code doesn't know."""
    try:
        raw = json.loads((folder / NAME).read_text())
    except (OSError, ValueError):
        raise BackupError(f"{folder} is no backup, or only a part of one: it has no {NAME} that can be read.") from None
    if raw.get("format") != FORMAT:
        raise BackupError(f"{folder} is a backup of format {raw.get('format')}; this Maillage reads {FORMAT}.")
    manifest = Manifest(**raw | {"parts": [Part(**part) for part in raw["parts"]]})
    unknown = sorted(set(manifest.migrations) - set(known_migrations()))
    if unknown:
        raise BackupError(
            f"{folder} was made by Maillage {manifest.maillage}, which is newer: {unknown[0]} is not known here."
            " Install that version first."
        )
    return manifest


def check_file(folder: Path, part: Part) -> Path:
    """The part's file, if it is the one that was written. Raises BackupError otherwise."""
    path = folder / part.file
    if path.parent != folder or not path.is_file() or digest(path) != part.sha256:
        raise BackupError(f"{path} is missing or damaged: it is not what the manifest says. Nothing was changed.")
    return path


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)


def installed_version() -> str:
    return version("maillage")

"""`manage export_places`: the places of a network in the schema of places of digital help, and what breaks it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from network.cadastre.census.printing import table
from network.cadastre.lieux.schema import belgian, original, schema_of
from network.directory.open_data.export import Export
from network.directory.open_data.files import FORMATS, file_of
from network.directory.open_data.selectors import exported
from tenants.registry.crossing import entered
from tenants.registry.models import Federation

SCHEMAS = {"original": original, "belgian": belgian}


class Command(BaseCommand):
    help = (
        "Write the places of a network in the schema of places of digital help (1.0.2), and list each cell that breaks"
        " a rule, by line, column and rule. Exit code 1: nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", required=True, metavar="SLUG")
        parser.add_argument("--schema", choices=SCHEMAS, help="default: the one of the network's country")
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument(
            "--complete", action="store_true", help="every place and cell, those that break a rule too; not strict"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
        parser.add_argument("--language", choices=("fr", "nl", "en"), default="fr", help="of the report")

    def handle(self, *args: Any, **options: Any) -> None:
        federation = Federation.objects.select_related("space").filter(slug=options["federation"]).first()
        if federation is None or federation.space.archived_at is not None:
            raise CommandError(f"There is no open network at “{options['federation']}”.")
        schema = SCHEMAS[options["schema"]]() if options["schema"] else schema_of(federation.country)
        with entered(federation.space):
            found = exported(federation, schema)
        content = file_of(found, options["format"], complete=options["complete"], licence="", url="")
        if options["output"] is None:
            sys.stdout.buffer.write(content)
        else:
            try:
                options["output"].write_bytes(content)
            except OSError as error:
                raise CommandError(f"“{options['output']}” can't be written: {error.strerror}") from error
        out = self.stdout if options["output"] is not None else self.stderr
        with translation.override(options["language"]):
            for line in [json.dumps(_told(found), ensure_ascii=False)] if options["json"] else _report(found):
                out.write(line, style_func=str)


def _told(found: Export) -> dict[str, Any]:
    return {
        "schema": found.schema.name,
        "version": found.schema.version,
        "places": len(found.places),
        "published": len(found.rows),
        "left_out": found.left_out,
        "cells": [
            {
                "line": one.finding.line,
                "id": one.place_id,
                "column": one.finding.column,
                "rule": one.finding.rule.value,
                "value": one.finding.value,
                "outcome": one.outcome.value,
            }
            for one in found.cells
        ],
    }


def _report(found: Export) -> Iterable[str]:
    yield _("%(published)s of %(places)s places obey the schema %(schema)s.") % {
        "published": len(found.rows),
        "places": len(found.places),
        "schema": f"{found.schema.title} {found.schema.version}",
    }
    if found.cells:
        rows = [
            (one.finding.line, one.name, one.finding.column, one.finding.value or "∅", one.outcome.label,
             one.finding.rule.label)
            for one in found.cells
        ]  # fmt: skip
        heads = (_("line"), _("name"), _("column"), _("value"), _("what was done"), _("rule"))
        yield from table(heads, rows)

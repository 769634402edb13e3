import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from maillage.reference.services import load_reference


class Command(BaseCommand):
    help = (
        "Load vocabularies, contract types, dated rules and the communes of Brussels from the project's files. "
        "Loading twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_reference()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in done]))
            return
        width = max(len(one.file) for one in done)
        self.stdout.write(f"{'':<{width}} {'created':>9} {'changed':>9} {'unchanged':>9} {'retired':>9}")
        for one in done:
            self.stdout.write(
                f"{one.file:<{width}} {one.created:>9} {one.changed:>9} {one.unchanged:>9} {one.retired:>9}"
            )

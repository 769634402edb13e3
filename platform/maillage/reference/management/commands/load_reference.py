import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from maillage.reference.services import load_communes, load_reference


class Command(BaseCommand):
    help = (
        "Load vocabularies, contract types, dated rules and communes from the project's files, or an operator's own "
        "list of communes. Loading twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--communes", type=Path, metavar="FILE", help="a CSV: code, name_fr, postcodes, …")
        parser.add_argument("--country", choices=["be", "fr"], help="the country of that list")
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["communes"] and not options["country"]:
            raise CommandError("Say which country these communes are in: --country be or --country fr.")
        if options["country"] and not options["communes"]:
            raise CommandError("--country goes with --communes FILE.")
        try:
            done = (
                [load_communes(file=options["communes"], country=options["country"])]
                if options["communes"]
                else load_reference()
            )
        except ValidationError as error:
            raise CommandError("Nothing was loaded.\n" + "\n".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in done]))
            return
        if options["communes"]:
            self.stdout.write("Now `manage find_communes` gives the sites that have no code theirs.")
        width = max(len(one.file) for one in done)
        self.stdout.write(f"{'':<{width}} {'created':>9} {'changed':>9} {'unchanged':>9} {'retired':>9}")
        for one in done:
            self.stdout.write(
                f"{one.file:<{width}} {one.created:>9} {one.changed:>9} {one.unchanged:>9} {one.retired:>9}"
            )

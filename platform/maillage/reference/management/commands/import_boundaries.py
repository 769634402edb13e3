from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from maillage.reference.shapes import load_boundaries


class Command(BaseCommand):
    help = "Load the shapes of communes from a GeoJSON in longitudes and latitudes: maps are then drawn with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", default="nis", help="the property that holds the commune's code (nis)")
        parser.add_argument("--source", default="", help="where the shapes come from: it is said under each map")
        parser.add_argument("--skip-unknown", action="store_true", help="leave out shapes of communes not known here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_boundaries(
                file=options["file"],
                key=options["key"],
                source=options["source"][:200],
                skip_unknown=options["skip_unknown"],
            )
        except ValidationError as error:
            raise CommandError("Nothing was loaded.\n" + "\n".join(error.messages)) from error
        self.stdout.write(f"{done.drawn} communes have got a shape; {done.unchanged} had the same already")
        if done.unknown:
            self.stdout.write(f"{len(done.unknown)} shapes of other communes were left out")

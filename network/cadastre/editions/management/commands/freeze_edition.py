import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from network.cadastre.editions.freezing import freeze_edition, verify
from network.cadastre.editions.models import Edition, FrozenEdition
from tenants.registry.crossing import entered
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "Closes the edition of a year; --check makes the file of a frozen one again and compares the hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", required=True, metavar="SLUG")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--missing", type=int, default=0, metavar="N", help="freeze although N returns are missing")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 when the rows give another file"
        )
        parser.add_argument("--file", type=Path, metavar="FILE", help="write the frozen file there as well")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        federation = Federation.objects.select_related("space").filter(slug=options["federation"]).first()
        if federation is None:
            raise CommandError(f"There is no federation “{options['federation']}”.")
        with entered(federation.space):
            edition = Edition.objects.select_related("questionnaire").filter(year=options["year"]).first()
            if edition is None:
                raise CommandError(f"There is no edition of {options['year']}.")
            if not options["check"]:
                try:
                    freeze_edition(pk=edition.pk, missing=options["missing"])
                except ValidationError as error:
                    raise CommandError(" ".join(error.messages)) from error
                edition.refresh_from_db()
            elif not edition.is_frozen:
                raise CommandError(f"The edition of {options['year']} is not frozen.")
            verdict = verify(edition)
            content = bytes(FrozenEdition.objects.get(edition=edition).content)
        if options["file"]:
            options["file"].write_bytes(content)
        told = {"sha256": verdict.sha256, "bytes": verdict.length, "holds": verdict.holds}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(f"{verdict.sha256}  {verdict.length} bytes")
        if not verdict.holds:
            what = "the rows give another file" if verdict.file_is_whole else "the file that is kept is damaged"
            raise CommandError(f"The edition of {options['year']} isn't what it was: {what} ({verdict.of_the_rows}).")

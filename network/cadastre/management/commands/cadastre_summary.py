import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from network.cadastre.enums import Perimeter
from network.cadastre.selectors import cadastre_summary
from tenants.registry.crossing import entered
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "The cadastre of a year in a few numbers: EPN, contracts, share of article 60, needs, visits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", required=True, metavar="SLUG")
        parser.add_argument("--year", type=int, help="default: the running year")
        parser.add_argument("--perimeter", choices=Perimeter.values, default=Perimeter.ALL.value)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        federation = Federation.objects.select_related("space").filter(slug=options["federation"]).first()
        if federation is None:
            raise CommandError(f"There is no federation “{options['federation']}”.")
        year = timezone.localdate().year if options["year"] is None else options["year"]
        try:
            with entered(federation.space):
                summary = cadastre_summary(federation.pk, year=year, perimeter=options["perimeter"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps(summary.as_json()))
            return
        rows = summary.as_json()
        width = max(map(len, rows))
        for name, value in rows.items():
            self.stdout.write(f"{name:<{width}}  {'not known' if value is None else value}")

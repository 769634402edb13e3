from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from maillage.audit.services import acting
from network.cadastre.coverage.services import AreaFacts, load_area_indicator
from tenants.registry.crossing import entered
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = (
        "Load a number by commune (CSV: code, value) by which areas have priority on a federation's coverage page. "
        "The same code again replaces it whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--federation", required=True, metavar="SLUG")
        parser.add_argument("--code", required=True, help="a short name, such as vulnerability-2023")
        parser.add_argument("--label", required=True, help="what people read")
        parser.add_argument("--source", required=True, help="who published it")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--unit", default="")
        parser.add_argument("--priority-from", metavar="VALUE", help="a commune has priority from this value on")

    def handle(self, *args: Any, **options: Any) -> None:
        federation = Federation.objects.select_related("space").filter(slug=options["federation"]).first()
        if federation is None:
            raise CommandError(f"There is no federation “{options['federation']}”.")
        try:
            validate_slug(options["code"])
            facts = AreaFacts(
                code=options["code"][:50],
                label=options["label"][:160],
                source=options["source"][:300],
                year=_year(options["year"]),
                unit=options["unit"][:60],
                priority_from=_number(options["priority_from"]),
            )
            with entered(federation.space), acting(actor_id=None, space_id=federation.pk):
                indicator = load_area_indicator(file=options["file"], facts=facts)
                count = indicator.values.count()
        except ValidationError as error:
            raise CommandError("Nothing was loaded.\n" + "\n".join(error.messages)) from error
        self.stdout.write(f"{indicator.label}: {count} communes")


def _year(year: int) -> int:
    if not 1990 <= year <= timezone.localdate().year:
        raise CommandError("The year is that of the source: from 1990 to this year.")
    return year


def _number(text: str | None) -> Decimal | None:
    try:
        number = None if text is None else Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if number is not None and (not number.is_finite() or abs(number) >= 10**10):
        raise CommandError("--priority-from is a number.")
    return number

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network.figures.services import sweep
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "The sweeper, once: refresh what a crash or raw SQL left behind, and take the stocks of the day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", help="only this one (its slug)")
        parser.add_argument(
            "--stock-day", type=dt.date.fromisoformat, help="take stocks up to this day instead of today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        federations = Federation.objects.select_related("space").order_by("pk")
        if options["federation"]:
            federations = federations.filter(slug=options["federation"])
            if not federations:
                raise CommandError(f"There is no federation “{options['federation']}”.")
        stuck = []
        for result in sweep(federations=federations, stock_day=options["stock_day"]):
            self.stdout.write(
                f"{result.federation}: {result.refreshed} of {result.epn} EPN refreshed, as of {result.as_of}"
            )
            stuck += result.stuck
        if stuck:
            raise CommandError(f"These could not be refreshed: {', '.join(stuck)}. See the log.")

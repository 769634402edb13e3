from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network.directory.cards import copy_cards
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "Copy the card of every EPN to its federation again: takes what a crash or raw SQL left behind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", metavar="SLUG", help="one federation only")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Federation.objects.select_related("space").order_by("slug")
        if options["federation"]:
            chosen = chosen.filter(slug=options["federation"])
            if not chosen:
                raise CommandError(f"There is no federation {options['federation']}.")
        for federation in chosen:
            self.stdout.write(f"{federation.slug}: {copy_cards(federation)} changed")

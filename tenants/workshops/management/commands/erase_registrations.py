from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.audit.services import acting
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.models import Space
from tenants.workshops.registrations.rules import KEEP_FOR
from tenants.workshops.registrations.services import erase_registrations


class Command(BaseCommand):
    help = "Erase the registrations for workshops and courses that ended more than 90 days ago, in every EPN."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and erase nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        total = 0
        for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
            with entered(space), acting(actor_id=None, space_id=space.pk):
                gone = erase_registrations(count_only=dry_run)
            total += gone
            if gone:
                self.stdout.write(f"{space.name}: {gone}")
        verb = "would be erased" if dry_run else "erased"
        self.stdout.write(f"{total} registrations for series that ended more than {KEEP_FOR.days} days ago {verb}")

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.audit.services import acting
from tenants.activity.services import KEEP_DELETED_FOR, purge_deleted_visits
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.models import Space


class Command(BaseCommand):
    help = "Erase the visits that were deleted more than 30 days ago, in every EPN. For a daily job."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and erase nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        total = 0
        for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
            with entered(space), acting(actor_id=None, space_id=space.pk):
                gone = purge_deleted_visits(count_only=dry_run)
            total += gone
            if gone:
                self.stdout.write(f"{space.name}: {gone}")
        verb = "would be erased" if dry_run else "erased"
        self.stdout.write(f"{total} visits deleted more than {KEEP_DELETED_FOR.days} days ago {verb}")

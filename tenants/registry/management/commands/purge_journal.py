import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants.registry.retention import SHORTEST_MONTHS, purge_journal

LONGEST_MONTH = 31  # days: nothing goes too soon


class Command(BaseCommand):
    help = "Erase the lines of the history that are older than so many months, in every space."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than-months", type=int, required=True, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        months = options["older_than_months"]
        if not SHORTEST_MONTHS <= months <= 1200:
            raise CommandError(f"A history is kept for {SHORTEST_MONTHS} months at least.")
        gone = purge_journal(before=timezone.now() - dt.timedelta(days=LONGEST_MONTH * months))
        self.stdout.write(f"{gone} lines erased.")

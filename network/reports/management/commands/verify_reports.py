import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network.reports.checking import check_reports
from tenants.registry.crossing import entered
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "Hash every frozen report and each of its files again. Exit code 1 when one isn't what was signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", metavar="SLUG", help="only this one")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        federations = Federation.objects.select_related("space").order_by("pk")
        if options["federation"]:
            federations = federations.filter(slug=options["federation"])
            if not federations:
                raise CommandError(f"There is no federation “{options['federation']}”.")
        versions, files, wrong = 0, 0, []
        for federation in federations:
            with entered(federation.space):
                found = check_reports()
            versions += found.versions
            files += found.files
            wrong += [f"{federation.slug}: {one}" for one in found.wrong]
        if options["json"]:
            told = {"versions": versions, "files": files, "differences": len(wrong), "named": wrong}
            self.stdout.write(json.dumps(told))
        else:
            for one in wrong:
                self.stdout.write(one)
            self.stdout.write(f"{versions} versions with {files} files: {len(wrong)} differences.")
        if wrong:
            sys.exit(1)

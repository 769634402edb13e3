import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network.figures.verification import Verification, verify
from tenants.registry.models import Federation


class Command(BaseCommand):
    help = "Count every figure again from the EPN's own data, and name each difference. Exit code 1 when there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--federation", help="only this one (its slug)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--repair", action="store_true", help="write what was counted, after naming what was wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        federations = Federation.objects.select_related("space").order_by("pk")
        if options["federation"]:
            federations = federations.filter(slug=options["federation"])
            if not federations:
                raise CommandError(f"There is no federation “{options['federation']}”.")
        whole = Verification()
        for federation in federations:
            one = verify(federation, repair=options["repair"])
            whole.cells += one.cells
            whole.differences += one.differences
        if options["json"]:
            named = [difference.as_json() for difference in whole.differences]
            self.stdout.write(json.dumps({"differences": len(named), "cells": whole.cells, "named": named}))
        else:
            for difference in whole.differences:
                self.stdout.write(str(difference))
            self.stdout.write(f"{len(whole.differences)} differences in {whole.cells} cells.")
            if whole.differences and options["repair"]:
                self.stdout.write("They were repaired.")
        if whole.differences:
            sys.exit(1)

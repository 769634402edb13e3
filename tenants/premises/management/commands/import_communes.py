from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from maillage.audit.services import acting
from maillage.reference.services import load_communes
from tenants.premises.services import find_communes
from tenants.registry.crossing import entered
from tenants.registry.enums import Country, Kind
from tenants.registry.models import Space


class Command(BaseCommand):
    help = (
        "Load a list of communes (CSV in UTF-8: code, name_fr, postcodes, population …), then give the sites that have "
        "no code theirs, in every EPN. Loading twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", choices=Country.values, required=True, help="the country of the list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_communes(file=options["file"], country=options["country"])
        except ValidationError as error:
            raise CommandError("Nothing was loaded.\n" + "\n".join(error.messages)) from error
        self.stdout.write(f"{done.file}: {done.created} created, {done.changed} changed, {done.unchanged} unchanged")
        total = 0
        for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
            with entered(space), acting(actor_id=None, space_id=space.pk):
                found = find_communes()
            total += found
            if found:
                self.stdout.write(f"{space.name}: {found}")
        self.stdout.write(f"{total} sites have got the code of their commune")

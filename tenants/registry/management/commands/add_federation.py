from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.registry.enums import Country
from tenants.registry.provisioning.services import provision_federation


class Command(BaseCommand):
    help = "Make a network, empty. Its coordinator, once named with grant_role, adds its EPN."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", help="its address, such as caban")
        parser.add_argument("--name", required=True)
        parser.add_argument("--country", default=Country.BELGIUM, choices=Country.values)
        parser.add_argument("--region", default="be-bru", help="whose dated rules apply (be-bru)")

    def handle(self, *args: Any, **options: Any) -> None:
        name, path = options["name"].strip(), options["path"].strip("/")
        if not name:
            raise CommandError("A network has a name.")
        try:
            provision_federation(name=name, slug=path, country=options["country"], region=options["region"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{name} is at /{path}/. Next: manage grant_role EMAIL network_coordinator {path}")

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.registry.management.people import person_at
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import running, space_at
from tenants.registry.services import end_membership


class Command(BaseCommand):
    help = "End a person's access to a network or an EPN, at once. What they recorded stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("path", metavar="PATH", help="caban, or caban/rue-de-la-poste")

    def handle(self, *args: Any, **options: Any) -> None:
        person, path = person_at(options["email"]), options["path"]
        try:
            space = space_at(path)
        except Space.DoesNotExist:
            raise CommandError(f"There is no space at {path!r}.") from None
        membership = Membership.objects.filter(running(), person=person, space=space).first()
        if membership is None:
            raise CommandError(f"{person.name} <{person.email}> has no role in {space.name}.")
        end_membership(membership=membership)
        self.stdout.write(f"{person.name} <{person.email}> has no access to {space.name} any more.")

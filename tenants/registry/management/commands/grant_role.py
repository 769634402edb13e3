from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.registry.enums import ROLES_OF_KIND, Kind, Role
from tenants.registry.management.people import open_space_at, person_at
from tenants.registry.services import grant_membership


class Command(BaseCommand):
    help = "Let a person into a network or an EPN, in one role. Somebody who has a role there takes the new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("role", metavar="ROLE", help=", ".join(role for role in Role if role != Role.OPERATOR))
        parser.add_argument("path", metavar="PATH", help="caban, or caban/rue-de-la-poste")
        parser.add_argument("--funder", default="", help="the funder's code, for a funder_reviewer")

    def handle(self, *args: Any, **options: Any) -> None:
        person, space = person_at(options["email"]), open_space_at(options["path"])
        possible = ROLES_OF_KIND[Kind(space.kind)]
        if options["role"] not in possible:
            raise CommandError(f"In {space.name} a role is one of {', '.join(sorted(possible))}.")
        if options["funder"] and options["role"] != Role.FUNDER_REVIEWER:
            raise CommandError("--funder goes with funder_reviewer only.")
        grant_membership(person=person, space=space, role=options["role"], funder=options["funder"])
        self.stdout.write(f"{person.name} <{person.email}> is {options['role']} in {space.name}.")

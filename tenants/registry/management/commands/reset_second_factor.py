from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.registry.management.people import person_at
from tenants.registry.signing_in.services import reset_second_factors


class Command(BaseCommand):
    help = "Take away a person's apps, passkeys and recovery codes: they sign in with the password and set up anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_at(options["email"])
        gone = reset_second_factors(person=person)
        self.stdout.write(f"{person.name} <{person.email}>: {gone} second factor(s) taken away.")

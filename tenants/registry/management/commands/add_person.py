import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.accounts.enums import Language
from maillage.accounts.models import Person
from maillage.accounts.services import create_person


class Command(BaseCommand):
    help = "Give somebody an account. Without a password they choose one through “Forgotten password”."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument("--language", default=Language.FRENCH, choices=Language.values)
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from the first line of standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"].strip().lower(), options["name"].strip()
        person = Person(email=email, name=name, language=options["language"])
        try:
            # The password is checked below: the field that Django expects isn't a column here.
            person.clean_fields()
        except ValidationError as error:
            found = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
            raise CommandError(found) from None
        if Person.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already. To give it a role: manage grant_role EMAIL ROLE PATH")
        password = self.read_password(person) if options["password_stdin"] else None
        create_person(email=email, name=name, language=options["language"], password=password)
        self.stdout.write(f"{name} <{email}> has an account.")

    def read_password(self, person: Person) -> str:
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError("This password is refused: " + " ".join(error.messages)) from None
        return password

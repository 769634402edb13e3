from django.core.validators import validate_email
from django.db import transaction

from maillage.accounts.enums import Language
from maillage.accounts.models import Person
from maillage.audit.services import record


@transaction.atomic
def create_person(*, email: str, name: str, language: str = Language.FRENCH, password: str | None = None) -> Person:
    """A new account. Without a password the person can only get in through a reset link.

    Raises ValidationError on a malformed address and IntegrityError on a taken one.
    """
    email = email.strip().lower()
    validate_email(email)
    person = Person(email=email, name=name.strip(), language=language)
    person.set_password(password)
    person.save()
    return person


@transaction.atomic
def change_profile(*, person: Person, name: str, language: str) -> None:
    """The name that the others see, and the language of pages and letters."""
    Person.objects.filter(pk=person.pk).update(name=name.strip(), language=language)
    record(verb="person.changed", target=person.pk)


def keep_language(*, person: Person, language: str) -> None:
    """What was chosen at the top of a page holds at the next sign-in, on any machine."""
    if language in Language.values and language != person.language:
        Person.objects.filter(pk=person.pk).update(language=language)

from django.core.validators import validate_email
from django.db import transaction

from maillage.accounts.enums import Language
from maillage.accounts.models import Person


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

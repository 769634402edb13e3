"""What the commands about people share: finding them, and a space, or saying clearly that there is none."""

from django.core.management.base import CommandError

from maillage.accounts.models import Person
from tenants.registry.models import Space
from tenants.registry.selectors import space_at


def person_at(email: str) -> Person:
    person = Person.objects.filter(email=email.strip().lower()).first() if "\0" not in email else None
    if person is None:
        raise CommandError(f"Nobody has the address {email!r}. Add them first: manage add_person EMAIL --name NAME")
    return person


def open_space_at(path: str) -> Space:
    try:
        space = space_at(path)
    except Space.DoesNotExist:
        raise CommandError(
            f"There is no space at {path!r}. A path is like `caban` (a network) or `caban/rue-de-la-poste` (an EPN)."
        ) from None
    if space.archived_at is not None:
        raise CommandError(f"{space.name} ({path}) is archived: nobody can enter it.")
    return space

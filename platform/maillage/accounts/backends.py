from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from maillage.accounts.models import Person
from maillage.accounts.selectors import person_with_credential


class PasswordBackend(BaseBackend):
    """Sign-in by e-mail and password; the session check reads person and credential in one query."""

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **others: object,
    ) -> Person | None:
        if email is None or password is None:
            return None
        person = Person.objects.select_related("credential").filter(email=email.strip().lower()).first()
        if person is None:
            # The same work for an unknown address, so that the time taken doesn't tell who has an account.
            Person().set_password(password)
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        return person_with_credential(user_id)

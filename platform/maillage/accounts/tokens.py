from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from maillage.accounts.models import Person


class PasswordResetTokenGenerator(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]
    """A reset link dies with the password that it replaces, or with a change of address."""

    def _make_hash_value(self, user: Person, timestamp: int) -> str:
        return f"{user.pk}{user.password}{timestamp}{user.email}"

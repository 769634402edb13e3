from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from tenants.registry.signing_in.services import close_secrets_anew


class Command(BaseCommand):
    help = "After a new SECRET_KEY: close the secrets of apps and recovery codes with it, before the former key goes."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = close_secrets_anew()
        except InvalidToken:
            words = "A secret opens with none of the keys: put the former one in SECRET_KEY_FALLBACKS."
            raise CommandError(words) from None
        self.stdout.write(f"{count} secret(s) closed with the new key; nothing needs SECRET_KEY_FALLBACKS any more.")

from typing import Any

from django.core.management.base import BaseCommand

from tenants.registry.provisioning.templates import migrate_everything


class Command(BaseCommand):
    help = "Prepare the database's roles, migrate the public schema, the templates and every space that is behind."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        changed = migrate_everything()
        self.stdout.write(f"The public schema is up to date; {len(changed)} spaces were brought up to date.")

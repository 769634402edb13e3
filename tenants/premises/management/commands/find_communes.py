from typing import Any

from django.core.management.base import BaseCommand

from maillage.audit.services import acting
from tenants.premises.services import find_communes
from tenants.registry.crossing import entered
from tenants.registry.enums import Kind
from tenants.registry.models import Space


class Command(BaseCommand):
    help = "After a list of communes was loaded: give the sites that have none their official code, in every EPN."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for space in Space.objects.filter(kind=Kind.EPN).order_by("pk"):
            with entered(space), acting(actor_id=None, space_id=space.pk):
                found = find_communes()
            total += found
            if found:
                self.stdout.write(f"{space.name}: {found}")
        self.stdout.write(f"{total} sites have got the code of their commune")

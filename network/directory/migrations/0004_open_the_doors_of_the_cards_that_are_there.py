"""From what each card says; what a place offers comes with the next copy of its card: `manage refresh_cards`."""

from typing import Any

from django.db import migrations

from network.directory.doors import door_of
from network.directory.sites import sites_of


def open_doors(apps: Any, schema_editor: Any) -> None:
    card, door = (apps.get_model("directory", name) for name in ("Card", "Door"))
    for one in card.objects.order_by("pk"):
        door.objects.bulk_create(door(card=one, **door_of(one.name, site)) for site in sites_of(one))


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_keep_the_doors_of_a_card")]

    operations = [migrations.RunPython(open_doors, migrations.RunPython.noop)]

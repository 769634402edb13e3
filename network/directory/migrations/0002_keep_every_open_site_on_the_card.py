"""Filled by the next copy of each card: `manage refresh_cards`. Until then a card shows its own address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_create_cards")]

    operations = [
        migrations.AddField(
            model_name="card",
            name="sites",
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]

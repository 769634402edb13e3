from django.db import migrations

from tenants.marks.triggers import mark_everything


class Migration(migrations.Migration):
    """A closing asks for nobody: what is ahead is counted again when one is written."""

    dependencies = [
        ("cover", "0002_count_what_is_ahead"),
        ("premises", "0003_say_when_the_door_stays_shut"),
    ]

    operations = [mark_everything("premises_closing", "outlook")]

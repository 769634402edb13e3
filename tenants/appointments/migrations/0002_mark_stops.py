from django.db import migrations

from tenants.marks.triggers import mark_everything, mark_months


class Migration(migrations.Migration):
    """Presence on the road crosses as a figure. Whether a place has opening hours decides how it counts."""

    dependencies = [
        ("appointments", "0001_create_appointments_and_stops"),
        ("marks", "0005_mark_stops"),
        ("premises", "0001_create_sites"),
    ]

    operations = [
        mark_months("appointments_stop", "stops"),
        mark_everything("premises_site", "stops", events="UPDATE OF opening_hours"),
    ]

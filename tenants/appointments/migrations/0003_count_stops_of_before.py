from django.db import migrations


class Migration(migrations.Migration):
    """Stops are a new figure: the sweeper counts every month that has one. No DDL."""

    dependencies = [("appointments", "0002_mark_stops")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO marks_mark (id, source, month) SELECT gen_random_uuid(), 'stops', NULL"
            " WHERE EXISTS (SELECT FROM appointments_stop)",
            migrations.RunSQL.noop,
        )
    ]

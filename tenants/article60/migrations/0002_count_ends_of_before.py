from django.db import migrations


class Migration(migrations.Migration):
    """The figure of ends is new: the sweeper counts every month. Data alone, no DDL."""

    dependencies = [("article60", "0001_keep_conventions_evaluations_and_alerts")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO marks_mark (id, source, month) SELECT gen_random_uuid(), source, NULL"
            " FROM (VALUES ('contracts'), ('stock')) AS wanted (source) WHERE EXISTS (SELECT FROM staff_contract)",
            migrations.RunSQL.noop,
        )
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """The figures ahead are new: the sweeper counts them where there is something to count. Data alone, no DDL."""

    dependencies = [("cover", "0001_mark_what_is_ahead")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO marks_mark (id, source, month) SELECT gen_random_uuid(), 'outlook', NULL"
            " WHERE EXISTS (SELECT FROM premises_site)",
            migrations.RunSQL.noop,
        )
    ]

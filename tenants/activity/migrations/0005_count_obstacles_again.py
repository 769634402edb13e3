from django.db import migrations


class Migration(migrations.Migration):
    """Figures of obstacles are new: the sweeper counts every month of visits again. Data alone, no DDL."""

    dependencies = [("activity", "0004_say_more_of_a_visit")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO marks_mark (id, source, month) SELECT gen_random_uuid(), 'visits', NULL"
            " WHERE EXISTS (SELECT FROM activity_visit)",
            migrations.RunSQL.noop,
        )
    ]

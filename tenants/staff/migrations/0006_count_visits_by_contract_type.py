from django.db import migrations


class Migration(migrations.Migration):
    """Visits by contract type are a new dimension: the sweeper counts every month of visits again. No DDL."""

    dependencies = [
        ("staff", "0005_keep_the_history_of_a_contract"),
        ("activity", "0001_create_visits_and_counter_sessions"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO marks_mark (id, source, month) SELECT gen_random_uuid(), 'visits', NULL"
            " WHERE EXISTS (SELECT FROM activity_visit)",
            migrations.RunSQL.noop,
        )
    ]

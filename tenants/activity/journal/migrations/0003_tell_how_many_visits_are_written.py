from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_find_words_in_notes")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="rows_written",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]

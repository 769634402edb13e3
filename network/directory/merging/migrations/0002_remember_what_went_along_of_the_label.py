from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("merging", "0001_keep_merges_of_epn")]

    operations = [
        migrations.AddField("merge", "label_decision", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("merge", "label_id", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("merge", "application_id", models.BigIntegerField(blank=True, null=True)),
    ]

import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0007_import_a_list_of_staff"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="training",
            options={
                "base_manager_name": "with_deleted",
                "ordering": ["-obtained_on", "pk"],
                "verbose_name": "training",
            },
        ),
        migrations.AlterModelManagers(
            name="training",
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("with_deleted", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="training",
            name="deleted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]

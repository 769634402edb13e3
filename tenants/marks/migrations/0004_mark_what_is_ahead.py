from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("marks", "0003_mark_ends_of_contracts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mark",
            name="source",
            field=models.CharField(
                choices=[
                    ("visits", "visits"),
                    ("sessions", "sessions"),
                    ("workshops", "workshops"),
                    ("contracts", "ends of contracts"),
                    ("flow", "everything that happened"),
                    ("stock", "stock"),
                    ("outlook", "what is ahead"),
                ],
                max_length=10,
            ),
        ),
    ]

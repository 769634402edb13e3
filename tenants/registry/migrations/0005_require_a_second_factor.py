from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_invite_people_by_mail")]

    operations = [
        migrations.AddField(
            model_name="federation",
            name="second_factor_required",
            field=models.BooleanField(db_default=False, default=False, verbose_name="a second factor is required"),
        ),
    ]

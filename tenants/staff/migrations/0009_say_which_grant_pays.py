"""A share may be a grant of the network, by its number there. The stocks read shares from now on."""

from django.db import migrations, models

from tenants.marks.triggers import mark_everything


class Migration(migrations.Migration):
    dependencies = [("staff", "0008_let_a_training_come_back")]

    operations = [
        migrations.AddField(
            model_name="payershare", name="grant_id", field=models.BigIntegerField(blank=True, null=True)
        ),
        mark_everything("staff_payershare", "stock"),
    ]

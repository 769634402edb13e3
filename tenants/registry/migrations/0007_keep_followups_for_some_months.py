from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_say_who_may_act_in_a_persons_place")]

    operations = [
        migrations.AddField(
            model_name="federation",
            name="followup_months",
            field=models.PositiveSmallIntegerField(
                db_default=12, default=12, verbose_name="months that a follow-up is kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="federation",
            constraint=models.CheckConstraint(
                condition=models.Q(followup_months__range=(1, 36)), name="a_followup_is_kept_within_bounds"
            ),
        ),
    ]

from django.db import migrations

from network.reports.guards import GUARDS


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_create_reports")]

    operations = [GUARDS]

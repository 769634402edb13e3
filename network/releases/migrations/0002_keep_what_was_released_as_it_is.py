from django.db import migrations

from network.releases.guards import GUARDS


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_create_the_releases")]
    operations = [GUARDS]

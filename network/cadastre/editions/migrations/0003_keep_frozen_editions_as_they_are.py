from django.db import migrations

from network.cadastre.editions.guards import GUARDS


class Migration(migrations.Migration):
    dependencies = [("editions", "0002_add_letter_runs_and_the_facts_of_a_frozen_edition")]
    operations = [GUARDS]

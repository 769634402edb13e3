from django.db import migrations

from tenants.marks.triggers import mark_everything


class Migration(migrations.Migration):
    """Other opening hours, sites or contracts: what is ahead is counted again. Contracts leave a mark of their own."""

    initial = True

    dependencies = [
        ("marks", "0004_mark_what_is_ahead"),
        ("premises", "0002_add_the_key_of_a_call_to_sites"),
        ("staff", "0004_add_terms_breaks_payers_and_trainings"),
    ]

    operations = [
        mark_everything(
            "premises_site",
            "outlook",
            events="INSERT OR UPDATE OF opening_hours, country, retired_at OR DELETE OR TRUNCATE",
        ),
    ]

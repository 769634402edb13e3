"""A server of its own for `test_provisioning`: `python -m tests.registry.process DATABASE PREFIX N`."""

import sys

import django

if __name__ == "__main__":
    database, prefix, number = sys.argv[1:]
    django.setup()
    from django.db import connection

    from tenants.registry.provisioning.services import provision_federation
    from tenants.registry.provisioning.templates import migrate_everything

    connection.settings_dict["NAME"] = database
    migrate_everything()
    for one in range(int(number)):
        provision_federation(name=f"{prefix} {one}", slug=f"{prefix}-{one}")

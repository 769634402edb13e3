"""A server of its own for `test_provisioning`, begun by tests/processes.py."""

from tenants.registry.provisioning.services import provision_federation
from tenants.registry.provisioning.templates import migrate_everything


def migrate_and_provision(prefix: str, number: int) -> None:
    migrate_everything()
    for one in range(number):
        provision_federation(name=f"{prefix} {one}", slug=f"{prefix}-{one}")

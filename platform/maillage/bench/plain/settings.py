"""The same application on django-tenants as it comes: the search path alone, set lazily, no role, no walls."""

from maillage.settings import *  # noqa: F403
from maillage.settings import DATABASES

DATABASES["default"]["ENGINE"] = "maillage.bench.plain.database"
# Without request roles somebody else must be allowed to read every schema.
DATABASES["default"].setdefault("OPTIONS", {})["assume_role"] = "maillage_owner"

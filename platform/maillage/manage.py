"""The command `manage`, installed with the project."""

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings")
    # What is loaded stays. To look through it for garbage, again and again and once more at the end, takes a third of
    # the processor's time that a short command takes.
    gc.disable()
    from django.core.management import ManagementUtility

    class Loaded(ManagementUtility):
        def fetch_command(self, subcommand: str) -> "BaseCommand":
            """The applications are there by now."""
            gc.freeze()
            gc.enable()
            return super().fetch_command(subcommand)

    Loaded(sys.argv).execute()


if __name__ == "__main__":
    main()

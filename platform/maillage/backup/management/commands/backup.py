import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.backup.programs import BackupError
from maillage.backup.saving import DATED, forget_old, save
from tenants.registry.models import Space
from tenants.registry.selectors import space_at


class Command(BaseCommand):
    help = "Save everything, or one space, to a folder: pg_dump of each schema, all of the same moment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIRECTORY", type=Path)
        parser.add_argument("--space", metavar="PATH", help="only caban, or only caban/rue-de-la-poste")
        parser.add_argument("--dated", action="store_true", help="a new folder named after the time, in DIRECTORY")
        parser.add_argument("--keep", type=int, help="with --dated: delete all but the newest KEEP of them afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        keep: int | None = options["keep"]
        if keep is not None and (keep < 1 or not options["dated"]):
            raise CommandError("--keep is a number from 1 up, and goes with --dated.")
        parent: Path = options["directory"].absolute()
        target = parent / f"{dt.datetime.now(dt.UTC):{DATED}}" if options["dated"] else parent
        try:
            space = space_at(options["space"]) if options["space"] else None
            manifest = save(target, space=space)
        except Space.DoesNotExist:
            raise CommandError(f"There is no space at {options['space']!r}.") from None
        except BackupError as error:
            raise CommandError(str(error)) from None
        size = sum(part.bytes for part in manifest.parts)
        self.stdout.write(f"{target}: {len(manifest.parts)} schemas, {size / 1e6:.1f} MB.")
        for gone in forget_old(parent, keep=keep) if keep else []:
            self.stdout.write(f"{gone}: deleted, {keep} newer ones are there.")

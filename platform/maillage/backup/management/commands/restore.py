from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.backup.manifest import check_file, read
from maillage.backup.programs import BackupError
from maillage.backup.restoring import restore_everything, restore_space
from tenants.registry.models import Space
from tenants.registry.selectors import space_at


class Command(BaseCommand):
    help = "Bring a backup back: everything into an empty database, or one space into the place that it has now."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIRECTORY", type=Path)
        parser.add_argument("--space", metavar="PATH", help="only caban, or only caban/rue-de-la-poste")
        parser.add_argument("--check", action="store_true", help="only see whether the backup is whole and undamaged")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["directory"].absolute()
        try:
            if options["check"]:
                self.check_only(folder)
            elif options["space"]:
                space = space_at(options["space"])
                aside = restore_space(folder, space)
                self.stdout.write(f"{space.name} is as it was saved; its figures are counted again.")
                self.stdout.write(f"What was there stands aside in the schema {aside}, for the owner alone.")
            else:
                manifest = restore_everything(folder)
                self.stdout.write(f"{len(manifest.parts)} schemas are as they were at {manifest.made_at}.")
                self.stdout.write("Everybody signs in again. To prove the figures: manage verify_figures")
        except Space.DoesNotExist:
            raise CommandError(f"There is no space at {options['space']!r}.") from None
        except BackupError as error:
            raise CommandError(str(error)) from None

    def check_only(self, folder: Path) -> None:
        manifest = read(folder)
        for part in manifest.parts:
            check_file(folder, part)
        self.stdout.write(f"{folder} is whole: {len(manifest.parts)} schemas, made at {manifest.made_at}.")

"""`manage import_places`: a census of places becomes a network.

Exit codes: 0, the file was read (and written, with --apply); 1, nothing was written: the file, an option or the
server doesn't allow it, or --apply met refused rows; 2, a mistake in the options; 130, stopped by Ctrl-C.
"""

import json
import os
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.spreadsheets.decoding import FileRefused
from network.cadastre.census.capacity import NoRoomError, check_room
from network.cadastre.census.parsing import Census, read_census
from network.cadastre.census.planning import Plan, plan_import
from network.cadastre.census.printing import as_json, refused_rows, report, totals
from network.cadastre.census.services import (
    Imported,
    NewFederation,
    Progress,
    RowsRefused,
    count_figures,
    federation_at,
    import_census,
    new_federation,
)
from tenants.registry.addresses import check_slug
from tenants.registry.models import Federation, Space

LANGUAGES = ("fr", "nl", "en")
STOPPED = 130
EVERY = 25  # places between two lines of progress


def language_of_the_operator() -> str:
    """LC_ALL, LC_MESSAGES and LANG in their order, as everywhere; French where they say nothing."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return said[:2].lower() if said[:2].lower() in LANGUAGES and not said[2:3].isalpha() else "fr"


class Command(BaseCommand):
    help = (
        "Read a census of places (CSV) and make a network of it. Without --apply, only show what would be done."
        " Exit codes: 0 done; 1 nothing was written; 2 wrong options; 130 stopped by Ctrl-C, nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--federation", required=True, metavar="SLUG", help="the network that the places join")
        parser.add_argument("--create", action="store_true", help="make the network if there is none of that address")
        parser.add_argument("--name", default="", help="with --create: the network's name (default: from its address)")
        parser.add_argument("--apply", action="store_true", help="write; all of it or nothing")
        parser.add_argument("--skip-refused", action="store_true", help="with --apply: go on without the refused rows")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
        parser.add_argument(
            "--grant", action="append", default=[], metavar="EMAIL",
            help="this person will coordinate the network and each EPN of the file (may be repeated)",
        )  # fmt: skip
        parser.add_argument("--language", choices=LANGUAGES, help="of the output (default: the operator's, else fr)")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or language_of_the_operator()):
            self._run(options)

    def _run(self, options: dict[str, Any]) -> None:
        slug = options["federation"]
        try:
            census = read_census(options["file"])
            federation, create = self._federation(census, options)
            people = self._people(options["grant"])
        except FileRefused as refused:
            raise self._failed(options, str(refused)) from refused
        if not options["apply"]:
            self._show(census, options, None, federation)
            return
        if census.refusals and not options["skip_refused"]:
            self._show(census, options, None, federation)
            raise CommandError(_("Nothing was written: correct the refused rows, or add --skip-refused."))
        try:
            done = import_census(
                census=census,
                slug=slug,
                create=create,
                people=people,
                skip_refused=options["skip_refused"],
                progress=self._progress(),
            )
        except KeyboardInterrupt:
            self._say(_("Stopped. Nothing was written."))
            sys.exit(STOPPED)
        except (NoRoomError, RowsRefused) as refused:
            raise self._failed(options, str(refused)) from refused
        except (IntegrityError, ValidationError) as error:
            text = _("Nothing was written: somebody else changed this network at the same moment. Try again.")
            raise self._failed(options, text) from error
        except OperationalError as error:  # the server went away, or has no room left
            reason = str(error).strip().partition("\n")[0]
            raise self._failed(options, _("Nothing was written: %(reason)s") % {"reason": reason}) from error
        self._show(census, options, done, done.federation)
        try:
            count_figures(done)
        except KeyboardInterrupt:
            self._say(_("Stopped while counting: the places are there, the sweeper will count their figures."))
            sys.exit(STOPPED)

    def _federation(self, census: Census, options: dict[str, Any]) -> tuple[Federation | None, NewFederation | None]:
        slug = options["federation"]
        federation = federation_at(slug) if "\0" not in slug else None
        if federation is not None:
            if federation.space.archived_at is not None:
                raise self._failed(options, _("The network “%(slug)s” is closed.") % {"slug": slug})
            return federation, None
        if not options["create"]:
            raise self._failed(
                options, _("There is no network at “%(slug)s”. Add --create to make it.") % {"slug": slug}
            )
        create = new_federation(census, slug=slug, name=options["name"].strip())
        try:
            check_slug(slug)
        except ValidationError as error:
            raise self._failed(options, " ".join(error.messages)) from error
        if len(create.name) > (Space._meta.get_field("name").max_length or 0) or "\0" in create.name:
            raise self._failed(options, _("The network's name is longer than 160 characters."))
        return None, create

    def _people(self, emails: list[str]) -> list[Person]:
        wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
        found = {one.email: one for one in Person.objects.filter(email__in=wanted, is_active=True)}
        lacking = [email for email in wanted if email not in found]
        if lacking:
            raise CommandError(_("Nobody signs in with %(email)s.") % {"email": ", ".join(lacking)})
        return [found[email] for email in wanted]

    def _show(
        self, census: Census, options: dict[str, Any], done: Imported | None, federation: Federation | None
    ) -> None:
        plan = done.plan if done else plan_import(census, federation, slug=options["federation"])
        if options["json"]:
            granted = done.granted if done else 0
            found = as_json(census, plan, applied=done is not None, federation=options["federation"], granted=granted)
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        if done is None:
            for line in report(census, plan):
                self.stdout.write(line)
            if not options["apply"]:
                self._dry_run_ends(plan, federation)
            return
        for line in refused_rows(census):
            self.stdout.write(line)
        self.stdout.write(totals(census, plan))
        if done.made:
            self.stdout.write(_("The network “%(name)s” was made.") % {"name": done.federation.space.name})
        if done.granted:
            self.stdout.write(_("Roles given: %(n)s.") % {"n": done.granted})

    def _dry_run_ends(self, plan: Plan, federation: Federation | None) -> None:
        try:
            check_room(epn=len(plan.created), federations=federation is None)
        except NoRoomError as no_room:
            self.stdout.write(str(no_room))
        self.stdout.write(_("Nothing was written. Add --apply to write it."))

    def _failed(self, options: dict[str, Any], text: str) -> CommandError:
        """Scripts get their object whatever happens; people get the sentence."""
        if options["json"]:
            nothing = dict.fromkeys(("created", "changed", "unchanged", "doubtful", "refused"), 0)
            self.stdout.write(json.dumps({**nothing, "applied": False, "error": text}, ensure_ascii=False))
        return CommandError(text)

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)

    def _progress(self) -> Progress:
        began = time.monotonic()

        def say(done: int, steps: int) -> None:
            if done % EVERY == 0 or done == steps:
                figures = {"done": done, "steps": steps, "seconds": round(time.monotonic() - began)}
                self._say(_("%(done)s of %(steps)s places, %(seconds)s s") % figures)
            if done == steps:
                self._say(_("Saving, then counting …"))

        return say

import datetime as dt
import json
import signal
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from maillage.demo.accounts import sign_ins
from maillage.demo.apart import Apart, interrupted
from maillage.demo.building import DEFAULT_UNTIL, EARLIEST_UNTIL, alone, build, finished_build, remove
from maillage.demo.people import PASSWORD, PIN
from maillage.demo.serving import free_addresses, get_ready, serve
from maillage.devdb.ready import wait_until_ready
from maillage.reference.services import load_reference
from tenants.registry.crossing import address_of
from tenants.registry.provisioning.templates import migrate_everything
from tenants.registry.selectors import federations

OPERATOR = "nobody signs in: `make manage ARGS=help`"


def day(text: str) -> dt.date:
    """`today`, or a day that the demo can go up to."""
    today = timezone.localdate()
    try:
        chosen = today if text == "today" else dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write 2026-10-31, or today") from None
    last = max(today, DEFAULT_UNTIL)
    if not EARLIEST_UNTIL <= chosen <= last:
        raise ArgumentTypeError(f"{chosen} is not between {EARLIEST_UNTIL} and {last}")
    return chosen


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ArgumentTypeError(f"{text!r} is no port: choose a number from 1 to 65535")
    return int(text)


def beginning_apart(work: Callable[[], None]) -> Callable[[], None]:
    return Apart(work).wait


class Command(BaseCommand):
    help = "The demo network: made at the first call, kept afterwards. Prints its addresses and sign-ins."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", type=day, help=f"the last day of the invented data ({DEFAULT_UNTIL}), or today")
        parser.add_argument("--serve", action="store_true", help="then serve it on this machine, until Ctrl-C")
        parser.add_argument("--port", type=port, default=8000, help="where to serve (8000)")
        parser.add_argument("--accounts", action="store_true", help="print the sign-ins and nothing else")
        parser.add_argument("--json", action="store_true", help="with --accounts: as one JSON list")
        parser.add_argument("--fresh", action="store_true", help="take the demo away first, then make it again")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's password is public: it has no place in a production installation.")
        if options["json"] and not options["accounts"]:
            raise CommandError("--json goes with --accounts.")
        if options["accounts"] and (options["serve"] or options["fresh"]):
            raise CommandError("--accounts only prints: leave out --serve and --fresh.")
        addresses = free_addresses(options["port"]) if options["serve"] else []
        try:
            making = partial(self.prepare, until=options["until"], fresh=options["fresh"])
            if options["serve"]:
                self.prepare_and_get_ready(making)
            else:
                making()
        except OperationalError as error:
            raise CommandError(f"The database can't be used: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted. The next `make demo` begins again.", returncode=130) from None
        if options["accounts"]:
            self.print_accounts(as_json=options["json"])
            return
        self.print_welcome(options["port"])
        if addresses:
            settings.PUBLIC_URL = f"http://localhost:{options['port']}"
            serve(addresses, ready=lambda: self.say("Ready. Ctrl-C ends it; the data stays."))

    def say(self, line: str) -> None:
        """Progress goes beside the output, so that a script reads the output alone."""
        self.stderr.write(line, self.style.HTTP_INFO)
        self.stderr.flush()

    def prepare_and_get_ready(self, making: Callable[[], None]) -> None:
        """The demo is made by another process, while this one loads what it takes to serve it."""
        before = signal.signal(signal.SIGTERM, interrupted)
        with Apart(making):
            get_ready(self.say)
        signal.signal(signal.SIGTERM, before)

    def prepare(self, *, until: dt.date | None, fresh: bool) -> None:
        began = time.monotonic()
        if not wait_until_ready():
            raise CommandError("There is no database: the reason follows.")
        with alone(self.say):
            empty = connection.introspection.table_names() == []
            if empty:
                self.say("Database: making the tables …")
            for schema in migrate_everything(beside=beginning_apart if empty else None):
                self.say(f"Database: {schema} is up to date.")
            load_reference()
            known = finished_build()
            if known is not None and fresh:
                remove(self.say)
                known = None
            if known is not None:
                if until is not None and until != known.until:
                    self.say(f"Demo: it goes up to {known.until}; --fresh makes it again up to {until}.")
                return
            chosen = until or DEFAULT_UNTIL
            self.say(f"Demo: making two networks with 44 EPN and their visits up to {chosen} …")
            build(until=chosen, say=self.say, apart=True)
            self.say(f"Demo: made in {time.monotonic() - began:.0f} s.")

    def print_accounts(self, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([one.as_json() for one in sign_ins()], ensure_ascii=False))
            return
        rows = [("role", "e-mail", "where"), *((one.role, one.email, f"/{one.space}/") for one in sign_ins())]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for role, email, where in rows:
            self.stdout.write(f"  {role:{widths[0]}}  {email:{widths[1]}}  {where}")

    def print_welcome(self, port: int) -> None:
        base = f"http://localhost:{port}"
        self.stdout.write(f"\nMaillage, the demo network: {base}/\n\n")
        for federation in federations():
            self.stdout.write(f"  {federation.space.name:20} {base}{address_of(federation.space)}")
        self.stdout.write(f"\nSign in at {base}{address_of(None, 'account_login')}, password for all: {PASSWORD}\n\n")
        self.print_accounts(as_json=False)
        self.stdout.write(f"  {'operator':20} {OPERATOR}\n")
        self.stdout.write(f"\nPIN of the people of Rue de la Poste, once a PC is said to be shared: {PIN}\n")
        self.stdout.flush()

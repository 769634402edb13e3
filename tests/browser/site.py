"""`python -m tests.browser.site`: the whole site with the cast, on a database of its own, until it is told to stop.

Static files are those of STATIC_ROOT. Prints its address when it answers. A live server inside the test process
would need transactional tests, which empty the register.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading

import django

OBSTACLES = ("cost", "language", "lost_code", "outage", "no_desk", "must_print")
NEWCOMER, NEWCOMERS_LINK = "nadia@example.org", "the-link-in-nadias-letter"


def cast_at_work() -> None:
    """Rue de la Poste has two months behind it, with the habits of an EPN; Abattoirs is new."""
    from django.utils import timezone

    from network.directory.cards import copy_card
    from network.releases.periods import month
    from tenants.activity.counter.services import record_counter_session
    from tenants.activity.services import record_visits
    from tenants.appointments.models import Appointment
    from tenants.premises.models import Site
    from tenants.registry.models import Invitation
    from tenants.registry.selectors import digest_of
    from tenants.registry.team.services import invite
    from tenants.workshops.registrations.services import register
    from tenants.workshops.services import create_series
    from tests import conftest
    from tests.conftest import inside
    from tests.releases.releasing import release, swept

    conftest._make_cast()
    cast = conftest._cast
    assert cast is not None
    letter, _secret = invite(
        space=cast.poste.space, email=NEWCOMER, role="animator", language="fr", by=cast.amina, name="Nadia"
    )
    Invitation.objects.filter(pk=letter.pk).update(digest=digest_of(NEWCOMERS_LINK))
    today = timezone.localdate()
    habits = [
        (["digital_id"], "solved", 15, ""),
        (["commune"], "solved", 20, ""),
        (["tax"], "must_return", 40, "The form asks for a document that he doesn't have."),
        (["bank"], "redirected", 25, ""),
        (["digital_id", "health"], "solved", 30, ""),
        (["print_scan"], "solved", 5, ""),
        (["unemployment"], "abandoned", 35, "The desk has been closed for 30 months."),
        (["email"], "solved_by_call", 20, ""),
        (["commune"], "solved", 20, ""),
        (["digital_id"], "must_return", 20, "Card expired."),
    ]
    with inside(cast.poste):
        site = Site.objects.get().pk
        record_visits(
            visits=[
                {
                    "date": today - dt.timedelta(days=1 + number // 3),
                    "minutes": minutes,
                    "site_id": site,
                    "mode": "individual",
                    "themes": themes,
                    "outcome": outcome,
                    "note": note,
                    "obstacle_provider": "bank" if outcome == "redirected" else "",
                    "obstacle_channel": "app" if outcome == "redirected" else "",
                    "obstacle_kind": OBSTACLES[number // 10 % 6] if outcome == "redirected" else "",
                    "animator_id": cast.bram.pk if number % 3 else cast.amina.pk,
                }
                for number in range(160)
                for themes, outcome, minutes, note in [habits[number % len(habits)]]
            ]
        )
        # Whatever the clock says: pages of a day show what is there.
        for number, name in enumerate(("Fatou", "Jeanne")):
            Appointment.objects.create(
                site_id=site, date=today, starts=540 + 30 * number, ends=570 + 30 * number, name=name, theme="tax"
            )
        for days, turned_away in ((1, 2), (3, 0), (8, 4)):
            record_counter_session(
                date=today - dt.timedelta(days=days),
                site_id=site,
                starts_at=dt.time(9),
                ends_at=dt.time(12, 30),
                tickets=8,
                arrivals=8 + turned_away,
                turned_away=turned_away,
            )

        nine, eleven = dt.time(9), dt.time(11)
        for title, theme in (("Mes premiers e-mails", "email"), ("Mon smartphone", "smartphone")):
            dates = [today + dt.timedelta(days=days) for days in (0, 7)]
            series = create_series(
                title=title, themes=[theme], capacity=12, site_id=site, goals="Écrire\nEnvoyer",
                dates=[{"date": day, "starts_at": nine, "ends_at": eleven} for day in dates],
            )  # fmt: skip
        for name in ("Aïcha", "Dirk", "P-07"):
            register(series=series, name=name)
    with inside(cast.abattoirs):
        Site.objects.update(
            address="Quai 24", phone="02 000 00 01", opening_hours="Mo-Fr 09:00-12:30,13:30-17:00; PH off",
            services=["procedures", "work"], languages=["fr", "ar"], accessibility=["wheelchair"], verified_on=today,
        )  # fmt: skip
    copy_card(cast.abattoirs.pk)

    swept(cast.caban, today)
    release(cast.caban, month(today.replace(day=1) - dt.timedelta(days=1)), today=today)


def people_with_keys() -> None:
    """They sign in, lock, gain a second factor in test_signing_in.py, and are nobody's elsewhere."""
    from maillage.accounts.services import create_person
    from tenants.registry.services import grant_membership
    from tests import conftest

    cast = conftest._cast
    assert cast is not None
    for name, space, role, funder in (
        ("Hugo", cast.caban.space, "funder_reviewer", "region"),
        ("Ines", cast.nevers.space, "epn_coordinator", ""),
        ("Jade", cast.abattoirs.space, "epn_coordinator", ""),
        ("Kenza", cast.poste.space, "epn_coordinator", ""),
    ):
        one = create_person(email=f"{name.lower()}@example.org", name=name, language="fr", password=conftest.PASSWORD)
        grant_membership(person=one, space=space, role=role, funder=funder)


def a_return_to_fill_in() -> None:
    """Gwen coordinates Decize; the network of the Loire has opened the census of this year."""
    from django.utils import timezone

    from maillage.accounts.services import create_person
    from network.directory.cards import copy_card
    from network.figures.services import sweep
    from tenants.premises.models import Site
    from tenants.registry.services import grant_membership
    from tests import conftest
    from tests.cadastre.deeds import contract, visits
    from tests.conftest import inside
    from tests.editions.returns import an_edition

    cast = conftest._cast
    assert cast is not None
    gwen = create_person(email="gwen@example.org", name="Gwen", language="fr", password=conftest.PASSWORD)
    grant_membership(person=gwen, space=cast.decize.space, role="epn_coordinator")
    today = timezone.localdate()
    visits(cast.decize, today.isoformat())
    contract(cast.decize, "cdi", end=None)
    with inside(cast.decize):
        Site.objects.update(opening_hours="Mo-Fr 09:00-12:00")
    copy_card(cast.decize.pk)
    sweep(federations=[cast.loire])
    an_edition(cast.loire, cast.decize, year=today.year)


def a_report_that_waits() -> None:
    """Of last month, from Dries to the Region, for which Eva reviews."""
    from django.utils import timezone

    from network.reports import packs, services
    from network.reports.steps import By
    from tests import conftest
    from tests.conftest import inside
    from tests.funder_space.things import a_grant

    cast = conftest._cast
    assert cast is not None
    today = timezone.localdate()
    last = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    dries = By(cast.dries.pk, "Dries")
    with inside(cast.caban):
        period = {"starts_on": last.replace(month=1), "ends_on": today + dt.timedelta(days=365)}
        grant = a_grant("region", title="Aide de la Région", epn=[cast.poste.pk], **period)
        pack = packs.make_pack(funder=grant.funder, title="Chiffres du mois")
        packs.put_in_use(version_id=pack.versions.get().pk)
        report = services.begin(
            pack=pack, grants=[grant], first=last, last=last, title="Rapport du mois", language="fr", by=dries
        )
        services.write_value(pk=report.pk, code="done", text="Des permanences tous les matins.")
        services.sign(pk=report.pk, name="Dries", role="coordinateur", by=dries)
        services.send(pk=report.pk, by=dries)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.settings"
    django.setup()
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from maillage.reference.services import load_reference
    from tenants.registry.provisioning.scratch import scratch_database

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    # Not what others bring along for pages that we don't have.
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["rest_framework", "django_htmx"])
    with scratch_database(f"maillage_browser_{os.getpid()}"):
        load_reference()
        cast_at_work()
        people_with_keys()
        a_return_to_fill_in()
        a_report_that_waits()
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        server.set_app(get_wsgi_application())
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        while not stop.wait(1):
            if os.getppid() == 1:  # the test run was killed
                break
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())

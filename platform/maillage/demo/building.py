"""Making the demo network, and taking it away again: the same bytes every time, up to a day.

Only what the demo made is ever taken away: its two federations with their EPN, and the accounts under its
own domain. Other federations of the same database are left alone.
"""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial

from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.demo.aims import aim_and_compare
from maillage.demo.apart import Apart
from maillage.demo.beside import Beside, hurry
from maillage.demo.calendar import closing_days
from maillage.demo.charters import publish_charter
from maillage.demo.editions import write_editions
from maillage.demo.enrolling import enrol, give_pins, invite, morning, team_of
from maillage.demo.happening import OPENED, write_what_happened
from maillage.demo.journal import keep_views
from maillage.demo.labels import count_devices, write_papers
from maillage.demo.models import Build
from maillage.demo.money import write_money
from maillage.demo.needs import write_needs
from maillage.demo.offers import what_it_offers
from maillage.demo.people import CAST, DOMAIN, INVITED, Names
from maillage.demo.places import EpnPlan, FederationPlan, federations
from maillage.demo.releasing import release_what_is_closed
from maillage.demo.reporting import report_to_funders
from maillage.demo.staffing import Draft, contracts
from maillage.demo.visits import (
    ZONE,
    Helper,
    first_month,
)
from maillage.reference.models import Commune
from network.cadastre.models import Recognition
from network.directory.cards import copy_cards
from network.directory.models import Card
from network.figures.models import Sweep
from network.figures.services import as_crossing, refresh_epn
from network.funding.models import CostModel
from tenants.premises.enums import ClosingReason
from tenants.premises.models import Closing, Site
from tenants.registry.crossing import OWNER_ROLE, entered, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Role
from tenants.registry.models import (
    Affiliation,
    Domain,
    Epn,
    Federation,
    Membership,
    SchemaState,
    Space,
    may_not_act_for,
)
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.provisioning.walls import quoted
from tenants.staff.enums import ContractRole
from tenants.staff.models import Contract, StaffMember

DEFAULT_UNTIL = dt.date(2026, 10, 31)
EARLIEST_UNTIL = dt.date(2022, 12, 31)  # the reference year has to be whole
BUILD_LOCK = 0x4D61696C6C  # two first starts at the same time build one demo
COST_MODEL = (dt.date(2019, 1, 1), Decimal(25_000), "Caban 2022")

Say = Callable[[str], None]


class Progress:
    """A line every two seconds at most, so that nothing long is silent."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.told = time.monotonic()

    def step(self, text: str) -> None:
        if time.monotonic() - self.told >= 2:
            self.say(text)
            self.told = time.monotonic()


@contextmanager
def alone(say: Say) -> Iterator[None]:
    """Only one process at a time migrates and builds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [BUILD_LOCK])
        if not cursor.fetchone()[0]:
            say("Demo: another process is building it, waiting …")
            cursor.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
    try:
        yield
    finally:
        connection.close()  # the lock goes with it, whatever state an interruption left


def finished_build() -> Build | None:
    return Build.objects.filter(finished_at__isnull=False).first()


def build(*, until: dt.date = DEFAULT_UNTIL, say: Say = lambda line: None, apart: bool = False) -> Build:
    """Make the demo from nothing. What an interrupted build left is taken away first.

    `apart`: what the first network publishes is made by another process while this one makes the second network.
    The bytes are the same. Raises CommandError when a federation of the same address is somebody else's.
    """
    if Build.objects.exists():
        remove(say)
    plans = federations({one.nis: one for one in Commune.objects.all()})
    taken = Domain.objects.filter(domain__in=[plan.slug for plan in plans]).values_list("domain", flat=True)
    if taken:
        raise CommandError(
            f"The address /{taken[0]}/ is in use here, and the demo didn't make it. Nothing was changed."
        )
    made = Build.objects.create(until=until, begun_at=timezone.now())
    names, progress = Names(random.Random(DOMAIN)), Progress(say)
    hurry()
    with ExitStack() as others:
        for plan in plans:
            publishing = _federation(plan, until, names, progress)
            if publishing is None:
                continue
            if apart:
                others.enter_context(Apart(publishing))
            else:
                publishing()
        give_pins()
    ours = Space.objects.filter(federation__slug__in=[plan.slug for plan in plans]).order_by("pk")
    for place in (Place(), *(one.place for one in ours)):
        _tell_the_planner(place)
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
    made.finished_at = timezone.now()
    made.save(update_fields=["finished_at"])
    return made


def _federation(plan: FederationPlan, until: dt.date, names: Names, progress: Progress) -> Callable[[], None] | None:
    """Gives what is left to do: what it publishes and hands in, of which nothing else is made."""
    federation = provision_federation(name=plan.name, slug=plan.slug, country=plan.country, region=plan.region)
    _settle(federation.space)
    enrol([one for one in CAST if one.spaces[0][0] == plan.slug], federation.space)
    coordinator = Membership.objects.filter(space=federation.space).earliest("pk").person_id
    recognitions = []
    with Beside() as makers, Beside() as counters:
        ahead = [makers.do(partial(_make, epn_plan, federation, until)) for epn_plan in plan.epn]
        for number, (epn_plan, made) in enumerate(zip(plan.epn, ahead, strict=True), start=1):
            epn = made.result()
            _fill(epn, epn_plan, plan, names, random.Random(f"{plan.slug}/{epn_plan.slug}"), until)
            counters.do(partial(refresh_epn, epn.pk, stock_day=until))
            if epn_plan.recognised:
                recognitions.append(Recognition(epn_id=epn.pk, since=epn_plan.recognised))
            progress.step(f"Demo: {plan.name}, {number} of {len(plan.epn)} EPN …")
    _write_network(federation, plan, recognitions, coordinator, until)
    if plan.country != "be":
        return None
    write_editions(federation, until)
    labelled = [one.epn_id for one in recognitions]
    return partial(_publish, federation, plan.name, labelled, coordinator, until)


def _write_network(
    federation: Federation, plan: FederationPlan, recognitions: list[Recognition], coordinator: int, until: dt.date
) -> None:
    with entered(federation.space):
        Recognition.objects.bulk_create(recognitions)
        if plan.country == "be":
            valid_from, amount, source = COST_MODEL
            CostModel.objects.create(valid_from=valid_from, amount_eur=amount, source=source)
            aim_and_compare()
            write_money([one.epn_id for one in recognitions], by_id=coordinator, until=until)
    copy_cards(federation)
    publish_charter(federation, plan.name)
    evening = dt.datetime.combine(until, dt.time(18, 0), ZONE)
    with transaction.atomic(), within_transaction(as_crossing(federation)):
        Card.objects.update(updated_at=evening)
        Sweep.objects.create(as_of=evening, stock_day=until)
    write_papers(federation, plan, until)
    for one in INVITED:
        if one.spaces[0][0] == plan.slug:
            invite(one, federation.space, evening)


def _tell_the_planner(place: Place) -> None:
    """How many rows there are. Only who owns a table may count them; autovacuum would come by within a minute."""
    with entered(replace(place, role=OWNER_ROLE, alone=True)), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"ANALYZE {', '.join(map(quoted, tables))}")


def _publish(federation: Federation, network: str, labelled: list[int], by_id: int, until: dt.date) -> None:
    hurry()
    with entered(federation.space):
        write_needs(labelled, federation_id=federation.pk, network=network, by_id=by_id, until=until)
    release_what_is_closed(federation, until)
    report_to_funders(federation, labelled, until)


def _settle(space: Space) -> None:
    Space.objects.filter(pk=space.pk).update(created_at=OPENED)


def _make(plan: EpnPlan, federation: Federation, until: dt.date) -> Epn:
    epn = provision_epn(
        federation=federation,
        name=plan.name,
        slug=plan.slug,
        since=first_month(until),
        seed=lambda epn: _sites(plan, until),
    )
    _settle(epn.space)
    return epn


def _fill(epn: Epn, plan: EpnPlan, of: FederationPlan, names: Names, rng: random.Random, until: dt.date) -> None:
    drafts = contracts(plan, rng, until)
    people = team_of(plan, of, epn.space, drafts, names, until)
    with entered(epn.space), transaction.atomic():
        members = StaffMember.objects.bulk_create(
            [
                StaffMember(name=person.name, account_id=person.pk, created_at=morning(draft.starts_on))
                for draft, person in zip(drafts, people, strict=True)
            ]
        )
        written = Contract.objects.bulk_create(
            [_contract(draft, member) for draft, member in zip(drafts, members, strict=True)]
        )
        team = [
            Helper(
                person.pk, contract.pk, draft.starts_on, draft.ended_on or dt.date.max, float(draft.hours_per_week),
                acts_for=draft.type not in may_not_act_for(),
            )
            for draft, person, contract in zip(drafts, people, written, strict=True)
            if draft.role == ContractRole.ANIMATION
        ]  # fmt: skip
        at_work = sorted(zip(drafts, people, strict=True), key=lambda pair: pair[0].access != Role.ANIMATOR)
        keep_views(OPENED)
        write_what_happened(
            plan, of, epn.space, team, [one.pk for draft, one in at_work if draft.runs_on(until)], until
        )


def _sites(of: EpnPlan, until: dt.date) -> None:
    for first, last in closing_days(until, august=of.trait == "august"):
        Closing.objects.create(
            key=uuid.uuid5(uuid.NAMESPACE_URL, f"{of.slug}/{first}"), first_day=first, last_day=last,
            reason=ClosingReason.HOLIDAYS, created_at=OPENED,
        )  # fmt: skip
    for plan in of.sites:
        Site.objects.create(
            name=plan.name,
            address=plan.address,
            postcode=plan.postcode,
            town=plan.town,
            commune=plan.commune,
            country=plan.country,
            latitude=Decimal(str(plan.latitude)),
            longitude=Decimal(str(plan.longitude)),
            phone=plan.phone,
            website=plan.website,
            opening_hours=plan.opening_hours,
            modes=list(plan.modes),
            created_at=OPENED,
            **what_it_offers(of, plan, until),
        )
    count_devices(of, until)


def _contract(draft: Draft, member: StaffMember) -> Contract:
    return Contract(
        member=member,
        type=draft.type,
        role=draft.role,
        legal_employer=draft.legal_employer,
        starts_on=draft.starts_on,
        planned_end=draft.planned_end,
        ended_on=draft.ended_on,
        hours_per_week=draft.hours_per_week,
        created_at=morning(draft.starts_on),
        updated_at=morning(draft.ended_on or draft.starts_on),
    )


def remove(say: Say = lambda line: None) -> None:
    """Take the demo away: schemas, roles, register, accounts. The journal keeps its lines."""
    say("Demo: taking away what is there …")
    slugs = [plan.slug for plan in federations({one.nis: one for one in Commune.objects.all()})]
    # A demo's build row is written before its federations: these are its own.
    ids = list(Federation.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    epn = Affiliation.objects.filter(federation__in=ids).values_list("epn_id", flat=True)
    for space in Space.objects.filter(pk__in=[*epn, *ids]).order_by("-pk"):
        _drop(space)
    people = Person.objects.filter(email__endswith=f"@{DOMAIN}")
    with transaction.atomic():
        Membership.objects.filter(person__in=people).delete()
        people.delete()
        Build.objects.all().delete()


def _drop(space: Space) -> None:
    """One transaction a space: hundreds of tables at once would want more locks than there are."""
    with transaction.atomic():
        with (
            within_transaction(Place(role=OWNER_ROLE)),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DROP SCHEMA {quoted(space.schema_name)} CASCADE")
        Membership.objects.filter(space=space).delete()
        Domain.objects.filter(tenant=space).delete()
        Affiliation.objects.filter(epn=space.pk).delete()
        Epn.objects.filter(pk=space.pk).delete()
        Federation.objects.filter(pk=space.pk).delete()
        SchemaState.objects.filter(pk=space.pk).delete()
        Space.objects.filter(pk=space.pk).delete()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE {quoted(space.role_name)}")

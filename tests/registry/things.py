"""Something real behind each address that has arguments, for the walk of the role table."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from maillage.reference.models import ContractType
from tenants.activity.models import CounterSession, CounterTap, OpenRequest, TallySheet, Visit
from tenants.appointments.feed_services import make_feed
from tenants.appointments.models import Appointment, CalendarFeed, Stop
from tenants.followup.codes import new_code
from tenants.followup.models import Step, Thread
from tenants.handover.models import Handover, HeldThing
from tenants.overview.logo import png
from tenants.premises.models import Closing, Site
from tenants.registry.enums import Kind
from tenants.registry.models import Membership, Space
from tenants.registry.services import grant_membership, make_token
from tenants.registry.team.services import invite
from tenants.staff.models import Contract, ContractBreak, ContractChange, StaffMember, Training
from tenants.volunteers.models import Defrayal
from tenants.workshops.models import Registration, Series, SeriesDate
from tests.conftest import Cast, inside
from tests.directory.things import OPEN_DATA, a_calendar, a_calendar_of_a_site
from tests.editions.things import OF_THE_CENSUS
from tests.funder_space.things import OF_A_FUNDER
from tests.funding.things import OF_MONEY
from tests.recognition.things import OF_THE_LABEL
from tests.registry.network_things import OF_THE_NETWORK
from tests.reports.signed import OF_SIGNED_REPORTS
from tests.reports.things import OF_REPORTS

A_LOGO = png(16, 16, b"\x0b\x56\x5c" * 256)

Arguments = dict[str, Any]


# --- something real behind an address -------------------------------------------------------------------------------


def a_visit(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        own = person.pk if person is not None else cast.bram.pk
        site = Site.objects.order_by("pk").first()
        visit = Visit.objects.create(
            date=dt.date.today(), minutes=20, site=site, mode="individual", themes=["bank"], outcome="solved",
            animator_id=own, recorded_by_id=own,
        )  # fmt: skip
    return {"pk": visit.pk}


def a_correction(cast: Cast, person: Person | None) -> Arguments:
    """The person's own: nobody else takes it back."""
    from tenants.activity.journal.models import Correction

    with inside(cast.poste):
        return {"pk": Correction.objects.create(by=person or cast.bram, field="mode").pk}


def a_view(cast: Cast, person: Person | None) -> Arguments:
    from tenants.activity.journal.models import SavedView

    with inside(cast.poste):
        name = secrets.token_hex(4)
        return {"pk": SavedView.objects.create(name=name, filters={"theme": "tax"}, owner=person or cast.bram).pk}


def an_import(cast: Cast, person: Person | None) -> Arguments:
    from tenants.activity.journal.importing.services import take_in

    with inside(cast.poste):
        file = b"date;theme\n2026-01-05;tax\n"
        return {"pk": take_in(content=file, filename="a.csv", by_id=cast.amina.pk, language="fr").pk}


def an_import_of_staff(cast: Cast, person: Person | None) -> Arguments:
    from tenants.staff.importing.services import take_in

    with inside(cast.poste):
        return {"pk": take_in(content=b"nom;type\nBram;cdi\n", filename="a.csv", by_id=cast.amina.pk).pk}


def a_file(cast: Cast, person: Person | None) -> Arguments:
    """The person's own: nobody else's is shown."""
    from tenants.activity.journal.models import ExportedFile

    with inside(cast.poste):
        file = ExportedFile.objects.create(
            by=person or cast.bram, language="fr", filename="a.xlsx", rows=0, state="ready"
        )
    return {"pk": file.pk}


def a_counter_session(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        session = CounterSession.objects.create(
            date=dt.date.today(), site=Site.objects.order_by("pk").first(), starts_at=dt.time(9), ends_at=dt.time(12)
        )
    return {"pk": session.pk}


def a_tap(cast: Cast, person: Person | None) -> Arguments:
    session = a_counter_session(cast, person)["pk"]
    by = person.pk if person is not None else cast.bram.pk
    with inside(cast.poste):
        return {"pk": CounterTap.objects.create(key=uuid4(), kind="turned_away", session_id=session, by_id=by).pk}


def an_open_request(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        site = Site.objects.order_by("pk").first()
        return {"pk": OpenRequest.objects.create(site=site, mode="individual", themes=["bank"]).pk}


def a_tally_sheet(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        site = Site.objects.order_by("pk").first()
        return {"pk": TallySheet.objects.create(key=uuid4(), date=dt.date.today(), site=site).pk}


def a_thread(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        thread = Thread.objects.create(
            code=new_code(), consent="oral", consent_by_id=cast.bram.pk, animator_id=cast.bram.pk
        )
    return {"pk": thread.pk}


def a_step(cast: Cast, person: Person | None) -> Arguments:
    thread = a_thread(cast, person)["pk"]
    with inside(cast.poste):
        return {
            "pk": Step.objects.create(
                thread_id=thread, text="Rappeler", due_on=dt.date(2026, 1, 5), animator_id=cast.bram.pk
            ).pk
        }


def a_series(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        series = Series.objects.create(
            title="E-mail", themes=["email"], capacity=8, site=Site.objects.order_by("pk").first()
        )
    return {"pk": series.pk}


def a_date_of_a_series(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        series = Series.objects.get(**a_series(cast, person))
        date = SeriesDate.objects.create(
            series=series, date=dt.date.today(), starts_at=dt.time(9), ends_at=dt.time(12), site=series.site
        )
    return {"pk": date.pk}


def a_registration(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        series = Series.objects.get(**a_series(cast, person))
        return {"pk": Registration.objects.create(series=series, name="Fatima").pk}


def a_staff_member(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"member_id": StaffMember.objects.create(name="Zoé").pk}


def a_held_thing(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        member = StaffMember.objects.create(name=secrets.token_hex(4))
        return {"pk": HeldThing.objects.create(member=member, kind="key", label="Porte d'entrée").pk}


def a_handover(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        member = StaffMember.objects.create(name=secrets.token_hex(4))
        return {"pk": Handover.objects.create(member=member, by=cast.amina).pk}


def a_contract(cast: Cast, person: Person | None) -> Arguments:
    member = a_staff_member(cast, person)["member_id"]
    with inside(cast.poste):
        contract = Contract.objects.create(
            member_id=member, type="cdi", legal_employer="ASBL", starts_on=dt.date(2026, 1, 5),
            hours_per_week=Decimal(19),
        )  # fmt: skip
    return {"contract_id": contract.pk}


def a_training(cast: Cast, person: Person | None) -> Arguments:
    found = a_staff_member(cast, person)
    with inside(cast.poste):
        made = Training.objects.create(kind="badge", title="=Badge", obtained_on=dt.date(2026, 1, 5), **found)
    return {**found, "training_id": made.pk}


def a_break(cast: Cast, person: Person | None) -> Arguments:
    found = a_contract(cast, person)
    with inside(cast.poste):
        pause = ContractBreak.objects.create(kind="other", starts_on=dt.date(2026, 2, 1), **found)
    return {**found, "break_id": pause.pk}


def a_change_of_a_contract(cast: Cast, person: Person | None) -> Arguments:
    found = a_contract(cast, person)
    with inside(cast.poste):
        return {**found, "change_id": ContractChange.objects.create(kind="payers", **found).pk}


def an_article60_contract(cast: Cast, person: Person | None) -> Arguments:
    made = a_contract(cast, person)
    with inside(cast.poste):
        Contract.objects.filter(pk=made["contract_id"]).update(type="art60")
    return made


def an_evaluation(cast: Cast, person: Person | None) -> Arguments:
    from tenants.article60.services import add_evaluation

    made = an_article60_contract(cast, person)
    with inside(cast.poste):
        contract = Contract.objects.get(pk=made["contract_id"])
        return {"pk": add_evaluation(contract=contract, planned_on=dt.date(2026, 3, 2)).pk}


def a_volunteer(cast: Cast, person: Person | None) -> Arguments:
    member = a_staff_member(cast, person)["member_id"]
    with inside(cast.poste):
        contract = Contract.objects.create(
            member_id=member, type="volunteer", starts_on=dt.date(2026, 1, 5), hours_per_week=Decimal(4)
        )
    return {"contract_id": contract.pk}


def a_defrayal(cast: Cast, person: Person | None) -> Arguments:
    contract = a_volunteer(cast, person)["contract_id"]
    with inside(cast.poste):
        line = Defrayal.objects.create(
            contract_id=contract, day=dt.date(2026, 1, 6), kind="flat", cents=2000, batch=uuid4()
        )
    return {"pk": line.pk}


def an_addition(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"batch": Defrayal.objects.get(**a_defrayal(cast, person)).batch}


def a_year_of_a_volunteer(cast: Cast, person: Person | None) -> Arguments:
    return {**a_staff_member(cast, person), "year": 2026}


def an_own_year(cast: Cast, person: Person | None) -> Arguments:
    """Of the person's own staff member, who is made when there is none."""
    with inside(cast.poste):
        if person is not None:
            StaffMember.objects.get_or_create(account=person, defaults={"name": person.name})
    return {"year": 2026}


def a_site(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"site_id": Site.objects.create(name="Annexe", postcode="1030", town="Schaerbeek").pk}


def a_closing(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"pk": Closing.objects.create(first_day=dt.date(2027, 7, 20), last_day=dt.date(2027, 7, 31)).pk}


def a_site_by_id(cast: Cast, person: Person | None) -> Arguments:
    return {"pk": a_site(cast, person)["site_id"]}


def a_version_of_a_report(cast: Cast, person: Person | None) -> Arguments:
    """The second one, so that there is something to compare it with."""
    from tenants.overview.services import make_version, save_report

    with inside(cast.poste):
        report = save_report(of_year=2025, language="fr", introduction="", highlights="", thanks="", picture=A_LOGO)
        for _ in range(2):
            version = make_version(report, epn="Rue de la Poste", network="Caban", by=None)
    return {"year": 2025, "number": version.number}


def a_report(cast: Cast, person: Person | None) -> Arguments:
    return {"year": a_version_of_a_report(cast, person)["year"]}


def an_appointment(cast: Cast, person: Person | None) -> Arguments:
    """To come, each at a time of its own: the door alone is asked, not the opening hours."""
    with inside(cast.poste):
        number = Appointment.objects.count()
        made = Appointment.objects.create(
            site=Site.objects.order_by("pk").first(), date=dt.date.today() + dt.timedelta(days=1), starts=number,
            ends=number + 1,
        )  # fmt: skip
    return {"pk": made.pk}


def a_stop(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        made = Stop.objects.create(
            site=Site.objects.order_by("pk").first(), starts=540, ends=720,
            date=dt.date.today() + dt.timedelta(days=1 + Stop.objects.count()),
        )  # fmt: skip
    return {"pk": made.pk}


def stops_of_a_series(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"series": Stop.objects.get(**a_stop(cast, person)).series}


def a_calendar_address(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        return {"secret": make_feed(owner_id=cast.bram.pk)[1]}


def a_calendar_to_revoke(cast: Cast, person: Person | None) -> Arguments:
    """The person's own (of a stranger: Bram's)."""
    with inside(cast.poste):
        CalendarFeed.objects.all().delete()
        return {"pk": make_feed(owner_id=(person or cast.bram).pk)[0].pk}


def an_epn(cast: Cast, person: Person | None) -> Arguments:
    return {"epn_id": cast.abattoirs.pk}


def a_paper(cast: Cast, person: Person | None) -> Arguments:
    """The person's own: nobody else's is shown."""
    from network.cadastre.papers.models import Paper

    with inside(cast.caban):
        said = {"year": 2022, "perimeter": "all", "format": "pdf", "language": "fr", "filename": "a.pdf"}
        return {"pk": Paper.objects.create(by=person or cast.dries, state="ready", content=b"%PDF", **said).pk}


def a_context_figure(cast: Cast, person: Person | None) -> Arguments:
    from network.cadastre.coverage.models import ContextFigure

    with inside(cast.caban):
        facts = {"text_fr": "Part", "value": "40 %", "year": 2023, "area": "Belgique", "source": "Baromètre"}
        return {"figure_id": ContextFigure.objects.create(topic="other", **facts).pk}


def a_table(cast: Cast, person: Person | None) -> Arguments:
    from network.cadastre.tables import TABLES

    return {"name": next(iter(TABLES))}


def a_contract_type(cast: Cast, person: Person | None) -> Arguments:
    made = ContractType.objects.create(
        code=f"f{cast.caban.pk}_{ContractType.objects.count()}_x", federation_id=cast.caban.pk, label_fr="=Type",
        label_nl="=Type", label_en="=Type", legal_employer="host", counts_in_fte=True, position=99,
    )  # fmt: skip
    return {"type_id": made.pk}


def a_contract_by_id(cast: Cast, person: Person | None) -> Arguments:
    return {"pk": a_contract(cast, person)["contract_id"]}


def a_token(cast: Cast, person: Person | None) -> Arguments:
    who, place = (cast.farid, cast.nevers) if person == cast.farid else (cast.bram, cast.poste)
    return {"token_id": make_token(person=who, space=place.space)[0].pk}


def a_reset_key(cast: Cast, person: Person | None) -> Arguments:
    return {"uidb36": "1", "key": "no-such-key"}


def _a_role(space: Space) -> str:
    return "animator" if space.kind == Kind.EPN else "network_observer"


def _an_invitation(space: Space, by: Person) -> tuple[int, str]:
    invitation, secret = invite(
        space=space, email=f"{secrets.token_hex(4)}@example.org", role=_a_role(space), language="fr", by=by
    )
    assert secret is not None
    return invitation.pk, secret


def an_invitation(cast: Cast, person: Person | None) -> Arguments:
    return {"invitation_id": _an_invitation(cast.poste.space, cast.amina)[0]}


def an_invitation_of_the_network(cast: Cast, person: Person | None) -> Arguments:
    return {"invitation_id": _an_invitation(cast.caban.space, cast.dries)[0]}


def an_epn_without_coordinator(cast: Cast, person: Person | None) -> Arguments:
    Membership.objects.filter(person=cast.chloe).update(until=timezone.now())
    invitation, _secret = invite(
        space=cast.abattoirs.space, email=f"{secrets.token_hex(4)}@example.org", role="epn_coordinator", language="fr",
        by=cast.dries, through=cast.caban.space,
    )  # fmt: skip
    return {"epn_id": cast.abattoirs.pk, "invitation_id": invitation.pk}


def a_link(cast: Cast, person: Person | None) -> Arguments:
    return {"secret": _an_invitation(cast.poste.space, cast.amina)[1]}


def _a_member(space: Space) -> int:
    somebody = create_person(email=f"{secrets.token_hex(4)}@example.org", name="Zoé")
    return int(grant_membership(person=somebody, space=space, role=_a_role(space)).pk)


def a_member(cast: Cast, person: Person | None) -> Arguments:
    return {"membership_id": _a_member(cast.poste.space)}


def a_member_of_the_network(cast: Cast, person: Person | None) -> Arguments:
    return {"membership_id": _a_member(cast.caban.space)}


def a_passkey(cast: Cast, person: Person | None) -> Arguments:
    """The person's own (of an anonymous visitor: Bram's); nothing here reads its key."""
    kept = {"name": "Telephone", "credential": {}}
    return {"pk": Authenticator.objects.create(user=person or cast.bram, type="webauthn", data=kept).pk}


def a_provider(cast: Cast, person: Person | None) -> Arguments:
    return {"provider_id": "oidc"}


# (kind, pattern of the route's name, what makes its arguments); the first that fits is used.
THINGS: list[tuple[str, str, Callable[[Cast, Person | None], Arguments]]] = [
    *OF_THE_CENSUS,
    *OF_THE_NETWORK,
    (Kind.EPN, "api:visit", a_visit),
    (Kind.EPN, "api:contract", a_contract_by_id),
    (Kind.EPN, "activity:session_*", a_counter_session),
    (Kind.EPN, "activity:correction_*", a_correction),
    (Kind.EPN, "activity:file*", a_file),
    (Kind.EPN, "activity:import*", an_import),
    (Kind.EPN, "activity:view_*", a_view),
    (Kind.EPN, "activity:tap_*", a_tap),
    (Kind.EPN, "activity:request_*", an_open_request),
    (Kind.EPN, "activity:tally_*", a_tally_sheet),
    (Kind.EPN, "activity:*", a_visit),
    (Kind.EPN, "followup:step*", a_step),
    (Kind.EPN, "followup:*", a_thread),
    (Kind.EPN, "workshops:registration*", a_registration),
    (Kind.EPN, "workshops:certificate", a_registration),
    (Kind.EPN, "workshops:date", a_date_of_a_series),
    (Kind.EPN, "workshops:date_*", a_date_of_a_series),
    (Kind.EPN, "workshops:sheet", a_date_of_a_series),
    (Kind.EPN, "workshops:*", a_series),
    (Kind.EPN, "appointments:feed", a_calendar_address),
    (Kind.EPN, "appointments:calendar_revoke", a_calendar_to_revoke),
    (Kind.EPN, "appointments:stops_withdraw", stops_of_a_series),
    (Kind.EPN, "appointments:stop_*", a_stop),
    (Kind.EPN, "appointments:kit", a_stop),
    (Kind.EPN, "appointments:*", an_appointment),
    (Kind.EPN, "staff:person*", a_staff_member),
    (Kind.EPN, "privacy:person", a_staff_member),
    (Kind.EPN, "handover:pack", a_staff_member),
    (Kind.EPN, "handover:thing_add", a_staff_member),
    (Kind.EPN, "handover:keep_access", a_staff_member),
    (Kind.EPN, "handover:thing_return", a_held_thing),
    (Kind.EPN, "handover:thing_held_again", a_held_thing),
    (Kind.EPN, "handover:take_back", a_handover),
    (Kind.EPN, "staff:import*", an_import_of_staff),
    (Kind.EPN, "staff:training_add", a_staff_member),
    (Kind.EPN, "staff:training_*", a_training),
    (Kind.EPN, "staff:break_[cr]*", a_break),
    (Kind.EPN, "staff:put_back", a_change_of_a_contract),
    (Kind.EPN, "article60:evaluation", an_evaluation),
    (Kind.EPN, "article60:evaluation_delete", an_evaluation),
    (Kind.EPN, "article60:*", an_article60_contract),
    (Kind.EPN, "staff:*", a_contract),
    (Kind.EPN, "volunteers:file", a_volunteer),
    (Kind.EPN, "volunteers:note", a_volunteer),
    (Kind.EPN, "volunteers:add", a_volunteer),
    (Kind.EPN, "volunteers:ledger", a_staff_member),
    (Kind.EPN, "volunteers:statement", a_year_of_a_volunteer),
    (Kind.EPN, "volunteers:line_*", a_defrayal),
    (Kind.EPN, "volunteers:withdraw", an_addition),
    (Kind.EPN, "volunteers:own_statement", an_own_year),
    (Kind.EPN, "premises:closing_*", a_closing),
    (Kind.EPN, "premises:*", a_site),
    (Kind.EPN, "overview:version_*", a_version_of_a_report),
    (Kind.EPN, "overview:*", a_report),
    (Kind.EPN, "team:re*", an_invitation),
    (Kind.EPN, "team:*", a_member),
    (Kind.EPN, "api:membership", a_member),
    (Kind.EPN, "api:invitation*", an_invitation),
    *OF_THE_NETWORK,
    (Kind.EPN, "api:visit", a_visit),
    (Kind.EPN, "api:contract", a_contract),
    (Kind.EPN, "api:site", a_site_by_id),
    (Kind.FEDERATION, "contract_type_re*", a_contract_type),
    (Kind.FEDERATION, "cadastre:table", a_table),
    (Kind.FEDERATION, "cadastre:paper_*", a_paper),
    (Kind.FEDERATION, "cadastre:paper", a_paper),
    (Kind.FEDERATION, "coverage:context_*", a_context_figure),
    *OF_THE_LABEL,
    (Kind.FEDERATION, "epn:[hp][lo]*", a_calendar),  # hours, place, poster
    *OF_MONEY,
    *OF_SIGNED_REPORTS,
    *OF_A_FUNDER,
    *OF_REPORTS,
    (Kind.FEDERATION, "epn:site_hours", a_calendar_of_a_site),
    (Kind.FEDERATION, "team:re*", an_invitation_of_the_network),
    (Kind.FEDERATION, "team:*", a_member_of_the_network),
    (Kind.FEDERATION, "api:membership", a_member_of_the_network),
    (Kind.FEDERATION, "api:invitation*", an_invitation_of_the_network),
    (Kind.FEDERATION, "epn:coordinator_*", an_epn_without_coordinator),
    *((Kind.FEDERATION, route, thing) for route, thing in OPEN_DATA),
    (Kind.FEDERATION, "*", an_epn),
    (Kind.PUBLIC, "token_revoke", a_token),
    (Kind.PUBLIC, "mfa_remove_webauthn", a_passkey),
    (Kind.PUBLIC, "openid_connect_*", a_provider),
    (Kind.PUBLIC, "invitation", a_link),
    (Kind.PUBLIC, "account_reset_password_from_key", a_reset_key),
]

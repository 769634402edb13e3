"""What the demo means to write, before it is written: within the rules that hold for everybody."""

import datetime as dt
import itertools
import json
import random
import re

import pytest

from maillage.demo import details, habits
from maillage.demo.calendar import WEEKS, open_days, osm, week
from maillage.demo.people import CAST, SALT, Names, password_hash
from maillage.demo.places import EpnPlan, federations
from maillage.demo.queues import tickets
from maillage.demo.staffing import REFERENCE, Draft, contracts
from maillage.demo.visits import COLUMNS, ZONE, Helper, counter_sessions, first_month, visits
from maillage.reference.models import Commune
from maillage.reference.selectors import contract_type, is_term
from tenants.activity.rules import visit_problems
from tenants.premises.models import Site
from tenants.premises.rules import site_problems
from tenants.registry.addresses import check_slug
from tenants.registry.enums import Role
from tenants.staff.rules import contract_problems
from tests.conftest import Cast
from tests.thoroughness import THOROUGH

UNTIL = dt.date(2026, 10, 31)


@pytest.fixture
def plans(cast: Cast) -> list[EpnPlan]:
    communes = {one.nis: one for one in Commune.objects.all()}
    return [epn for federation in federations(communes) for epn in federation.epn]


def drafts_of(plan: EpnPlan, until: dt.date = UNTIL) -> list[Draft]:
    return contracts(plan, random.Random(plan.slug), until)


def rows_of(plan: EpnPlan, until: dt.date = UNTIL) -> list[dict[str, object]]:
    team = [
        Helper(1, number, draft.starts_on, draft.ended_on or dt.date.max, float(draft.hours_per_week))
        for number, draft in enumerate(drafts_of(plan, until))
    ]
    sites = range(1, len(plan.sites) + 1)
    return [dict(zip(COLUMNS, row, strict=True)) for row in visits(plan, sites, team, until)]


def test_caban_has_forty_epn_over_the_nineteen_communes_and_the_first_is_rue_de_la_poste(plans: list[EpnPlan]) -> None:
    caban = [plan for plan in plans if plan.country == "be"]

    assert len(caban) == 40
    assert len({plan.sites[0].commune for plan in caban}) == 19
    assert (caban[0].slug, caban[0].name, caban[0].sites[0].town) == (
        "rue-de-la-poste",
        "Rue de la Poste",
        "Schaerbeek",
    )
    assert [plan.recognised for plan in caban if plan.recognised] == sorted(
        plan.recognised for plan in caban if plan.recognised
    )
    assert all(plan.recognised >= dt.date(2019, 1, 1) for plan in caban if plan.recognised)


def test_every_address_and_every_site_would_pass_the_forms(plans: list[EpnPlan]) -> None:
    for plan in plans:
        check_slug(f"x-{plan.slug}"[:50])
        for one in plan.sites:
            site = Site(
                name=one.name, address=one.address, postcode=one.postcode, town=one.town, commune=one.commune,
                country=one.country, latitude=str(one.latitude), longitude=str(one.longitude), phone=one.phone,
                website=one.website, opening_hours=one.opening_hours, modes=list(one.modes),
            )  # fmt: skip
            assert site_problems(site) == {}, one.name


def test_a_labelled_epn_is_open_fifteen_hours_and_the_epn_of_the_host_is_not(plans: list[EpnPlan]) -> None:
    def hours(plan: EpnPlan, site: int = 0) -> float:
        spans = [span for day in plan.sites[site].week.values() for span in day]
        return sum((end.hour - start.hour) + (end.minute - start.minute) / 60 for start, end in spans)

    host = next(plan for plan in plans if plan.trait == "host")

    assert all(hours(plan) >= 15 for plan in plans if plan.recognised and plan.country == "be")
    assert host.recognised is None
    assert hours(host) == 3.5
    assert host.sites[0].address == host.sites[1].address


def test_every_contract_would_pass_the_form(plans: list[EpnPlan]) -> None:
    for plan in plans:
        for draft in drafts_of(plan):
            facts = {name: value for name, value in vars(draft).items() if name != "post"}
            assert contract_problems({**facts, "full_time_hours": 38, "note": ""}) == {}, (plan.slug, draft)


def test_the_contracts_of_2022_are_sixty_and_have_all_ended_before_2026(plans: list[EpnPlan]) -> None:
    labelled = [plan for plan in plans if plan.recognised and plan.country == "be"]

    held = [
        draft
        for plan in labelled
        for draft in drafts_of(plan)
        if draft.role == "animation" and draft.runs_on(REFERENCE) and contract_type(draft.type).counts_in_fte
    ]
    now = [draft for plan in labelled for draft in drafts_of(plan) if draft.runs_on(UNTIL)]

    assert (len(held), sum(draft.type == "art60" for draft in held)) == (60, 39)
    assert all(draft.ended_on and draft.ended_on < dt.date(2026, 1, 1) for draft in held)
    assert sum(draft.type == "art60" for draft in now) > 25


def test_one_post_is_never_held_by_two_people(plans: list[EpnPlan]) -> None:
    for plan in plans:
        drafts = drafts_of(plan)
        for post in {draft.post for draft in drafts}:
            held = [draft for draft in drafts if draft.post == post]
            for before, after in itertools.pairwise(held):
                assert before.ended_on is not None and before.ended_on < after.starts_on, (plan.slug, before, after)


def test_nobody_knows_an_end_that_is_still_to_come(plans: list[EpnPlan]) -> None:
    day = dt.date(2024, 5, 31)

    assert all(
        draft.ended_on is None or draft.ended_on <= day for plan in plans for draft in drafts_of(plan, until=day)
    )


def test_every_code_is_one_of_the_vocabularies(cast: Cast) -> None:
    themes = {*habits.WORKSHOPS, "ai"}.union(*habits.THEMES.values(), *habits.OBSTACLES.values(), habits.HIGH_SEASONS)
    obstacles = [habits.NO_UNION_DESK]
    obstacles += [one for country in habits.OBSTACLES.values() for weights in country.values() for one in weights]

    unknown = [code for code in themes - {""} if not is_term("theme", code)]
    unknown += [code for code in habits.MINUTES if not is_term("mode", code)]
    unknown += [code for code in habits.AUTONOMY if code and not is_term("autonomy", code)]
    unknown += [code for code in {*habits.OUTCOMES, *habits.OUTCOMES_WITH_OBSTACLE} if not is_term("outcome", code)]
    unknown += [code for code in habits.GENDERS if not is_term("gender", code)]
    unknown += [code for code in {*habits.AGES, *habits.YOUNG} if not is_term("age_band", code)]
    unknown += [code for code in habits.AUDIENCES if not is_term("audience", code)]
    unknown += [provider for provider, _, _ in obstacles if provider and not is_term("provider", provider)]
    unknown += [kind for _, _, kind in obstacles if not is_term("obstacle", kind)]

    unknown += [code for codes in details.CAUSES for code in codes if not is_term("cause", code)]
    unknown += [code for codes in details.REFERRALS.values() for code in codes if not is_term("referral", code)]
    unknown += [code for codes in details.LANGUAGES.values() for code in codes if not is_term("language", code)]
    unknown += [code for code in details.NEEDS if not is_term("accessibility", code)]
    unknown += [kind for kind in details.MINUTES_LOST if not is_term("obstacle", kind)]

    assert unknown == []


def test_visits_would_pass_the_form_and_fall_on_days_when_the_site_is_open(plans: list[EpnPlan]) -> None:
    for plan in plans[::7]:
        for row in rows_of(plan)[::9]:
            site = plan.sites[row["site_id"] - 1]
            facts = {**row, "margins": json.loads(row["margins"])}

            assert visit_problems(facts) == {}, (plan.slug, row)
            assert row["date"].weekday() in site.week
            assert row["created_at"].date() == row["date"]


def test_a_shorter_demo_is_the_beginning_of_a_longer_one(plans: list[EpnPlan]) -> None:
    day = dt.date(2023, 6, 15)
    poste = plans[0]

    longer = [row["key"] for row in rows_of(poste) if row["date"] <= day]

    assert [row["key"] for row in rows_of(poste, until=day)] == longer


def test_the_demo_never_holds_more_than_sixty_thousand_visits(plans: list[EpnPlan]) -> None:
    years = [dt.date(2029, 12, 31), *([UNTIL] if THOROUGH else [])]  # the demo's own is built in test_network.py

    assert all(sum(len(rows_of(plan, until)) for plan in plans) <= 60_000 for until in years)
    assert first_month(UNTIL) == dt.date(2021, 1, 1)
    assert first_month(dt.date(2029, 12, 31)) == dt.date(2024, 1, 1)


def test_the_social_desk_grew_by_thirty_per_cent_and_turns_two_people_away(plans: list[EpnPlan]) -> None:
    host = next(plan for plan in plans if plan.trait == "host")

    at_the_desk = [row["date"].year for row in rows_of(host) if row["site_id"] == 2]
    mornings = [(row[4], row[5], row[6]) for row in counter_sessions(host, [1, 2], UNTIL)]

    assert (at_the_desk.count(2022), at_the_desk.count(2025)) == (1000, 1300)
    assert max(set(mornings), key=mornings.count) == (8, 10, 2)
    assert all(turned_away == max(0, arrivals - 8) for _, arrivals, turned_away in mornings)


def test_at_the_social_desk_eight_tickets_are_handed_out_at_nine_and_people_wait() -> None:
    day, nine, noon = dt.date(2026, 10, 5), dt.time(9), dt.time(12)

    rows = list(tickets("guichet-du-miroir", [(1, day, nine, noon, 8, 10)], ZONE))
    waits = [called - taken for _, _, _, taken, called, _, _ in rows if called is not None]

    assert rows == list(tickets("guichet-du-miroir", [(1, day, nine, noon, 8, 10)], ZONE))
    assert [number for _, _, number, *_ in rows] == list(range(1, 9))
    assert {taken.time() for _, _, _, taken, *_ in rows} == {nine}
    assert all(called is not None or left is not None for *_, called, _, left in rows)
    assert min(waits) >= dt.timedelta() and max(waits) > dt.timedelta(minutes=30)


def test_one_epn_has_a_gap_in_its_staff_and_some_are_quiet_in_august(plans: list[EpnPlan]) -> None:
    gap = next(plan for plan in plans if plan.trait == "gap")
    quiet = next(plan for plan in plans if plan.trait == "august")

    assert not any(row["date"] in {dt.date(2024, 4, 8), dt.date(2024, 6, 3)} for row in rows_of(gap))
    assert not any(dt.date(2024, 2, 12) <= row["date"] <= dt.date(2024, 9, 1) for row in rows_of(gap))
    assert not any(row["date"].month == 8 and row["date"].day <= 24 for row in rows_of(quiet))


def test_everybody_is_plainly_invented_and_nobody_is_there_twice() -> None:
    names = Names(random.Random(1))
    made = [names.new("fr") for _ in range(600)]

    assert len({email for _, email in made}) == len({name for name, _ in made}) == 600
    assert all(re.fullmatch(r"[a-z.\-]+@maillage\.example", email) for _, email in made)
    assert {role for one in CAST for _, role in one.spaces} == set(Role) - {Role.OPERATOR}


def test_the_password_is_hashed_once_with_a_salt_that_sign_in_keeps() -> None:
    assert password_hash() == password_hash()
    assert len(SALT) >= 22  # 128 bits: with less, the first sign-in would write another hash


@pytest.mark.parametrize(
    ("week_of", "written"),
    [
        (WEEKS["whole_week"], "Mo-Fr 09:00-12:30,13:30-17:00"),
        (WEEKS["mornings_and_wednesday"], "Mo-Tu 09:00-12:30; We 13:00-17:00; Th-Fr 09:00-12:30"),
        (week("Sa", "10:00-13:00"), "Sa 10:00-13:00"),
    ],
)
def test_a_week_is_written_as_in_openstreetmap(week_of: dict, written: str) -> None:
    assert osm(week_of) == written


def test_a_place_is_closed_on_public_holidays() -> None:
    days = list(open_days(WEEKS["whole_week"], dt.date(2024, 5, 1), country="be", until=dt.date(2024, 5, 21),
                          closed_in_august=False))  # fmt: skip
    assert {1, 9, 20}.isdisjoint(day.day for day in days)
    assert days[-1] == dt.date(2024, 5, 21)

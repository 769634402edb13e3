"""Networks of any size for the benches: regular, quick to make, and the same at every run."""

from __future__ import annotations

from django.db import connection, transaction

from maillage.bench.measuring import say
from maillage.reference.selectors import communes, terms
from maillage.reference.services import load_reference
from network.figures.services import refresh_epn, sweep
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn, Federation
from tenants.registry.provisioning.services import provision_epn, provision_federation

DAYS = 1826  # five years from 2021-01-01

INSERT_VISITS = f"""
INSERT INTO activity_visit (key, date, minutes, site_id, mode, themes, autonomy, outcome, attendances,
    obstacle_provider, obstacle_channel, obstacle_kind, margins, note, created_at, updated_at)
SELECT gen_random_uuid(), date '2021-01-01' + (i * 7919 %% {DAYS})::int, 5 + i * 31 %% 55, %(site)s,
    (%(modes)s::text[])[(1 + i %% 8)::int], CASE WHEN i %% 4 = 0
        THEN ARRAY[(%(themes)s::text[])[(1 + i * 13 %% 27)::int], (%(themes)s::text[])[(1 + (i * 13 + 5) %% 27)::int]]
        ELSE ARRAY[(%(themes)s::text[])[(1 + i * 13 %% 27)::int]] END,
    'done_with', CASE WHEN i %% 3 = 0 THEN 'must_return' ELSE 'solved' END, 1 + (i %% 10 = 0)::int,
    CASE WHEN i %% 7 = 0 THEN 'irisbox' ELSE '' END, CASE WHEN i %% 7 = 0 THEN 'web' ELSE '' END,
    CASE WHEN i %% 7 = 0 THEN 'lost_code' ELSE '' END, '{{}}'::jsonb, '', now(), now()
FROM generate_series(%(start)s::bigint, %(stop)s::bigint) AS i"""


def make_federation(slug: str = "bench") -> Federation:
    load_reference()
    return provision_federation(name="Bench", slug=slug)


def add_epn(federation: Federation, number: int) -> Epn:
    """One EPN, empty, with a site in one of the communes in turn."""
    places = communes()
    place = places[number % len(places)]
    return provision_epn(
        federation=federation,
        name=f"EPN {number}",
        slug=f"epn-{number}",
        seed=lambda epn: Site.objects.create(
            name=f"EPN {number}", postcode=place.postcodes[0], town=place.name_fr, commune=place.nis
        ),
    )


def add_visits(epn: Epn, count: int, *, start: int = 0) -> None:
    """`count` more visits over five years, and the figures refreshed once."""
    with entered(epn.space), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM premises_site")
        site = cursor.fetchone()[0]
        cursor.execute(
            INSERT_VISITS,
            {
                "site": site,
                "modes": [one.code for one in terms("mode")],
                "themes": [one.code for one in terms("theme")],
                "start": start + 1,
                "stop": start + count,
            },
        )
    refresh_epn(epn.pk)


def fill(federation: Federation, *, epn: int, visits: int, first: int = 0) -> list[Epn]:
    """`epn` more EPN of `visits` visits each."""
    made = []
    for number in range(first, first + epn):
        one = add_epn(federation, number)
        add_visits(one, visits, start=number * visits)
        made.append(one)
        if (number + 1 - first) % 20 == 0:
            say(f"  {number + 1 - first} of {epn} EPN filled")
    sweep(federations=[federation])
    return made

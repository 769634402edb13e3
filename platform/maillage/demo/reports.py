"""The yearly reports of one EPN, made each January: invented words, and a logo that is drawn here."""

from __future__ import annotations

import datetime as dt

from django.utils import translation

from maillage.demo.visits import ZONE, first_month
from tenants.overview import logo as logos
from tenants.overview.enums import ReportState
from tenants.overview.frozen import freeze
from tenants.overview.models import Logo, ReportVersion, YearlyReport
from tenants.overview.periods import Spans, year
from tenants.overview.selectors import overview

EPN = "rue-de-la-poste"
LANGUAGE = "fr"
SIDE = 240
INTRODUCTION = (
    "Rue de la Poste est un espace public numérique de quartier. On y vient sans rendez-vous, avec une facture, un "
    "téléphone ou un code perdu, et on repart avec une démarche faite, ou avec la prochaine étape écrite sur un papier."
    "\n\nCe rapport compte ce que l’équipe a noté en {year}, visite après visite. Les personnes n’y ont pas de nom."
)
HIGHLIGHTS = (
    "Le guichet du mardi et du jeudi ne désemplit pas : nous y refusons encore du monde, faute de place.\n\n"
    "Deux personnes de l’équipe ont trouvé un emploi durable. Nous en sommes fiers, et elles nous manquent."
)
THANKS = "Merci aux bénévoles, à la commune et aux voisins qui prêtent leurs chaises."


def logo() -> bytes:
    """An envelope on a round stamp: petrol, sand and white."""
    petrol, sand, white = b"\x0b\x56\x5c", b"\xf4\xee\xdf", b"\xff\xff\xff"
    middle, pixels = SIDE / 2, bytearray()
    for y in range(SIDE):
        for x in range(SIDE):
            across, down = abs(x - middle), y - middle
            inside_letter = across <= 70 and abs(down) <= 46
            fold = abs((down + 46) - (70 - across) * 0.75) <= 4 and down <= 12
            edge = inside_letter and (across >= 64 or abs(down) >= 40)
            distance = (across**2 + down**2) ** 0.5
            if inside_letter:
                pixels += petrol if edge or fold else white
            elif distance <= 108:
                pixels += petrol if distance >= 98 else sand
            else:
                pixels += white
    return logos.png(SIDE, SIDE, bytes(pixels))


def write_reports(epn: str, network: str, until: dt.date, opened: dt.datetime) -> None:
    """In the space of the EPN, once its visits are there. Each is as it would have been on 15 January."""
    checked = logos.checked(logo())
    picture = Logo.objects.create(
        kind=checked.kind, content=checked.content, width=checked.width, height=checked.height, created_at=opened
    )
    for number in range(first_month(until).year, until.year):
        made = dt.datetime(number + 1, 1, 15, 10, 30, tzinfo=ZONE)
        if made.date() > until:
            break
        said = {
            "introduction": INTRODUCTION.format(year=number),
            "highlights": HIGHLIGHTS,
            "thanks": THANKS,
            "language": LANGUAGE,
            "logo": picture,
        }
        with translation.override(LANGUAGE):
            found = overview(Spans.of(year(number), made.date()), as_of=made)
        report = YearlyReport.objects.create(
            year=number, state=ReportState.MADE, created_at=made, updated_at=made, **said
        )
        ReportVersion.objects.create(
            report=report, number=1, epn=epn, network=network, figures=freeze(found), as_of=made, **said
        )

"""A list of communes that is loaded late reaches the sites that are there, their cards and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.audit.models import Entry
from maillage.reference.selectors import forget
from maillage.reference.services import load_communes
from network.directory.cards import copy_cards
from network.directory.models import Card
from network.figures.models import Flow
from network.figures.services import sweep
from network.figures.verification import verify
from tenants.premises.models import Site
from tenants.premises.selectors import proposed_commune
from tests.cadastre.deeds import visits
from tests.conftest import Cast, inside


@pytest.fixture
def nievre(tmp_path: Path) -> Path:
    file = tmp_path / "nievre.csv"
    file.write_text("code,name,postcodes\n58194,Nevers,58000\n58088,Coulanges-lès-Nevers,58000\n", "utf-8")
    return file


@pytest.fixture
def loire(cast: Cast) -> Iterator[Cast]:
    """Two communes share Nevers' postcode, as in real lists; Decize isn't in the list."""
    visits(cast.nevers, "2026-03-02")
    copy_cards(cast.loire)
    sweep(federations=[cast.loire])
    forget()
    yield cast
    forget()


@pytest.mark.parametrize(
    ("town", "code"), [("NEVERS", "fr-58194"), ("Coulanges les Nevers", "fr-58088"), ("Varennes", ""), ("", "")]
)
def test_where_several_communes_share_a_postcode_the_towns_name_decides(
    loire: Cast, nievre: Path, town: str, code: str
) -> None:
    load_communes(file=nievre, country="fr")

    assert proposed_commune("58000", "fr", town) == code


def test_sites_cards_and_figures_get_the_code(
    loire: Cast, nievre: Path, django_capture_on_commit_callbacks: Any
) -> None:
    out = StringIO()

    with django_capture_on_commit_callbacks(execute=True):
        call_command("import_communes", str(nievre), "--country", "fr", stdout=out)
    sweep(federations=[loire.loire])

    assert out.getvalue().splitlines()[1:] == ["Kiosque de Nevers: 1", "1 sites have got the code of their commune"]
    with inside(loire.nevers):
        assert Site.objects.get().commune == "fr-58194"
    with inside(loire.decize):
        assert Site.objects.get().commune == ""
    with inside(loire.loire):
        assert Card.objects.get(epn_id=loire.nevers.pk).commune == "fr-58194"
        assert set(Flow.objects.filter(epn_id=loire.nevers.pk).values_list("commune", flat=True)) == {"fr-58194"}
    assert verify(loire.loire).differences == []
    assert Entry.objects.filter(verb="site.changed", space_id=loire.nevers.pk).count() == 1


def test_twice_is_once(loire: Cast, nievre: Path) -> None:
    call_command("import_communes", str(nievre), "--country", "fr", stdout=StringIO())
    out = StringIO()

    call_command("import_communes", str(nievre), "--country", "fr", stdout=out)

    assert out.getvalue().splitlines() == [
        "nievre.csv: 0 created, 0 changed, 2 unchanged",
        "0 sites have got the code of their commune",
    ]

"""A list of communes that is loaded late reaches the sites that are there, their cards and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from maillage.audit.models import Entry
from maillage.reference.models import Commune
from maillage.reference.selectors import forget
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
def loire(cast: Cast) -> Iterator[Cast]:
    """Two communes share Nevers' postcode, as in real lists; Decize isn't in the list."""
    visits(cast.nevers, "2026-03-02")
    copy_cards(cast.loire)
    sweep(federations=[cast.loire])
    for nis, name in (("58194", "Nevers"), ("58088", "Coulanges-lès-Nevers")):
        Commune.objects.create(nis=nis, country="fr", name_fr=name, name_nl=name, postcodes=["58000"])
    forget()
    yield cast
    forget()


@pytest.mark.parametrize(
    ("town", "code"), [("NEVERS", "58194"), ("Coulanges les Nevers", "58088"), ("Varennes", ""), ("", "")]
)
def test_where_several_communes_share_a_postcode_the_towns_name_decides(loire: Cast, town: str, code: str) -> None:
    assert proposed_commune("58000", "fr", town) == code


def test_sites_cards_and_figures_get_the_code(loire: Cast, django_capture_on_commit_callbacks: Any) -> None:
    out = StringIO()

    with django_capture_on_commit_callbacks(execute=True):
        call_command("find_communes", stdout=out)
    sweep(federations=[loire.loire])

    assert out.getvalue().splitlines() == ["Kiosque de Nevers: 1", "1 sites have got the code of their commune"]
    with inside(loire.nevers):
        assert Site.objects.get().commune == "58194"
    with inside(loire.decize):
        assert Site.objects.get().commune == ""
    with inside(loire.loire):
        assert Card.objects.get(epn_id=loire.nevers.pk).commune == "58194"
        assert set(Flow.objects.filter(epn_id=loire.nevers.pk).values_list("commune", flat=True)) == {"58194"}
    assert verify(loire.loire).differences == []
    assert Entry.objects.filter(verb="site.changed", space_id=loire.nevers.pk).count() == 1


def test_twice_is_once(loire: Cast) -> None:
    call_command("find_communes", stdout=StringIO())
    out = StringIO()

    call_command("find_communes", stdout=out)

    assert out.getvalue() == "0 sites have got the code of their commune\n"

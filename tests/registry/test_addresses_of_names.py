"""An address made from a name: readable, free, and never one of our own pages."""

import pytest
from django.urls import get_resolver

from tenants.registry.addresses import LONGEST_SLUG, SLUG, free_slug, reserved
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Rue de la Poste", "rue-de-la-poste"),
        ("L’Œuvre d'été", "l-oeuvre-d-ete"),
        ("Centre social du Sacré-Cœur", "centre-social-du-sacre-coeur"),
        ("Mâcon & Cie", "macon-cie"),
        ("<b>Espace</b>", "bespaceb"),
        ("…", "epn-2"),
        ("7", "epn-7"),
    ],
)
def test_a_name_becomes_an_address_that_can_be_read(name: str, slug: str) -> None:
    assert free_slug(name, taken=set()) == slug


def test_a_taken_or_reserved_address_gets_a_number() -> None:
    assert free_slug("Médiathèque", taken={"mediatheque", "mediatheque-2"}) == "mediatheque-3"
    assert free_slug("API", taken=set()) == "api-2"
    assert "cadastre" in reserved(Kind.FEDERATION)
    assert free_slug("Cadastre", taken=set()) == "cadastre-2"


def test_a_long_name_is_cut_and_stays_an_address() -> None:
    long = "Maison des services au public de la communauté de communes du " * 3
    first = free_slug(long, taken=set())
    second = free_slug(long, taken={first})

    assert first != second
    for slug in (first, second):
        assert len(slug) <= LONGEST_SLUG
        assert SLUG.match(slug)


def test_no_page_of_the_directory_stands_where_the_page_of_an_epn_could() -> None:
    """`/caban/epn/add/` is the page of the EPN `add`: what else stands there has what no address of an EPN has."""
    (directory,) = (one for one in get_resolver(urlconf_of(Kind.FEDERATION)).url_patterns if str(one.pattern) == "epn/")
    beside = {str(one.pattern).split("/")[0] for one in directory.url_patterns}

    assert "<slug:slug>" in beside
    assert not [one for one in beside if SLUG.match(one)]

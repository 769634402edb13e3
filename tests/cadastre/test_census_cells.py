"""Cells that people filled in by hand: towns, telephone numbers, web addresses, départements."""

import pytest

from network.cadastre.census.cells import read_codes, read_department, read_phone, read_url
from network.cadastre.census.enums import Doubtful
from network.cadastre.census.towns import agreed, settled, spelled


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("NEVERS", "Nevers"),
        ("COSNE-COURS-SUR-LOIRE", "Cosne-Cours-sur-Loire"),
        ("cosne cours sur loire", "Cosne-Cours-sur-Loire"),
        ("SAVIGNY-Sur-GROSNE", "Savigny-sur-Grosne"),
        ("LE CREUSOT", "Le Creusot"),
        ("LA CHARITE SUR LOIRE", "La Charite-sur-Loire"),
        ("SAINT BENIN D AZY", "Saint-Benin-d'Azy"),
        ("SAINT-BENIN-D’AZY", "Saint-Benin-d'Azy"),
        ("ISSY L'EVEQUE", "Issy-l'Eveque"),
        ("L'ISLE-ADAM", "L'Isle-Adam"),
        ("ST. ETIENNE", "Saint-Etienne"),
        ("Dijon Cedex 9", "Dijon"),
        ("LYON 3EME", "Lyon 3eme"),
        ("  ", ""),
    ],
)
def test_a_french_town_is_spelled_as_people_write_it(written, name):
    assert spelled(written, "fr") == name


def test_spellings_of_one_town_agree_on_accents_that_enough_of_them_have():
    rows = [("71100", spelled(one, "fr")) for one in (
        *["CHALON SUR SAONE"] * 11, *["CHALON SUR SAÔNE"] * 7, *["CHALON-SUR-SAÔNE"] * 3, *["CHÂLON-SUR-SAÔNE"] * 2,
    )]  # fmt: skip

    towns = agreed(rows)

    assert {settled(postcode, town, towns) for postcode, town in rows} == {"Chalon-sur-Saône"}
    assert settled("01000", "Chalon-sur-Saone", towns) == "Chalon-sur-Saone"


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("0386718000", "fr", "03 86 71 80 00"),
        ("03.86.71.80.00", "fr", "03 86 71 80 00"),
        ("+33 (0)3 86 71 80 00", "fr", "03 86 71 80 00"),
        ("0033386718000", "fr", "03 86 71 80 00"),
        ("03 86 71 80 00 / 06 43 52 00 71", "fr", "03 86 71 80 00 / 06 43 52 00 71"),
        ("03 86 71 80 00 ou 06 43 52 00 71", "fr", "03 86 71 80 00 / 06 43 52 00 71"),
        ("+32 2 240 00 00", "fr", "02 240 00 00"),
    ],
)
def test_a_telephone_number_is_written_in_pairs(written, country, number):
    assert read_phone(written, country) == (number, None)


@pytest.mark.parametrize("written", ["03 86 71 80", "00 00 00 00 00", "٠٣٨٦٧١٨٠٠٠", "/", "03 86 71 80 00 poste 12"])
def test_what_is_not_a_whole_number_stays_as_it_is(written):
    assert read_phone(written, "fr") == (written, Doubtful.PHONE)


@pytest.mark.parametrize(
    ("written", "address", "doubt"),
    [
        ("http://www.a.fr/x?y=1", "http://www.a.fr/x?y=1", None),
        ("Ameli.fr", "http://Ameli.fr", Doubtful.URL_COMPLETED),
        ("a.fr:8080/x", "http://a.fr:8080/x", Doubtful.URL_COMPLETED),
        ("http://user:pass@a.fr", "", Doubtful.URL),
        ("https://a", "", Doubtful.URL),
        ("data:text/html,x", "", Doubtful.URL),
        ("http://[::1", "", Doubtful.URL),
        ("http://a.fr:99999", "", Doubtful.URL),
        ("mailto:a@b.fr", "", Doubtful.URL),
    ],
)
def test_a_web_address_that_makes_a_good_link_is_taken(written, address, doubt):
    assert read_url(written) == (address, doubt)


@pytest.mark.parametrize(
    ("written", "postcode", "code", "doubt"),
    [
        ("", "58000", "58", None),
        ("1", "01000", "01", None),
        ("2a", "20000", "2A", None),
        ("", "20200", "2B", None),
        ("974", "97400", "974", None),
        ("Nièvre", "58000", "58", None),
        ("71", "58000", "71", Doubtful.DEPARTMENT_MISMATCH),
        ("71", "", "71", None),
        ("Saône-et-Loire", "", "", Doubtful.DEPARTMENT),
    ],
)
def test_the_departement_is_the_columns_or_else_the_postcodes(written, postcode, code, doubt):
    assert read_department(written, postcode, "fr") == (code, doubt)


def test_codes_are_each_taken_once_and_strange_ones_kept():
    known = frozenset({"F", "BFC"})

    assert read_codes("F-fo-BFC-f", known) == (["F", "fo", "BFC"], ["fo"])

"""Reading a census: any encoding, delimiter and order of columns; what is no census is refused in clear words."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from unicodedata import category

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.spreadsheets.decoding import FileRefused
from network.cadastre.census import reading
from network.cadastre.census.columns import Layout
from network.cadastre.census.enums import Doubtful, Field, Refused
from network.cadastre.census.parsing import Census, read_census
from tests.cadastre.census_files import HEADINGS, place, write_census

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def read(path: Path) -> Census:
    return read_census(path, today=TODAY)


def raw(folder: Path, content: bytes | str) -> Path:
    path = folder / "census.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def reasons(census: Census) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.code) for one in census.doubts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_census_is_read_in_any_encoding_and_with_any_delimiter(tmp_path, encoding, delimiter):
    rows = [place(1, "Médiathèque, l’Été", ville="MÂCON", adresse="1; rue de l'Église")]

    census = read(write_census(tmp_path, rows, encoding=encoding, delimiter=delimiter))

    assert [one.name for one in census.places] == ["Médiathèque, l’Été"]
    assert census.places[0].address == "1; rue de l'Église"
    assert census.places[0].cells["ville"] == "MÂCON"
    assert not census.doubts and not census.refusals


def test_headings_are_found_whatever_their_case_accents_order_and_separators(tmp_path):
    text = (
        "NOM-STRUCTURE;Code Postal;VILLE;Département;Bfc-Id;LAT;LON;Contact  Tél;Lundi_Après-midi;LUNDI MATIN;Label\r\n"
        "Espace Vauban;21000;DIJON;21;a1;47,322;5.041;0380112233;14h-17h;9h-12h;NMM\r\n"
    )

    census = read(raw(tmp_path, text))

    (found,) = census.places
    assert (found.source_id, found.name, found.postcode, found.town) == ("a1", "Espace Vauban", "21000", "Dijon")
    assert (found.department, found.phone, found.labels) == ("21", "03 80 11 22 33", ["NMM"])
    assert (float(found.latitude), float(found.longitude)) == (47.322, 5.041)
    assert found.opening_hours == "Mo 09:00-12:00,14:00-17:00"
    assert found.opening_hours_source == {"mo_am": "9h-12h", "mo_pm": "14h-17h"}


def test_another_regions_headings_are_understood(tmp_path):
    text = (
        "id_structure,Nom du lieu,commune,CP,telephone,site web\nx,Le Phare,QUIMPER,29000,02 98 00 00 00,https://x.fr\n"
    )

    (found,) = read(raw(tmp_path, text)).places

    assert (found.name, found.town, found.department) == ("Le Phare", "Quimper", "29")
    assert (found.phone, found.website) == ("02 98 00 00 00", "https://x.fr")


def test_unknown_columns_are_kept_and_named_and_a_column_that_stands_twice_too(tmp_path):
    headings = (*HEADINGS, "Accès PMR", "ville", "")
    path = raw(tmp_path, ",".join(headings) + "\n" + ",".join(["x1", *[""] * 4, "58000", "NEVERS", "58", "Un nom",
               *[""] * 7, "oui, rampe".replace(",", " "), "Nevers centre", "sans titre"]) + "\n")  # fmt: skip

    census = read(path)

    assert census.sheet.layout.unknown == ["Accès PMR", "ville (2)", "column 19"]
    cells = census.places[0].cells
    assert (cells["Accès PMR"], cells["ville (2)"], cells["column 19"]) == ("oui  rampe", "Nevers centre", "sans titre")
    assert census.places[0].town == "Nevers"


def test_optional_columns_may_be_missing(tmp_path):
    census = read(raw(tmp_path, "nom,ville\nLe Phare,BREST\n"))

    assert census.places[0].town == "Brest"
    assert Field.POSTCODE in census.sheet.layout.missing


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,adresse,code_postal\n1,rue,58000\n", "the name of the place"),
        ("id,nom,adresse\n1,Phare,rue\n", "the postcode or the town"),
        ("a,b\n1,2\n", "Columns are missing"),
        ("", "The file is empty."),
        ("   \r\n\r\n", "The file is empty."),
        ("nom,ville\n", "no row under it"),
        ("nom,ville\n,\n", "no row under it"),
        ("<!DOCTYPE html><html><body>nom,ville</body></html>", "a web page"),
        ('nom,ville\n"Le Phare,BREST\nLa Rade,BREST\n', "never closed"),
        ('nom,ville\n"Phare"x,BREST\n"Le Phare,BREST\n', "never closed"),
        (f"nom,ville\n{'x' * 200_000},BREST\n", "longer than 131072 characters"),
        ("nom,ville,\0\nPhare,BREST,x\n", "NUL character in the heading"),
    ],
)
def test_what_cannot_be_read_as_a_census_is_refused_in_clear_words(tmp_path, text, words):
    with pytest.raises(FileRefused, match=words):
        read(raw(tmp_path, text))


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"PK\x03\x04" + bytes(200),
        b"%PDF-1.7\n" + bytes(200),
        b"\x7fELF" + bytes(range(256)) * 10,
        bytes(range(256)) * 10,
        b"\0" * 5000,
    ],
    ids=["png", "xlsx", "pdf", "program", "bytes", "nul"],
)
def test_what_is_not_text_is_refused(tmp_path, content):
    with pytest.raises(FileRefused, match="Save the table as CSV"):
        read(raw(tmp_path, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="can't be read"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(FileRefused, match="is a folder"):
        read(tmp_path)
    with pytest.raises(FileRefused, match="can't be read"):
        read(Path("a\0b"))


def test_a_file_of_60_mb_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    monkeypatch.setattr(reading, "decoded", lambda data: pytest.fail("it was read"))

    with pytest.raises(FileRefused, match="larger than 50 MB"):
        read(path)


def test_a_stream_that_never_ends_is_read_up_to_the_limit():
    with pytest.raises(FileRefused, match="larger than 50 MB"):
        read(Path("/dev/zero"))


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    with pytest.raises(FileRefused, match="More than 2 rows"):
        read(write_census(tmp_path, [place(n) for n in range(3)]))


def test_a_row_that_cannot_become_a_place_is_refused_with_its_line_and_the_others_are_read(tmp_path):
    text = (
        "id,nom,ville\r\n"
        '1,"Le\r\nPhare",BREST\r\n'  # lines 2 and 3
        "2,,BREST\r\n"
        "3,La Rade\r\n"
        "4,La Rade,BREST,29200\r\n"
        "1,La Rade,BREST\r\n"
        f"5,{'n' * 161},BREST\r\n"
        f"{'i' * 121},La Rade,BREST\r\n"
        "6,La Ra\0de,BREST\r\n"
        '7,"La Rade"x,BREST\r\n'
        "\r\n"
        ",,\r\n"
        "8,La Rade,BREST\r\n"
    )

    census = read(raw(tmp_path, text))

    assert [(one.line, one.name) for one in census.places] == [(2, "Le Phare"), (14, "La Rade")]
    assert census.places[0].cells["nom"] == "Le\r\nPhare"
    assert [(one.line, one.column, one.reason) for one in census.refusals] == [
        (4, "nom", Refused.NO_NAME),
        (5, "", Refused.CELLS_MISSING),
        (6, "", Refused.CELLS_LEFT_OVER),
        (7, "id", Refused.SAME_ID),
        (8, "nom", Refused.NAME_TOO_LONG),
        (9, "id", Refused.ID_TOO_LONG),
        (10, "nom", Refused.NUL),
        (11, "", Refused.QUOTES),
    ]
    assert census.refusals[3].value == "1" and census.refusals[3].text.endswith("(2)")
    assert census.sheet.blank_rows == 2


def test_without_an_identifier_a_place_keeps_the_same_one_from_file_to_file(tmp_path):
    first = read(raw(tmp_path, "nom,code_postal,ville\nLe Phare,29200,BREST\nLa Rade,29200,BREST\n"))
    second = read(raw(tmp_path, "ville;nom;cp;tel\nBrest;LA RADE;29200;0298000000\n"))

    assert second.places[0].source_id == first.places[1].source_id != first.places[0].source_id
    assert not first.doubts


def test_an_identifier_that_is_missing_in_one_row_is_made_up_and_flagged(tmp_path):
    census = read(raw(tmp_path, "id,nom,ville\n1,Le Phare,BREST\n,La Rade,BREST\n"))

    assert reasons(census) == [(3, "id", Doubtful.NO_ID)]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("code_postal", "5800", Doubtful.POSTCODE),
        ("code_postal", "58OOO", Doubtful.POSTCODE),
        ("departement", "71", Doubtful.DEPARTMENT_MISMATCH),
        ("departement", "5x", Doubtful.DEPARTMENT),
        ("mise_a_jour", "31/02/2021", Doubtful.DATE),
        ("mise_a_jour", "hier", Doubtful.DATE),
        ("mise_a_jour", "01/01/2062", Doubtful.DATE_TO_COME),
        ("mise_a_jour", "01/01/1921", Doubtful.DATE_TOO_OLD),
        ("contact_tel", "36 46", Doubtful.PHONE),
        ("contact_tel", "386718000", Doubtful.PHONE),
        ("contact_tel", "demander Zoé", Doubtful.PHONE),
        ("url_lieu", "www.exemple.fr", Doubtful.URL_COMPLETED),
        ("url_lieu", "javascript:alert(1)", Doubtful.URL),
        ("url_lieu", "https://a.fr http://b.fr", Doubtful.URL),
        ("url_lieu", "à venir", Doubtful.URL),
        ("code_typo", "M-Z", "code:typology"),
        ("code_label", "APTIC-XYZ", "code:labels"),
        ("code_accomp", "oui", "code:support"),
        ("lundi matin", "x", "hours:hours_missing"),
        ("adresse", "a" * 201, Doubtful.TOO_LONG),
        ("ville", "v" * 101, Doubtful.TOO_LONG),
        ("adresse", "Rue de lâ€™Ã‰glise", Doubtful.GARBLED),
        ("nom_structure", "CentrÃ© social", Doubtful.GARBLED),
    ],
)
def test_a_doubtful_cell_is_kept_as_it_is_and_flagged(tmp_path, column, value, reason):
    census = read(write_census(tmp_path, [place(1, **{column: value})]))

    assert reasons(census) == [(2, column, str(reason))]
    assert census.doubts[0].value == value == census.places[0].cells[column]
    assert not census.refusals


@pytest.mark.parametrize(
    ("lat", "lon", "column", "reason"),
    [
        ("3.15", "46.98", "lat", Doubtful.COORDINATES_SWAPPED),
        ("40.71", "-74.0", "lat", Doubtful.COORDINATES_ELSEWHERE),
        ("0", "0", "lat", Doubtful.COORDINATES_ELSEWHERE),
        ("46.98", "", "lat", Doubtful.COORDINATE_ALONE),
        ("", "3.15", "lon", Doubtful.COORDINATE_ALONE),
        ("n/a", "3.15", "lat", Doubtful.COORDINATE),
        ("469.8", "3.15", "lat", Doubtful.COORDINATE),
    ],
)
def test_a_point_that_cannot_be_right_is_flagged(tmp_path, lat, lon, column, reason):
    census = read(write_census(tmp_path, [place(1, lat=lat, lon=lon)]))

    assert reasons(census) == [(2, column, reason)]


@pytest.mark.parametrize(
    ("lat", "lon"), [("46.989419", "3.152649"), ("50,85", "4,35"), ("-21.1", "55.5"), ("47.123456789", "3")]
)
def test_points_in_both_countries_and_overseas_are_taken(tmp_path, lat, lon):
    census = read(write_census(tmp_path, [place(1, lat=lat, lon=lon)]))

    assert not census.doubts
    assert census.places[0].latitude is not None


def test_neither_postcode_nor_town_is_flagged(tmp_path):
    census = read(raw(tmp_path, "id,nom,ville\n1,Le Phare,\n"))

    assert reasons(census) == [(2, "ville", Doubtful.NO_PLACE)]


def test_the_same_name_in_the_same_town_is_flagged_and_both_are_kept(tmp_path):
    rows = [
        place(1, "L'inter'COW  espace"),
        place(2, "l’INTER COW Espace", ville="Nevers", adresse="Rue basse"),
        place(3, "L'inter'COW espace", ville="DECIZE", code_postal="58300"),
    ]

    census = read(write_census(tmp_path, rows))

    assert len(census.places) == 3
    assert [(one.line, one.reason, one.text[-3:]) for one in census.doubts] == [(3, Doubtful.SIMILAR, "(2)")]


def test_a_postcode_that_no_other_place_of_the_town_has_is_flagged(tmp_path):
    rows = [place(n) for n in range(3)] + [place("cedex", code_postal="58027", ville="NEVERS CEDEX")]

    census = read(write_census(tmp_path, rows))

    assert reasons(census) == [(5, "code_postal", Doubtful.POSTCODE_ODD)]
    assert census.places[3].town == "Nevers" and census.places[3].cells["ville"] == "NEVERS CEDEX"


def test_html_and_formulas_stay_text(tmp_path):
    census = read(write_census(tmp_path, [place(1, "=1+1", adresse="<script>alert(1)</script>")]))

    assert (census.places[0].name, census.places[0].address) == ("=1+1", "<script>alert(1)</script>")
    assert not census.doubts


def test_ways_of_helping_follow_the_vocabulary_and_alone_is_none_of_them(tmp_path):
    rows = [place(1, code_accomp="A-L-RDV-G-R"), place(2, code_accomp="A"), place(3, code_accomp="l / rdv")]

    modes = [one.modes for one in read(write_census(tmp_path, rows)).places]

    assert modes == [["open_access", "appointment", "workshop", "course"], [], ["open_access", "appointment"]]


def test_belgian_places_are_read_too(tmp_path):
    text = (
        "id,nom,code_postal,ville,tel\n1,EPN,1030,SCHAERBEEK,+32 2 240 00 00\n2,EPN b,5000,NAMUR,081221122\n"
        "3,EPN c,1210,SINT-JOOST-TEN-NODE,0470/12.34.56\n"
    )

    census = read(raw(tmp_path, text.replace("0470/12.34.56", "0470 12 34 56")))

    assert census.country == "be" and not census.doubts
    assert [one.phone for one in census.places] == ["02 240 00 00", "081 22 11 22", "0470 12 34 56"]
    assert [one.town for one in census.places] == ["Schaerbeek", "Namur", "Sint-Joost-ten-Node"]
    assert {one.department for one in census.places} == {""}


def test_every_cell_that_says_something_is_kept(tmp_path):
    rows = [place(n, **{"lundi matin": "9h-12h", "code_typo": "M", "url_lieu": "?"}) for n in range(3)]

    census = read(write_census(tmp_path, rows))

    assert [one.cells for one in census.places] == rows


def test_very_long_cells_take_no_time_and_are_flagged(tmp_path):
    long = {"url_lieu": "a-" * 60_000, "contact_tel": "0 " * 60_000, "code_label": "A-B" * 40_000}
    began = time.process_time()

    census = read(write_census(tmp_path, [place(1, **long)]))

    assert {doubt.column for doubt in census.doubts} == set(long)
    assert census.places[0].cells["url_lieu"] == long["url_lieu"]
    assert time.process_time() - began < 5  # of this process, however busy the machine


@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: f"nom,ville,lat,tel\n{text}".encode()))
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_at_all_break_the_reader(tmp_path, content):
    try:
        census = read(raw(tmp_path, content))
    except FileRefused:
        return

    assert len(census.places) + len(census.refusals) >= 1
    assert all("\0" not in value for one in census.places for value in one.cells.values())


@given(st.dictionaries(st.sampled_from(HEADINGS), st.text(max_size=80)))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_at_all_breaks_the_reader_and_none_is_lost(tmp_path, cells):
    cells = {head: value.encode("utf-8", "replace").decode() for head, value in cells.items()}

    try:
        census = read(write_census(tmp_path, [place(1), place(2, **cells)]))
    except FileRefused:  # so many control characters that it is no text
        assert sum(category(letter) == "Cc" for value in cells.values() for letter in value) > 5
        return

    for one in census.places:
        if one.line > 2:
            wanted = {head: value for head, value in place(2, **cells).items() if value.strip()}
            assert one.cells == wanted
    assert len(census.places) + len(census.refusals) + census.sheet.blank_rows == 2


def test_a_row_of_an_earlier_file_means_what_this_files_columns_mean():
    layout = Layout(("id", "nom", "structure", "ville"))

    assert layout.understood({"structure": "Mairie", "NOM": "Phare"}) == {Field.NAME: ("NOM", "Phare")}
    assert layout.identity("NOM") == layout.identity("nom") != layout.identity("structure")


def test_messages_are_in_the_readers_language(tmp_path):
    with translation.override("fr"), pytest.raises(FileRefused, match="Le fichier est vide"):
        read(raw(tmp_path, ""))

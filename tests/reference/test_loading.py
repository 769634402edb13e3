"""Loading reference facts: idempotent, nothing deleted, no code rewritten; and an operator's own communes."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from maillage.reference import services
from maillage.reference.models import Commune, DatedRule, Term
from maillage.reference.selectors import commune_label, forget, is_term, label_of
from maillage.reference.services import load_communes, load_reference
from maillage.spreadsheets.texts import folded
from network.cadastre.lieux.words import PROGRAMMES, codes, words
from tests.conftest import Cast


@pytest.fixture
def own_files(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A copy of the project's files, to be changed; the tables hold the originals."""
    for file in services.DATA.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(services, "DATA", tmp_path)
    yield tmp_path
    forget()


def rewrite(file: Path, change) -> None:
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    changed = [row for row in (change(row) for row in rows) if row is not None]
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)


def counts(done) -> dict[str, tuple[int, int, int]]:
    return {one.file: (one.created, one.changed, one.retired) for one in done}


def test_loading_twice_changes_nothing(cast: Cast) -> None:
    assert set(counts(load_reference()).values()) == {(0, 0, 0)}


def test_a_changed_label_is_updated_and_seen_at_once(own_files: Path) -> None:
    rewrite(
        own_files / "vocabularies.csv",
        lambda row: {**row, "label_fr": "Contributions"} if row["code"] == "tax" else row,
    )

    done = counts(load_reference())

    assert done["vocabularies.csv"] == (0, 1, 0)
    assert label_of("theme", "tax", "fr") == "Contributions"


def test_a_term_that_vanishes_is_retired_and_comes_back_when_its_line_does(own_files: Path) -> None:
    before = (own_files / "vocabularies.csv").read_bytes()
    rewrite(own_files / "vocabularies.csv", lambda row: None if row["code"] == "photos" else row)

    assert counts(load_reference())["vocabularies.csv"][2] == 1
    assert Term.objects.filter(vocabulary="theme", code="photos").exists()
    assert not is_term("theme", "photos")
    assert counts(load_reference())["vocabularies.csv"][2] == 0

    (own_files / "vocabularies.csv").write_bytes(before)
    load_reference()
    assert is_term("theme", "photos")


def test_a_new_code_is_a_new_term_and_the_old_one_stays(own_files: Path) -> None:
    rewrite(
        own_files / "vocabularies.csv",
        lambda row: {**row, "code": "pictures"} if row["code"] == "photos" else row,
    )

    created, _changed, retired = counts(load_reference())["vocabularies.csv"]

    assert (created, retired) == (1, 1)
    assert label_of("theme", "photos", "fr") == label_of("theme", "pictures", "fr")


def test_a_rule_that_becomes_known_is_updated(own_files: Path) -> None:
    rewrite(
        own_files / "dated-rules.csv",
        lambda row: (
            {**row, "value": "1473.37"}
            if (row["rule"], row["valid_from"]) == ("volunteer_defrayal_year", "2022-01-01")
            else row
        ),
    )

    assert counts(load_reference())["dated-rules.csv"] == (0, 1, 0)
    assert not DatedRule.objects.filter(rule="volunteer_defrayal_year", value__isnull=True).exists()


def test_a_file_that_breaks_half_way_leaves_the_tables_as_they_were(own_files: Path) -> None:
    rewrite(own_files / "vocabularies.csv", lambda row: {**row, "label_fr": "!"})
    rewrite(own_files / "dated-rules.csv", lambda row: {**row, "valid_from": "31/02/2021"})

    with pytest.raises(ValueError):
        load_reference()

    assert not Term.objects.filter(label_fr="!").exists()


def test_the_command_says_what_it_did(cast: Cast) -> None:
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert "vocabularies.csv" in out.getvalue()
    assert "unchanged" in out.getvalue()

    out = StringIO()
    call_command("load_reference", "--json", stdout=out)
    assert {row["file"]: row["unchanged"] for row in json.loads(out.getvalue())}["contract-types.csv"] == 17


def test_an_operators_communes_are_known_by_country_and_code(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "nievre.csv"
    file.write_text("code;name;postcodes;population\n58194;Nevers;58000;33085\n21001;Agencourt;21700;\n", "utf-8")

    out = StringIO()
    call_command("import_communes", str(file), "--country", "fr", stdout=out)

    assert commune_label("fr-58194", "nl") == "Nevers"
    assert commune_label("21001", "fr") == "Anderlecht", "the same digits are another commune in another country"
    assert Commune.objects.get(nis="fr-58194").population == 33085
    assert "2" in out.getvalue()
    load_reference()
    assert Commune.objects.get(nis="fr-58194").retired_at is None
    assert load_communes(file=file, country="fr").unchanged == 2
    forget()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nom,cp\nNevers,58000\n", "code / nis"),
        ("code,name,postcodes\n", "aucune ligne"),
        ("code,name,postcodes\n58194,,58000\n", "ligne 2"),
        ("code,name,postcodes\n58194,Nevers,\n", "ligne 2"),
        ("code,name,postcodes\n58194,Nevers,58000\n58194,Nevers,58000\n", "ligne 3"),
        ("code,name,postcodes,lat\n58194,Nevers,58000,NaN\n", "NaN"),
        ("code,name,postcodes,lat\n58194,Nevers,58000,north\n", "ligne 2"),
        ("code,name,postcodes,population\n58194,Nevers,58000,99999999999\n", "99999999999"),
        ("code,name,postcodes\n=1+1,Nevers,58000\n", "=1+1"),
    ],
)
def test_a_bad_list_of_communes_is_refused_whole_and_says_where(
    cast: Cast, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(text, "utf-8")

    with pytest.raises(CommandError, match="Nothing was loaded") as refused:
        call_command("import_communes", str(file), "--country", "fr", stdout=StringIO())

    assert message in str(refused.value)
    assert not Commune.objects.filter(country="fr").exists()


def test_a_list_of_communes_in_another_encoding_is_refused(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "communes.csv"
    file.write_bytes("code,name,postcodes\n71270,Mâcon,71000\n".encode("cp1252"))

    with pytest.raises(ValidationError):
        load_communes(file=file, country="fr")


def test_french_and_dutch_labels_have_the_apostrophe_of_the_interface_and_either_is_read() -> None:
    labels = [
        row[name]
        for file in ("vocabularies.csv", "contract-types.csv")
        for row in csv.DictReader((services.DATA / file).read_text(encoding="utf-8").splitlines())
        for name in ("label_fr", "label_nl")
    ]

    assert [one for one in labels if "'" in one] == []
    curly = [one for one in labels if "’" in one]
    assert len(curly) >= 14
    for one in curly:
        assert folded(one) == folded(one.replace("’", "'"))
    assert codes("Point d’accès numérique CAF", PROGRAMMES) == codes("Point d'accès numérique CAF", PROGRAMMES)
    assert words(["caf_access_point"], PROGRAMMES) == ["Point d'accès numérique CAF"], "as the schema spells it"

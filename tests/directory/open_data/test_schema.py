"""The checker says what frictionless, the schema's official reader, says; the profile changes what it declares."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import pytest

from network.cadastre.lieux import words
from network.cadastre.lieux.checking import findings
from network.cadastre.lieux.enums import Rule
from network.cadastre.lieux.schema import Schema, belgian, original
from network.directory.open_data.formats import as_csv

RIGHT = {
    "id": "structure-1", "pivot": "43493312300029", "nom": "Anonymal", "commune": "Reims", "code_postal": "51100",
    "code_insee": "51454", "adresse": "12 BIS RUE DE LECLERCQ", "latitude": "43.52609", "longitude": "5.41423",
    "telephone": "+33180059880", "date_maj": "2024-04-02", "itinerance": "Itinérant|Fixe",
    "services": "Maîtrise des outils numériques du quotidien|Insertion professionnelle via le numérique",
    "prise_en_charge_specifique": "Surdité|Langues étrangères (anglais)",
}  # fmt: skip
WRONG = [
    {"id": ""}, {"pivot": ""}, {"pivot": "12"}, {"nom": ""}, {"commune": ""}, {"code_postal": "1030"},
    {"code_postal": ""}, {"code_insee": "20123"}, {"adresse": ""}, {"latitude": "quarante"}, {"longitude": "5,4"},
    {"telephone": "01 80 05 98 80"}, {"telephone": "36 46"}, {"date_maj": "02/04/2024"}, {"date_maj": "2024-13-01"},
    {"date_maj": ""}, {"presentation_resume": "a" * 281}, {"itinerance": "Fixe;Itinérant"}, {"services": "Café"},
    {"frais_a_charge": "Gratuit|"}, {"formations_labels": "Étapes numériques (La Poste)"}, {"modalites_acces": "|"},
    {"latitude": ""}, {"telephone": ""}, {"services": ""},
]  # fmt: skip
RULES = {"required": Rule.REQUIRED, "unique": Rule.UNIQUE, "pattern": Rule.PATTERN, "maxLength": Rule.MAX_LENGTH}


def official(schema: Schema, file: Path) -> set[tuple[int, str, Rule]]:
    """Line, column and rule of each error that frictionless finds."""
    limit = csv.field_size_limit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import Resource
        from frictionless import Schema as TableSchema

        resource = Resource(
            path=file.name, basepath=str(file.parent), schema=TableSchema.from_descriptor(schema.descriptor)
        )
        tasks = resource.validate().tasks
    csv.field_size_limit(limit)  # it lets cells of any length in, for the whole process
    found = set()
    for error in tasks[0].errors:
        said = error.to_dict()
        if said["type"] == "type-error":
            rule = Rule.TYPE
        elif said["type"] == "unique-error":
            rule = Rule.UNIQUE
        elif said["type"] == "primary-key":  # it says the same of the identifier as `unique` does
            continue
        else:
            rule = RULES[re.findall(r"constraint \"(\w+)", said["note"])[0]]
        found.add((said["rowNumber"], said["fieldName"], rule))
    return found


def ours(schema: Schema, rows: list[dict[str, str]]) -> set[tuple[int, str, Rule]]:
    return {(one.line, one.column, one.rule) for one in findings(schema, rows)}


@pytest.mark.parametrize("schema", [original(), belgian()], ids=["original", "belgian"])
def test_the_checker_and_the_official_reader_find_the_same(schema: Schema, tmp_path: Path) -> None:
    home = {"code_postal": "1030", "telephone": "+3220001234", "code_insee": "21015", "pivot": ""}
    right = RIGHT if schema.is_original else {**RIGHT, **home}
    rows = [{**right, "id": f"place-{number}", **wrong} for number, wrong in enumerate(WRONG)]
    rows += [{**right, "id": "twice"}, {**right, "id": "twice"}, {**right, "id": "fine"}]
    file = tmp_path / "places.csv"
    file.write_bytes(as_csv(schema.names, rows))

    found = ours(schema, rows)

    assert found == official(schema, file)
    assert len(found) > 15 and not any(line == len(rows) + 1 for line, _column, _rule in found)


def test_a_file_of_right_rows_is_right(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes(as_csv(original().names, [RIGHT]))

    assert ours(original(), [RIGHT]) == official(original(), file) == set()
    assert len(original().names) == 32
    assert next(csv.reader(io.StringIO(file.read_text()))) == list(original().names)


def test_the_belgian_profile_differs_by_what_it_declares_and_nothing_else() -> None:
    profile = belgian().descriptor
    for field, before in zip(profile["fields"], original().descriptor["fields"], strict=True):
        declared = {change.constraint for change in belgian().changes if change.field == field["name"]}
        was, now = before.get("constraints", {}), field.get("constraints", {})
        assert {name for name in {*was, *now} if was.get(name) != now.get(name)} == declared
        assert {**field, "constraints": 0} == {**before, "constraints": 0}
    assert {change.field for change in belgian().changes} == {"pivot", "code_postal", "code_insee", "telephone"}


def test_each_of_our_words_obeys_the_rule_of_its_column() -> None:
    columns = {column.name: column for column in original().columns}
    for name, (_field, of) in words.LISTS.items():
        pattern = columns[name].pattern
        assert pattern is not None
        for code, word in of.items():
            assert pattern.match(word), word
            assert of[words.codes(word, of)[0][0]] == word, code
    assert words.codes("Étapes numériques (La Poste)", words.TRAINING_LABELS) == (["etapes_numeriques"], [])


@pytest.mark.parametrize(
    ("written", "country", "said"),
    [
        ("06 76 98 70 45", "fr", ["+33676987045"]), ("02 000 12 34", "be", ["+3220001234"]),
        ("+33 (0)1 80 05 98 80", "fr", ["+33180059880"]), ("0032 2 000 12 34", "be", ["+3220001234"]),
        ("03 85 00 00 01 / 03 85 00 00 02", "fr", ["+33385000001", "+33385000002"]), ("36 46", "fr", ["36 46"]),
        ("accueil", "fr", ["accueil"]), ("", "fr", []),
    ],
)  # fmt: skip
def test_a_telephone_number_is_said_as_the_world_dials_it(written: str, country: str, said: list[str]) -> None:
    assert words.international(written, country) == said


def test_no_text_is_a_formula_in_a_spreadsheet_and_none_is_changed_by_coming_back() -> None:
    for text in ("=1+1", "@SUM(A1)", "-2", " +3", "'quoted", "plain"):
        assert words.said(words.neutral(text)) == text
    assert words.neutral("=1+1") == "'=1+1"

"""Places in the schema: a file comes in, leaves again the same, and what is wrong in one is named."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from network.cadastre.census.parsing import read_census
from network.cadastre.lieux.schema import belgian, original
from network.directory.cards import copy_card
from network.directory.open_data.export import Export
from network.directory.open_data.files import file_of
from network.directory.open_data.selectors import exported
from tenants.premises.models import Site
from tenants.registry.models import Epn, Federation
from tests.conftest import Cast, inside
from tests.directory.open_data.test_schema import RIGHT
from tests.thoroughness import THOROUGH

FULL = {
    **RIGHT,
    "complement_adresse": "Le patio", "typologie": "TIERS_LIEUX|ASSO",
    "courriels": "contact@lieu.example|b@lieu.example",
    "site_web": "https://www.lieu.example/|https://social.example/lieu",
    "horaires": "Mo-Fr 09:00-12:00, Sa 10:00-12:00",
    "presentation_resume": "Pour les aînés.", "presentation_detail": "Des ateliers, le matin.", "source": "Hubik",
    "structure_parente": "Ville de Reims", "publics_specifiquement_adresses": "Jeunes|Femmes",
    "frais_a_charge": "Gratuit sous condition|Payant", "dispositif_programmes_nationaux": "Aidants Connect",
    "formations_labels": "Formé à « Mon Espace Santé »", "autres_formations_labels": "Label et la bête",
    "modalites_acces": "Se présenter|Téléphoner",
    "modalites_accompagnement": "Dans un atelier collectif|À distance|En autonomie",
    "fiche_acces_libre": "https://acceslibre.example/lieu/", "prise_rdv": "https://rdv.example/",
}  # fmt: skip
PLAIN = {**RIGHT, "id": "structure-2", "nom": "=Le Phare", "code_postal": "58000", "commune": "Nevers",
         "pivot": "00000000000000", "code_insee": "", "telephone": "", "services": "", "itinerance": "",
         "prise_en_charge_specifique": ""}  # fmt: skip


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, original().names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(file: Path, slug: str, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(
        "import_places", str(file), "--federation", slug, "--create", *arguments, "--json", stdout=out,
        stderr=io.StringIO(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def export_of(slug: str) -> Export:
    federation = Federation.objects.select_related("space").get(slug=slug)
    with inside(federation):
        return exported(federation)


def strict(found: Export) -> bytes:
    return file_of(found, "csv", complete=False, licence="", url="")


def test_a_file_comes_in_and_leaves_the_same_and_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path / "places.csv", [FULL, {**PLAIN, "nom": "'=Le Phare"}])

    dry = run(file, "marne")
    assert (dry["applied"], dry["created"], dry["refused"], dry["unknown_columns"]) == (False, 2, 0, [])
    assert not Federation.objects.filter(slug="marne").exists()
    done = run(file, "marne", "--apply")
    assert (done["created"], done["doubtful"]) == (2, 0)
    again = run(file, "marne", "--apply")
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)

    epn = Epn.objects.get(slug="anonymal")
    with inside(epn):
        site = Site.objects.get()
        assert (site.phone, site.website, site.email) == (
            "01 80 05 98 80", "https://www.lieu.example/", "contact@lieu.example",
        )  # fmt: skip
        assert site.services == ["everyday_tools", "work"] and site.modes == ["workshop", "remote", "open_access"]
        assert (site.supports, site.languages, site.mobility) == (["hearing"], ["en"], ["itinerant", "fixed"])
        assert (site.summary, site.opening_hours) == ("Pour les aînés.", "Mo-Fr 09:00-12:00; Sa 10:00-12:00")
    found = export_of("marne")
    rows = {row["id"]: row for row in found.rows}
    whole = {**dict.fromkeys(original().names, ""), **FULL}
    assert rows["structure-1"] == whole
    assert (rows["structure-2"]["nom"], rows["structure-2"]["pivot"]) == ("=Le Phare", "00000000000000")
    assert [(one.finding.line, one.finding.column, one.finding.rule) for one in found.cells] == [
        (2, "pivot", "required"),
    ]  # fmt: skip

    ours = tmp_path / "ours.csv"
    ours.write_bytes(strict(found))
    run(ours, "copie", "--apply")
    assert strict(export_of("copie")) == strict(found)

    # What the EPN changes or hides itself is what is said from then on, in our words.
    with inside(epn):
        Site.objects.update(services=["creation"], hidden=["phone"], town="Épernay")
    copy_card(epn.pk)
    changed = {row["id"]: row for row in export_of("marne").rows}["structure-1"]
    assert (changed["services"], changed["telephone"], changed["commune"]) == (
        "Loisirs et créations numériques", "", "Épernay",
    )  # fmt: skip
    assert changed["courriels"] == FULL["courriels"] and changed["date_maj"] > FULL["date_maj"]


def test_one_bad_row_among_many_is_named_and_nothing_is_written(cast: Cast, tmp_path: Path) -> None:
    many = 20_000 if THOROUGH else 500
    rows = [{**FULL, "id": f"p{number}", "nom": f"Lieu {number}"} for number in range(many)]
    rows[many // 2] |= {"code_postal": "5110", "latitude": "quarante"}
    file = written(tmp_path / "many.csv", rows)

    with pytest.raises(CommandError):
        run(file, "marne", "--apply")

    assert not Federation.objects.filter(slug="marne").exists()
    (refused,) = read_census(file).refusals
    assert (refused.line, refused.column, refused.value) == (many // 2 + 2, "code_postal", "5110")
    assert refused.reason.value == "schema"


def test_belgian_places_obey_the_profile_and_the_report_says_why_not_the_original(cast: Cast) -> None:
    with inside(cast.poste):
        Site.objects.update(
            phone="02 000 12 34 / 02 000 12 35", address="Rue de la Poste 900", email="epn@poste.example",
            languages=["fr", "en", "ar"], services=["procedures"], latitude="50.86", longitude="4.38",
        )  # fmt: skip
    with inside(cast.abattoirs):
        Site.objects.update(phone="demander à l'accueil")
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn.pk)

    with inside(cast.caban):
        profile, french = exported(cast.caban), exported(cast.caban, original())

    assert profile.schema is belgian() and [row["nom"] for row in profile.rows] == ["Rue de la Poste"]
    (row,) = profile.rows
    assert (row["code_postal"], row["code_insee"], row["telephone"]) == ("1030", "21015", "+3220001234")
    assert row["prise_en_charge_specifique"] == "Langues étrangères (anglais)|Langues étrangères (autres)"
    assert (row["latitude"], row["source"], row["courriels"]) == ("50.86", "Caban", "epn@poste.example")
    told = {(one.name, one.finding.column, one.finding.rule.value, one.outcome.value) for one in profile.cells}
    assert told == {
        ("Abattoirs", "adresse", "required", "row_left_out"),
        ("Abattoirs", "telephone", "pattern", "row_left_out"),
        ("Rue de la Poste", "telephone", "pattern", "shortened"),
    }
    assert french.rows == []
    poste = {(one.finding.column, one.finding.rule.value) for one in french.cells if one.name == "Rue de la Poste"}
    assert poste == {
        ("pivot", "required"), ("code_postal", "pattern"), ("code_insee", "foreign"), ("telephone", "pattern"),
    }  # fmt: skip


def test_the_command_writes_the_file_and_lists_each_cell(cast: Cast, tmp_path: Path) -> None:
    copy_card(cast.nevers.pk)
    out, file = io.StringIO(), tmp_path / "out.csv"

    call_command("export_places", "--federation", "loire", "--output", str(file), "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["places"], told["published"]) == (1, 0)
    assert {(one["line"], one["column"], one["rule"]) for one in told["cells"]} == {
        (2, "pivot", "required"), (2, "adresse", "required"),
    }  # fmt: skip
    assert len(file.read_text().splitlines()) == 1
    call_command("export_places", "--federation", "loire", "--output", str(file), "--format", "geojson", stdout=out)
    assert json.loads(file.read_text())["features"][0]["geometry"] is None
    with pytest.raises(CommandError):
        call_command("export_places", "--federation", "nulle-part")

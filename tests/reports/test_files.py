"""A frozen report as files: the same bytes again, in three languages, and what somebody typed stays a text."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from maillage.design.pdf import Unprintable
from network.reports.content import Content, from_bytes, to_bytes
from network.reports.enums import Format
from network.reports.files import files_of, sha256_of
from tests.reports.invented import content, words

HARMLESS = '#panic() = *x* $y$ @a \\n <script>alert(1)</script> "); #read("/etc/passwd") =1+1 Deuxième paragraphe.'


def root_of(pdf: bytes) -> Any:
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def tags_of(pdf: bytes) -> set[str]:
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif hasattr(node, "get_object") and isinstance(node.get_object(), dict):
            one = node.get_object()
            found.add(str(one.get("/S", "")))
            if "/K" in one:
                walk(one["/K"])

    walk(root_of(pdf)["/StructTreeRoot"]["/K"])
    return found


def book_of(file: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize(
    ("language", "title", "withheld", "at_least"),
    [
        ("fr", "Comment c’est compté", "masqué", "au moins 1 234"),
        ("nl", "Hoe dit geteld is", "verborgen", "minstens 1.234"),
        ("en", "How this was counted", "withheld", "at least 1,234"),
    ],
)
def test_a_report_is_the_same_bytes_again_and_speaks_its_language(
    language: str, title: str, withheld: str, at_least: str
) -> None:
    told = content(language=language)
    files = files_of(told)

    assert files == files_of(from_bytes(to_bytes(told))), "also after it was read back"
    assert set(files) == set(Format) and files[Format.JSON] == to_bytes(told)
    pdf = PdfReader(io.BytesIO(files[Format.PDF]))
    text = text_of(files[Format.PDF]).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert (root_of(files[Format.PDF])["/Lang"], pdf.metadata and pdf.metadata.title) == (
        language,
        "Rapport 2026 – Caban",
    )
    assert b"pdfuaid" in files[Format.PDF]
    assert {"/H1", "/Table", "/TH", "/TD", "/P", "/Figure"} <= tags_of(files[Format.PDF])
    assert title in text and withheld in text and at_least in text
    assert sha256_of(files[Format.JSON]) in text.replace(" ", ""), "the hash of the data stands on the paper"
    assert f"/caban/verify/{sha256_of(files[Format.JSON])}/" in text.replace(" ", "")
    header = files[Format.CSV].decode("utf-8-sig").split("\r\n")[0]
    assert header.startswith(
        {"fr": "Code de la ligne;", "nl": "Code van de lijn;", "en": "Code of the line;"}[language]
    )


def test_paper_says_what_a_reader_needs_to_believe_it() -> None:
    text = text_of(files_of(content())[Format.PDF]).replace("\N{NO-BREAK SPACE}", " ")

    for piece in (
        "Région de Bruxelles-Capitale", "3 EPN", "Dries Peeters", "coordinateur du réseau", "RBC-2026/12", "25 000 €",
        "novembre 2026 à décembre 2026", "24 310,25 €", "19,69 €", "50 %", "page 1 sur", "Un mois était oublié.",
        "1 400",
        "Compté : 28", "Dépensé (24 310,25 €) divisé par Visites (au moins 1 234)", "60 sur 121",
        "chaque personne compte chaque fois qu’elle vient",
    ):  # fmt: skip
        assert piece in text, piece


def test_what_somebody_typed_is_a_text_on_paper_and_in_a_spreadsheet() -> None:
    told = content()
    hostile = replace(
        told,
        title="=cmd|'/c calc'!A1 #let",
        funder="*Région* $x$ @all _a_ `b` \\ ~ ]",
        introduction="[#import \"a.typ\"] <b>\0\x07</b>",
        places=(replace(told.places[0], name="@EPN #1 *gras*\x7f"), *told.places[1:]),
        lines=tuple(replace(one, label=words("=2+3*cmd")) if one.code == "pupils" else one for one in told.lines),
    )  # fmt: skip

    files = files_of(hostile)

    text = text_of(files[Format.PDF]).replace("“", '"').replace("”", '"')
    for piece in (HARMLESS, "=cmd|'/c calc'!A1 #let", "*Région* $x$ @all _a_ `b` \\ ~ ]", '[#import "a.typ"] <b></b>',
                  "@EPN #1 *gras*"):  # fmt: skip
        assert piece in text, piece
    csv = files[Format.CSV].decode("utf-8-sig")
    assert "'=2+3*cmd" in csv and "'=1+1 et @moi" in csv and "\0" not in csv
    book = book_of(files[Format.XLSX])
    assert ["pupils", "=2+3*cmd"] in [row[:2] for row in book["Chiffres"]]
    assert b"<f>" not in files[Format.XLSX]
    assert b"\\u0000" in files[Format.JSON], "the data keep what was typed"
    with pytest.raises(Unprintable):
        files_of(replace(told, introduction="Merci \N{PARTY POPPER}"))


def test_the_workbook_has_a_sheet_for_each_thing_and_numbers_are_numbers() -> None:
    book = book_of(files_of(content())[Format.XLSX])

    assert list(book) == [
        "À propos", "Chiffres", "Par EPN", "Visites par thème", "Argent", "Textes", "Chiffres corrigés", "Méthode",
    ]  # fmt: skip
    figures = {row[0]: row for row in book["Chiffres"]}
    assert figures["visits"][2:6] == [1234.5, 1300, "au moins", 1200]
    assert figures["unknown"][2] == ""
    epn = {row[0]: row for row in book["Par EPN"]}
    assert epn["Espace numérique 1"] == ["Espace numérique 1", "Schaerbeek", 0.5, 60, 480]
    assert epn["Espace numérique 2"][3] == "masqué", "never zero"
    assert book["Argent"][1][4] == 25000
    assert [row[2] for row in book["Visites par thème"][1:4]] == [140, 60.5, "masqué"]


def test_a_report_without_a_number_and_one_of_nothing_are_made_too() -> None:
    told = content()
    only_words = replace(told, lines=tuple(one for one in told.lines if one.kind == "text"), restated=(), grants=())
    nothing = replace(only_words, lines=(), places=(), releases=(), as_of=None, introduction="")

    for one in (only_words, nothing):
        files = files_of(one)
        assert "Ce rapport ne contient aucun chiffre." in text_of(files[Format.PDF])
        assert "Chiffres" in book_of(files[Format.XLSX])


def test_a_word_that_is_longer_than_a_column_is_cut_and_keys_of_several_years_are_told_apart() -> None:
    told = content()
    place = replace(told.places[0], name="m" * 200, key=Decimal(50), keys={"2025": "40", "2026": "60"})

    text = text_of(files_of(replace(told, places=(place, *told.places[1:])))[Format.PDF])

    assert text.replace("\N{ZERO WIDTH SPACE}", "").replace(" ", "").count("m" * 200) == 2, "of its numbers, of its key"
    assert "2025 : 40 %, 2026 : 60 %" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_two_hundred_epn_stand_on_paper_each_on_its_line() -> None:
    told: Content = content(200)

    files = files_of(told)

    text = text_of(files[Format.PDF])
    assert all(f"Espace numérique {n} " in text for n in (1, 99, 200))
    assert len(book_of(files[Format.XLSX])["Par EPN"]) == 201
    assert sum(Decimal(one.key) for one in told.places) == Decimal(19950)

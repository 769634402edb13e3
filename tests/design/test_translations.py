from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from maillage.design import translations


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources and catalogues of this test's own."""
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "LOCALE_DIR", tmp_path / "locale")
    monkeypatch.setattr(translations, "SOURCES", ("templates", "code"))
    for function in (translations.found_strings, translations.source_files):
        monkeypatch.setattr(function, "__defaults__", (("templates", "code"),))
    return tmp_path


def written(elsewhere: Path, html: str) -> None:
    (elsewhere / "templates" / "page.html").write_text("{% load i18n %}" + html)


def test_every_string_is_translated_into_french_and_dutch() -> None:
    assert translations.check_catalogues() == []


def test_strings_of_templates_and_code_are_found(elsewhere: Path) -> None:
    written(
        elsewhere,
        """{% translate "One" %}{% translate "Two" context "verb" %}{{ _("Three") }}
        {% blocktranslate trimmed with who=name %}
          Four to {{ who }}
        {% endblocktranslate %}
        {% blocktranslate count n=n %}{{ n }} five{% plural %}{{ n }} fives{% endblocktranslate %}
        {% translate "65 % of it" %}""",
    )
    (elsewhere / "code").mkdir()
    (elsewhere / "code" / "a.py").write_text('_("Six")\nngettext("%(n)s seven", "%(n)s sevens", n)\n')

    found = translations.found_strings()

    assert set(found.values()) == {
        "One",
        "Two",
        "Three",
        "Four to %(who)s",
        ("%(n)s five", "%(n)s fives"),
        "65 %% of it",
        "Six",
        ("%(n)s seven", "%(n)s sevens"),
    }
    assert ("verb", "Two") in found


def test_a_written_translation_is_read_back_and_the_file_is_sorted_without_dates(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "B" %}{% translate "A" %}')
    translations.extract_strings()

    translations.add_translations("fr", {"B": "Bé", "A": "À"})

    text = translations.po_path("fr").read_text("utf-8")
    assert text.index('msgid "A"') < text.index('msgid "B"')
    assert "Date" not in text
    assert "page.html" not in text
    assert [line for line in translations.check_catalogues() if line.startswith("fr")] == []


def test_extracting_twice_changes_nothing(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "A" %}{% blocktranslate count n=n %}x{% plural %}y{% endblocktranslate %}')
    translations.extract_strings()
    before = translations.po_path("nl").read_bytes()

    translations.extract_strings(prune=True)

    assert translations.po_path("nl").read_bytes() == before


def test_a_plural_is_a_list_of_forms_even_before_extraction(elsewhere: Path) -> None:
    written(elsewhere, "{% blocktranslate count n=n %}{{ n }} visit{% plural %}{{ n }} visits{% endblocktranslate %}")

    translations.add_translations("fr", {"%(n)s visit": ["%(n)s visite", "%(n)s visites"]})

    assert translations.missing_strings("fr") == {}
    assert translations.missing_strings("nl") == {"%(n)s visit": ["", ""]}


def test_a_list_for_a_string_without_plural_is_refused(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "A" %}')

    with pytest.raises(translations.UnknownPlural, match="'A'"):
        translations.add_translations("fr", {"A": ["un", "deux"]})


@pytest.mark.parametrize(
    ("msgid", "msgstr", "problem"),
    [
        ("Hello %(name)s", "Bonjour %(nom)s", "placeholders differ"),
        ("Hello {name}", "Bonjour", "placeholders differ"),
        ("%d visits", "visites", "placeholders differ"),
        ("Hello", "", "not translated"),
    ],
)
def test_what_a_reader_would_notice_is_reported(elsewhere: Path, msgid: str, msgstr: str, problem: str) -> None:
    (elsewhere / "code").mkdir()
    (elsewhere / "code" / "a.py").write_text(f"_({msgid!r})\n")
    translations.extract_strings()

    translations.add_translations("fr", {msgid: msgstr})

    assert [line for line in translations.check_catalogues() if line.startswith(f"fr: {problem}")]


def test_a_percent_sign_is_not_a_placeholder(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "65 % of it" %}')
    translations.extract_strings()

    translations.add_translations("fr", {"65 %% of it": "65 %% du total"})

    assert [line for line in translations.check_catalogues() if line.startswith("fr")] == []


def test_missing_and_obsolete_strings_are_reported(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "Old" %}')
    translations.extract_strings()
    written(elsewhere, '{% translate "New" %}')

    problems = translations.check_catalogues()

    assert "fr: missing: 'New'" in problems
    assert "fr: obsolete: 'Old'" in problems


def _add(root: str, number: int) -> None:
    translations.LOCALE_DIR = Path(root)
    translations.add_translations("fr", {f"Message {number}-{n}": f"Message {n}" for n in range(5)})


def test_people_who_add_at_once_all_find_their_words(elsewhere: Path) -> None:
    processes = [
        multiprocessing.get_context("spawn").Process(target=_add, args=(str(translations.LOCALE_DIR), n))
        for n in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert len(translations.entries(translations.read("fr"))) == 20


def test_a_stale_catalogue_is_compiled_and_a_fresh_one_left(elsewhere: Path) -> None:
    written(elsewhere, '{% translate "A" %}')
    translations.extract_strings()
    assert translations.compile_catalogues(only_stale=True) == ["fr", "nl"]
    assert translations.compile_catalogues(only_stale=True) == []

    source = translations.po_path("nl")
    os.utime(source, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns + 1_000_000))

    assert translations.compile_catalogues(only_stale=True) == ["nl"]


def test_an_untranslated_string_falls_back_to_english(elsewhere: Path) -> None:
    import gettext

    written(elsewhere, '{% translate "Hello" %}')
    translations.extract_strings()
    translations.compile_catalogues()

    with translations.mo_path("fr").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Hello") == "Hello"


def test_the_command_line_reads_both_languages_at_once(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    words = {"fr": {"A": "À"}, "nl": {"A": "Aa"}}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(words)))

    assert translations.main(["add"]) == 0

    assert "fr: 1 written" in capsys.readouterr().out
    assert translations.forms_of(translations.entries(translations.read("nl"))[None, "A"]) == ("Aa",)


def test_a_straight_apostrophe_is_mended_where_it_is_written_and_refused_where_it_is_found(elsewhere: Path) -> None:
    (elsewhere / "code").mkdir()
    (elsewhere / "code" / "a.py").write_text("_('It is %(name)s')\n")
    translations.extract_strings()

    translations.add_translations("fr", {"It is %(name)s": "C'est l'%(name)s"})

    path = translations.po_path("fr")
    assert "C’est l’%(name)s" in path.read_text()
    path.write_text(path.read_text().replace("C’est", "C'est"))
    assert [line for line in translations.check_catalogues() if line.startswith("fr: straight apostrophe")]
    translations.extract_strings()
    assert "C’est l’%(name)s" in path.read_text()

"""Translations without gettext's binaries: `python -m maillage.design.translations COMMAND`.

`extract` adds the strings found in code and templates, `add` writes translations under a lock, `missing`
prints what is left to translate as JSON, `compile` makes the .mo files, `check` fails on anything wrong.
The .po files carry no date and no line number, and are sorted, so that work done side by side merges.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALE_DIR = Path(__file__).resolve().parent / "locale"
ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("platform/maillage", "tenants", "network", "api", "templates")
LANGUAGES = ("fr", "nl")
PLURAL_FORMS = {"fr": "nplurals=2; plural=(n > 1);", "nl": "nplurals=2; plural=(n != 1);"}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
A_KEYWORD = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*\(")
# French has ’ where an English keyboard has ', but for what stands between quotation marks of code.
STRAIGHT = {"fr": re.compile(r"(?<=\w)'(?=[\w%<«“])")}
CONTEXT_SEPARATOR = "\x04"
PLACEHOLDER = re.compile(r"%\([\w.|:]+\)[sdif]|(?<!\{)\{[\w.]*(?:![rsa])?(?::[^{}]*)?\}(?!\})|%%|%[sd]")

Key = tuple[str | None, str]


class UnknownPlural(ValueError):
    """A list of forms was given for a string that has no plural in code or catalogue."""


def po_path(language: str) -> Path:
    return LOCALE_DIR / language / "LC_MESSAGES" / "django.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")


# --- what the code says -------------------------------------------------------------------------------------


def source_files(under: Iterable[str] = SOURCES) -> Iterator[Path]:
    for name in under:
        base = ROOT / name
        if base.is_file():
            yield base
        for path in sorted(base.rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def messages_in(path: Path) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """(context, msgid) or (context, (msgid, plural)) for each string of one file."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django makes code of a template, for a reader that has no indentation.
        source = "\n".join(line.strip() for line in templatize(source).splitlines())
    elif not A_KEYWORD.search(source):  # more than half of our modules: they need not be read word by word
        return
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        if isinstance(message, str):
            if message:
                yield context, message
        else:
            yield context, (message[0], message[1])


def found_strings(under: Iterable[str] = SOURCES) -> dict[Key, str | tuple[str, str]]:
    strings: dict[Key, str | tuple[str, str]] = {}
    for path in source_files(under):
        for context, message in messages_in(path):
            key = (context, message if isinstance(message, str) else message[0])
            # A string used with and without plural is one entry, the one with the plural.
            if not isinstance(strings.get(key), tuple):
                strings[key] = message
    return strings


# --- the catalogues -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Hold the catalogues, so that two people adding at once both find their strings in the end."""
    LOCALE_DIR.mkdir(parents=True, exist_ok=True)
    handle = os.open(LOCALE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(language: str) -> Catalog:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as handle:
        return read_po(handle, locale=language, abort_invalid=True)


def write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def typographic(language: str, text: str) -> str:
    straight = STRAIGHT.get(language)
    return straight.sub("’", text) if straight else text


def write(language: str, catalog: Catalog) -> None:
    from babel.messages.pofile import write_po

    for message in catalog:
        if message.id:
            forms = tuple(typographic(language, form) for form in forms_of(message))
            message.string = forms[0] if isinstance(message.string, str) else forms
    body = io.BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, ignore_obsolete=True, sort_output=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n\n'
    )
    write_atomically(po_path(language), header.encode() + body.getvalue().strip() + b"\n")


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in catalog if m.id}


def forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def is_translated(message: Message) -> bool:
    return all(forms_of(message)) and not message.fuzzy


# --- commands -----------------------------------------------------------------------------------------------


def extract_strings(*, prune: bool = False) -> str:
    strings = found_strings()
    added = removed = 0
    with locked():
        for language in LANGUAGES:
            catalog = read(language)
            known = entries(catalog)
            for (context, msgid), message in strings.items():
                present = known.get((context, msgid))
                if present is None:
                    catalog.add(message, context=context)
                    added += 1
                elif isinstance(message, tuple) and present.id != message:
                    catalog.delete(msgid, context)
                    catalog.add(message, context=context)
                    added += 1
            if prune:
                for context, msgid in known.keys() - strings.keys():
                    catalog.delete(msgid, context)
                    removed += 1
            catalog.obsolete.clear()
            write(language, catalog)
    return f"{len(strings)} strings; {added} added, {removed} removed"


def add_translations(language: str, translations: dict[str, str | list[str]]) -> str:
    """Write translations; a list holds the plural forms, `context\\u0004msgid` a string with a context."""
    strings: dict[Key, str | tuple[str, str]] | None = None
    with locked():
        catalog = read(language)
        known = entries(catalog)
        for name, value in translations.items():
            context, _separator, msgid = name.rpartition(CONTEXT_SEPARATOR)
            key = (context or None, msgid)
            identifier: str | tuple[str, str] = msgid
            if isinstance(value, list):
                present = known.get(key)
                found = present.id if present is not None else None
                if not isinstance(found, tuple | list):
                    strings = found_strings() if strings is None else strings
                    found = strings.get(key)
                if not isinstance(found, tuple | list):
                    raise UnknownPlural(f"no plural found in the code for {msgid!r}")
                identifier = (found[0], found[1])
                if key in known:
                    catalog.delete(msgid, context or None)
            catalog.add(
                identifier,
                string=value if isinstance(value, str) else tuple(value),
                context=context or None,
                flags=(),
            )
            entry = catalog.get(msgid, context or None)
            assert entry is not None
            entry.string = value if isinstance(value, str) else tuple(value)
            entry.flags.discard("fuzzy")
        write(language, catalog)
    problems = [
        line for line in problems_of(language, catalog) if any(k.split("\x04")[-1] in line for k in translations)
    ]
    return "\n".join([f"{language}: {len(translations)} written", *problems])


def missing_strings(language: str, under: Iterable[str] = SOURCES) -> dict[str, str | list[str]]:
    """The untranslated strings of these files, in the form that `add` reads."""
    known = entries(read(language))
    result: dict[str, str | list[str]] = {}
    for (context, msgid), message in sorted(found_strings(under).items(), key=str):
        present = known.get((context, msgid))
        if (
            present is None
            or not is_translated(present)
            or isinstance(message, tuple) != isinstance(present.id, tuple | list)
        ):
            name = msgid if context is None else f"{context}{CONTEXT_SEPARATOR}{msgid}"
            result[name] = ["", ""] if isinstance(message, tuple) else ""
    return result


def is_stale(language: str) -> bool:
    source, target = po_path(language), mo_path(language)
    return source.exists() and (not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns)


def compile_catalogues(*, only_stale: bool = False) -> list[str]:
    """Make the .mo files and return the languages compiled. Imports Babel only when there is work."""
    compiled = []
    for language in LANGUAGES:
        if only_stale and not is_stale(language):
            continue
        from babel.messages.mofile import write_mo

        stamp = po_path(language).stat().st_mtime_ns
        buffer = io.BytesIO()
        write_mo(buffer, read(language))
        write_atomically(mo_path(language), buffer.getvalue())
        # A .po written while we compiled must look newer than what we made from the one before.
        os.utime(mo_path(language), ns=(stamp, stamp))
        compiled.append(language)
    return compiled


def placeholders(text: str) -> list[str]:
    return sorted(found for found in PLACEHOLDER.findall(text) if found != "%%")


def problems_of(language: str, catalog: Catalog) -> list[str]:
    problems = []
    for (_context, msgid), message in entries(catalog).items():
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        if message.fuzzy:
            problems.append(f"{language}: fuzzy: {msgid!r}")
        if not all(forms_of(message)):
            problems.append(f"{language}: not translated: {msgid!r}")
            continue
        allowed = [placeholders(source) for source in sources]
        for form in forms_of(message):
            if typographic(language, form) != form:
                problems.append(f"{language}: straight apostrophe: {form!r}")
            if placeholders(form) not in allowed:
                problems.append(f"{language}: placeholders differ: {msgid!r} -> {form!r}")
            if form.endswith("\n") != msgid.endswith("\n") or form.startswith("\n") != msgid.startswith("\n"):
                problems.append(f"{language}: first or last line break differs: {msgid!r}")
    return problems


def check_catalogues() -> list[str]:
    strings = found_strings()
    problems = []
    for language in LANGUAGES:
        catalog = read(language)
        known = entries(catalog)
        problems += [f"{language}: missing: {msgid!r}" for _c, msgid in sorted(strings.keys() - known.keys(), key=str)]
        problems += [f"{language}: obsolete: {msgid!r}" for _c, msgid in sorted(known.keys() - strings.keys(), key=str)]
        problems += [
            f"{language}: plural differs: {key[1]!r}"
            for key in sorted(strings.keys() & known.keys(), key=str)
            if isinstance(strings[key], tuple) != isinstance(known[key].id, tuple | list)
        ]
        problems += problems_of(language, catalog)
        if po_path(language).exists():
            problems += [
                f"{language}: an obsolete entry (#~) is left"
                for line in [po_path(language).read_text("utf-8")]
                if "\n#~" in line
            ]
    return problems


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m maillage.design.translations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("extract", help="add the strings of code and templates to the catalogues")
    command.add_argument("--prune", action="store_true", help="remove the strings that are no longer used")
    command = commands.add_parser("compile", help="make the .mo files")
    command.add_argument("--if-stale", action="store_true", help="only where the .po is newer")
    commands.add_parser("check", help="fail on missing, fuzzy, obsolete entries and differing placeholders")
    command = commands.add_parser("add", help="read JSON {msgid: translation} from standard input")
    command.add_argument("language", nargs="?", choices=LANGUAGES, help='without it: {"fr": {…}, "nl": {…}}')
    command = commands.add_parser("missing", help="print what is left to translate as JSON")
    command.add_argument("language", choices=LANGUAGES)
    command.add_argument("paths", nargs="*", default=SOURCES, help="files or folders, from the root")
    options = parser.parse_args(arguments)

    if options.command == "extract":
        print(extract_strings(prune=options.prune))
    elif options.command == "compile":
        print("compiled:", ", ".join(compile_catalogues(only_stale=options.if_stale)) or "nothing to do")
    elif options.command == "missing":
        print(json.dumps(missing_strings(options.language, options.paths), ensure_ascii=False, indent=1))
    elif options.command == "add":
        given = json.load(sys.stdin)
        for language, translations in ({options.language: given} if options.language else given).items():
            print(add_translations(language, translations))
    else:
        problems = check_catalogues()
        print("\n".join(problems) or "translations: complete")
        return 1 if problems else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

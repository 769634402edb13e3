"""Papers to print, made by typst: tagged PDF (PDF/UA-1), the same bytes whenever the same is said of the same moment.

A template is a file of `templates/` that ends in `.typ`. It finds what is said in `data`, which came as JSON: a name
that reads like a command of typst stays a name. Language, title, page and fonts are set here, once for the house; the
fonts are those inside the wheel, so that no machine's own ones make another paper.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.http import content_disposition_header

# Libertinus has Latin, Greek and Cyrillic; DejaVu adds Arabic, Armenian and Georgian.
PRELUDE = """\
#let data = json("data.json")
#let about = json("about.json")
#set document(title: about.title, date: auto)
#set text(lang: about.language, font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 11pt)
#set page(paper: "a4", margin: 2cm)
#set par(justify: false, leading: 0.7em)
#show title: set text(size: 24pt)
#show figure: set block(breakable: true)  // else the rows that don't fit on a page are lost
"""
NO_GLYPH = "could not be displayed with font"


class Unprintable(ValueError):
    """Something that was typed has a character that our fonts don't have, a drawing for instance."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def render(
    template: str,
    data: Mapping[str, object],
    *,
    title: str,
    language: str,
    moment: dt.datetime,
) -> bytes:
    """The PDF of a template, `workshops/certificate.typ` for instance.

    `moment` is the document's date, and what `datetime.today()` gives in it. A picture goes along as numbers in `data`:
    this package reads no binary file. Raises Unprintable.
    """
    about = {"title": title, "language": language.partition("-")[0]}
    project: dict[str, bytes] = {
        "main.typ": (PRELUDE + (Path(settings.ROOT) / "templates" / template).read_text()).encode(),
        "data.json": json.dumps(data, cls=DjangoJSONEncoder).encode(),
        "about.json": json.dumps(about, cls=DjangoJSONEncoder).encode(),
    }
    made = typst.Compiler(project, font_paths=_fonts(), ignore_system_fonts=True)  # type: ignore[type-var]
    try:
        # A tag for each heading, table and paragraph, or an error: what can't be read aloud isn't made.
        pdf = made.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(moment.timestamp()))
    except typst.TypstError as error:
        if NO_GLYPH in str(error):
            raise Unprintable(str(error)) from error
        raise
    assert isinstance(pdf, bytes)
    return pdf


def pdf_response(filename: str, pdf: bytes) -> HttpResponse:
    """To be saved, and kept by nobody on the way: it may hold a name."""
    response = HttpResponse(pdf, content_type="application/pdf")
    disposition = content_disposition_header(True, filename)
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store"
    return response

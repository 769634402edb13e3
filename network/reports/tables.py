"""The tables of reports as rows of files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from network.funding.ledger.tables import Table
from network.funding.models import ReportDate
from network.reports.content import Content
from network.reports.models import Pack, PackLine, Report, ReportStep
from network.reports.showing import in_words


def of_reports(found: Iterable[Report]) -> Table:
    names = ("report", "funder", "pack", "first_month", "last_month", "state", "version")
    header = [
        _("Report"),
        _("Funder"),
        _("Pack"),
        _("From which month"),
        _("Until which month, included"),
        _("State"),
        _("Version"),
    ]
    rows = [
        [one.title, one.pack_version.pack.funder.name, one.pack_version.pack.title, one.first, one.last,
         str(one.get_state_display()), one.number]
        for one in found
    ]  # fmt: skip
    return Table("reports", names, header, rows)


def of_due(found: Iterable[ReportDate]) -> Table:
    header = [_("To hand in by"), _("What is expected"), _("Grant"), _("Funder")]
    rows = [[one.due_on, one.label, one.grant.title, one.grant.funder.name] for one in found]
    return Table("reports-due", ("due_on", "what", "grant", "funder"), header, rows)


def of_lines(content: Content) -> Table:
    """A row for each line, and for each of its parts."""
    names = (
        "line", "part", "value", "whole", "withheld", "missing", "computed", "target", "unit", "source", "note", "text",
    )  # fmt: skip
    header = [
        _("Line"), _("Part"), _("Counts for the grant"), _("In all"), _("Numbers withheld"), _("Months not published"),
        _("Computed"), _("Target"), _("Unit"), _("Where it comes from"), _("Note"), _("Text"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for one in content.lines:
        label, unit = in_words(one.label), in_words(one.unit)
        rows.append([
            label, "", one.value, one.whole, one.withheld, " ".join(one.missing), one.computed, one.target, unit,
            one.source or (f"{one.numerator} ÷ {one.denominator}" if one.numerator else ""), one.note, one.text,
        ])  # fmt: skip
        for part in one.by_epn + one.by_value:
            rows.append([
                label, in_words(part.label), part.value, part.whole, part.withheld, "", None, None, unit, one.source,
                "", "",
            ])  # fmt: skip
    return Table("report-lines", names, header, rows)


def of_places(content: Content) -> Table:
    header = [_("EPN"), _("Commune"), _("Key in percent")]
    return Table(
        "report-epn", ("epn", "commune", "key"), header, [[one.name, one.commune, one.key] for one in content.places]
    )


def of_steps(steps: Iterable[ReportStep]) -> Table:
    names = ("at", "version", "what", "by", "side", "text")
    header = [_("When"), _("Version"), _("What"), _("Who"), _("Side"), _("Text")]
    rows = [
        [one.at, one.number, str(one.get_step_display()), one.by_name, _("funder") if one.for_funder else _("network"),
         one.text]
        for one in steps
    ]  # fmt: skip
    return Table("report-history", names, header, rows)


def of_packs(found: Iterable[Pack]) -> Table:
    header = [_("Pack"), _("Funder"), _("Version"), _("State")]
    rows = [
        [one.title, one.funder.name, version.number, str(version.get_state_display())]
        for one in found
        for version in one.versions.all()
    ]
    return Table("packs", ("pack", "funder", "version", "state"), header, rows)


def of_pack_lines(lines: Iterable[PackLine]) -> Table:
    names = (
        "code",
        "kind",
        "label_fr",
        "label_nl",
        "label_en",
        "source",
        "numerator",
        "denominator",
        "needed",
        "target",
    )
    header = [
        _("Code"), _("Kind"), _("In French"), _("In Dutch"), _("In English"), _("Where it comes from"),
        _("Divided"), _("Divided by"), _("Needed"), _("Target"),
    ]  # fmt: skip
    rows = [
        [one.code, str(one.get_kind_display()), one.label_fr, one.label_nl, one.label_en, one.source, one.numerator,
         one.denominator, _("Yes") if one.required else _("No"), one.target]
        for one in lines
    ]  # fmt: skip
    return Table("pack-lines", names, header, rows)

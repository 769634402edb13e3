"""The benches by name, each with what makes a small one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from maillage.bench.aggregation import aggregation, growth
from maillage.bench.exporting import xlsx
from maillage.bench.importing import imported
from maillage.bench.journal import journal
from maillage.bench.listing import api_list
from maillage.bench.measuring import Result
from maillage.bench.papers import cadastre_papers
from maillage.bench.provisioning import provision
from maillage.bench.report_files import report_files
from maillage.bench.reporting import report_pdf
from maillage.bench.requesting import request
from maillage.bench.searching import directory
from maillage.bench.writing import write


@dataclass(frozen=True)
class Bench:
    run: Callable[..., Result]
    small: dict[str, int] = field(default_factory=dict)


BENCHES = {
    "aggregation": Bench(aggregation, {"epn": 3, "visits": 3_000, "rounds": 2}),
    "api_list": Bench(api_list, {"visits": 3_000, "rounds": 5}),
    "cadastre_papers": Bench(cadastre_papers, {"epn": 2, "visits": 50, "rounds": 2}),
    "directory": Bench(directory, {"epn": 60, "rounds": 2}),
    "growth": Bench(growth, {"epn": 2, "visits": 50, "rounds": 2}),
    "import": Bench(imported, {"lines": 1_000}),
    "journal": Bench(journal, {"visits": 3_000, "rounds": 5}),
    "provision": Bench(provision, {"schemas": 2, "rounds": 2}),
    "report_files": Bench(report_files, {"epn": 3, "large": 6, "rounds": 2}),
    "report_pdf": Bench(report_pdf, {"visits": 500, "rounds": 2}),
    "request": Bench(request, {"batches": 2, "size": 5}),
    "write": Bench(write, {"visits": 100, "rounds": 4}),
    "xlsx": Bench(xlsx, {"visits": 3_000}),
}

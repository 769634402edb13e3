import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from maillage.bench.measuring import say
from maillage.bench.suites import BENCHES
from maillage.demo.serving import collect_static
from tenants.registry.provisioning.scratch import scratch_database


class Command(BaseCommand):
    help = "Measure ours against the peers, in a database of its own. The last line is one JSON object."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--json", action="store_true", help="nothing but the JSON object")
        parser.add_argument("--quick", action="store_true", help="a small one, to see that it runs")

    def handle(self, *args: Any, **options: Any) -> None:
        bench = BENCHES[options["name"]]
        collect_static(say)  # pages name their files by content
        with scratch_database(f"maillage_bench_{os.getpid()}"):
            result = bench.run(**(bench.small if options["quick"] else {}))
        found = result.as_json()
        if not options["json"]:
            self.stdout.write(f"{result.name}, n = {result.n:,}; ours {result.ours.median * 1000:.2f} ms (median)")
            for name, timing in result.peers.items():
                self.stdout.write(f"  {name:24} {timing.median * 1000:10.2f} ms   × {result.ratio[name]:.2f}")
        self.stdout.write(json.dumps(found))

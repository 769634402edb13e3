from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tenants.registry.jobs import may_run_now, queue_of_a_worker


class Command(BaseCommand):
    help = (
        "Run jobs, and what is to be done every minute, hour and day, until SIGTERM: a running job is finished first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (4)")
        parser.add_argument("--grace", type=float, default=25, help="seconds for running jobs after SIGTERM (25)")
        parser.add_argument("--once", action="store_true", help="run what waits, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Worker: ready.", self.style.HTTP_INFO)
        once = options["once"]
        while True:
            queue_of_a_worker().run_worker(
                concurrency=options["concurrency"], shutdown_graceful_timeout=options["grace"], wait=not once
            )
            if not once or not may_run_now():
                break  # else a job has asked for another one meanwhile
        self.stderr.write("Worker: stopped.", self.style.HTTP_INFO)

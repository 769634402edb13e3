"""The receiver that the documentation shows, run as it stands there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from network.webhooks.enums import DeliveryStatus
from network.webhooks.models import Delivery, Subscription
from network.webhooks.services import rotate_secret, send_test, subscribe
from tests.conftest import Cast, inside
from tests.webhooks.conftest import BOTH, the_delivery

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-it-works" / "webhooks.md"


@dataclass
class Documented:
    subscription: Subscription
    process: subprocess.Popen[str]


@pytest.fixture
def documented(cast: Cast, tmp_path: Path) -> Iterator[Documented]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    (tmp_path / "receiver.py").write_text(code)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with inside(cast.caban):
        subscription, secret = subscribe(url=f"http://localhost:{port}/", events=BOTH)
    process = subprocess.Popen(
        [sys.executable, "receiver.py"],
        cwd=tmp_path,
        env=os.environ | {"WEBHOOK_SECRET": secret, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield Documented(subscription, process)
    process.kill()
    process.communicate()


def test_the_receiver_of_the_documentation_takes_what_is_genuine(
    cast: Cast, documented: Documented, told: Callable[[], object]
) -> None:
    with inside(cast.caban):
        sent = send_test(subscription=documented.subscription)

    told()

    with inside(cast.caban):
        assert the_delivery().status == DeliveryStatus.DELIVERED
    assert documented.process.stdout is not None
    assert documented.process.stdout.readline().startswith(f"{sent.event_id} {{")


def test_it_takes_a_day_of_two_secrets_and_then_refuses_the_one_that_it_does_not_know(
    cast: Cast, documented: Documented, told: Callable[[], object]
) -> None:
    with inside(cast.caban):
        rotate_secret(subscription=documented.subscription)
        send_test(subscription=documented.subscription)
    told()
    with inside(cast.caban):
        assert the_delivery().status == DeliveryStatus.DELIVERED
        Delivery.objects.all().delete()
        documented.subscription.keys.filter(expires_at__isnull=False).delete()
        send_test(subscription=documented.subscription)

    told()

    with inside(cast.caban):
        assert the_delivery().status_code == 400

"""A letterbox that speaks SMTP, and what is in a letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.cache import cache

from maillage.accounts.models import Person
from tenants.registry.models import Invitation, Space
from tenants.registry.team.services import invite
from tests.accounts.test_forgotten_password import Letterbox, MailServer

TEAM = "/caban/rue-de-la-poste/people/"
NEW_PASSWORD = "une phrase bien longue"


class ChoosyLetterbox(Letterbox):
    """Refuses the addresses that are told to be refused, as a mail server does in the conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    cache.clear()


@pytest.fixture
def letterbox(settings: Any) -> Iterator[ChoosyLetterbox]:
    box = ChoosyLetterbox()
    controller = MailServer(box)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


def part_of(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the link."""
    found = re.search(r"https?://[^/\s]+(/invitations/\S+)", part_of(letter, "plain"))
    assert found
    return found.group(1)


@pytest.fixture
def asked(cast: Any) -> Callable[..., tuple[Invitation, str]]:
    """`asked("zoe@example.org")` gives an invitation of Amina's and the path of its link, without a letter."""

    def invited(
        email: str, role: str = "animator", space: Space | None = None, by: Person | None = None, **facts: Any
    ) -> tuple[Invitation, str]:
        invitation, secret = invite(
            space=space or cast.poste.space, email=email, role=role, by=by or cast.amina, **{"language": "fr", **facts}
        )
        return invitation, f"/invitations/{secret}/"

    return invited

"""The first mail that a coordinator gets: where their EPN is, and a link to choose a password."""

from __future__ import annotations

import logging
import smtplib

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from maillage.accounts.models import Person
from tenants.registry.crossing import address_of, outside
from tenants.registry.models import Epn

logger = logging.getLogger(__name__)


def invite(*, person: Person, epn: Epn, network: str, origin: str) -> bool:
    """Write to a person, in their language, that they coordinate an EPN. False when no mail could be sent.

    `origin` is `https://…` of this installation. Somebody without a password gets a link to choose one.
    """
    with outside():
        context = {
            "name": person.name,
            "epn": epn.space.name,
            "network": network,
            "epn_url": origin + address_of(epn.space),
            "password_url": "" if person.has_usable_password() else origin + _password_path(person),
            "reset_url": origin + address_of(None, "account_reset_password"),
        }
    with override(person.language):
        subject = gettext("You coordinate %(epn)s on Maillage") % {"epn": epn.space.name}
        body = render_to_string("directory/email/invitation.txt", context)
    try:
        EmailMessage(subject=" ".join(subject.split()), body=body, to=[person.email]).send()
    except (OSError, smtplib.SMTPException):
        logger.exception("the invitation to epn_%s could not be sent", epn.pk)
        return False
    return True


def _password_path(person: Person) -> str:
    return address_of(
        None,
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(person),
        key=default_token_generator.make_token(person),
    )

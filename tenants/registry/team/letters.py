"""The letter of an invitation: in the reader's language, as text and as simple HTML. Its link is in no log."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from tenants.registry.crossing import address_of
from tenants.registry.enums import SendProblem
from tenants.registry.models import Invitation

logger = logging.getLogger(__name__)

PATIENCE = 10  # seconds for the mail server: somebody waits for the page


def write(invitation: Invitation, secret: str, origin: str) -> SendProblem | str:
    """Hand the letter to the mail server. Gives what went wrong, or nothing."""
    with override(invitation.language):
        context = {
            "invitation": invitation,
            "sender": invitation.invited_by.name,
            "space": invitation.space.name,
            "role": invitation.get_role_display(),
            "link": origin + address_of(None, "invitation", secret),
            "origin": origin,
        }
        subject = gettext("%(sender)s invites you to %(space)s") % context
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("emails/invitation.txt", context),
            to=[invitation.email],
        )
        letter.attach_alternative(render_to_string("emails/invitation.html", context), "text/html")
    try:
        letter.connection = get_connection(timeout=PATIENCE)
        letter.send()
    except (OSError, UnicodeError) as error:  # smtplib's errors are OSErrors; a domain that can't be written in ASCII
        # A server's answer quotes addresses: only its kind is told.
        logger.warning("the letter of invitation %s could not be sent (%s)", invitation.pk, type(error).__name__)
        return _problem(error)
    return ""


def _problem(error: Exception) -> SendProblem:
    if isinstance(error, UnicodeError):
        return SendProblem.REFUSED
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [answer[0] for answer in error.recipients.values()]
        return SendProblem.REFUSED if all(code >= 500 for code in codes) else SendProblem.UNREACHABLE
    return SendProblem.UNREACHABLE

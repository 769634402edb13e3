import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from maillage.accounts.languages import remember_language
from maillage.accounts.models import Person

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an account comes with a membership. Mail is in its reader's own language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **options: Any
    ) -> None:
        """That one is signed in is there to be seen; the sentence came in the language of before."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **options)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down gives a page that says so; the same one whether or not the address is known."""
        reader = context.get("user")
        language = reader.language if isinstance(reader, Person) else None
        try:
            if language is None:
                super().send_mail(template_prefix, email, context)
            else:
                with override(language):
                    super().send_mail(template_prefix, email, context)
        except OSError as error:  # refused, timed out, or any answer of the server that smtplib takes for an error
            logger.exception("a mail could not be sent (%s)", template_prefix)
            raise ImmediateHttpResponse(render(self.request, "account/mail_failed.html", status=503)) from error

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell that a password was changed. The deed is done: a mail that can't be sent is logged and no more."""
        try:
            super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, user.email)
        except ImmediateHttpResponse:
            logger.warning("person %s was not told (%s)", user.pk, template_prefix)

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """The person's own language: on a shared PC, the cookie is that of whoever sat there before."""
        response: HttpResponse = super().post_login(request, user, **details)
        remember_language(request, response, user.language)
        return response

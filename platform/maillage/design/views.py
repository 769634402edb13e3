from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from maillage.accounts.languages import remember_language
from maillage.accounts.models import Person
from maillage.accounts.services import keep_language


@require_POST
def set_language(request: HttpRequest) -> HttpResponseRedirect:
    """Remember the language in this browser, and with the person who is signed in; then go back to the page.

    An unknown one changes nothing.
    """
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = get_script_prefix()
    response = HttpResponseRedirect(_without_language(target))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember_language(request, response, language)
        person = getattr(request, "user", None)
        if isinstance(person, Person):
            keep_language(person=person, language=language)
    return response


def _without_language(address: str) -> str:
    """An address that names a language (`?lang=nl`) would win over the one that was just chosen."""
    parts = urlsplit(address)
    if "lang=" not in parts.query:
        return address
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode(query)))

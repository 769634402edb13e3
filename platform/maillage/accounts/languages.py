from django.conf import settings
from django.http import HttpRequest, HttpResponse

ONE_YEAR = 60 * 60 * 24 * 365


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """In this browser, for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=ONE_YEAR,
        path="/",
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )

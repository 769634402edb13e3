"""The addresses of public pages, one a language: `?lang=nl` says which, since a search engine has no cookie of ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
Answer = TypeVar("Answer", bound=HttpResponseBase)


def asked_language(request: HttpRequest) -> str:
    """Empty when the address names none, or one that we don't speak."""
    language = request.GET.get("lang", "")
    return language if language in LANGUAGES else ""


def in_asked_language(view: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
        language = asked_language(request)
        if not language:
            return view(request, *args, **kwargs)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer


def alternates(request: HttpRequest, path: str, **kept: str) -> dict[str, Any]:
    """Template context of a public page: its own address, those in the other languages, and what links to other
    public pages take along (`lang_query`). `kept` are parameters that belong to the page (its number)."""
    language = asked_language(request)

    def at(code: str) -> str:
        query = urlencode({**kept, **({"lang": code} if code else {})})
        return request.build_absolute_uri(f"{path}?{query}" if query else path)

    return {
        "canonical": at(language),
        "alternates": [(code, at(code)) for code in LANGUAGES],
        "default_address": at(""),
        "lang_query": f"?lang={language}" if language else "",
    }

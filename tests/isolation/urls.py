"""Views that misbehave, put in the place of an EPN's pages by the tests beside."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext

from maillage.audit.services import visitor
from tenants.activity.models import Visit
from tenants.registry.crossing import current_place

closed_in: list[str] = []


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(Visit.objects.values_list("note", flat=True)))


def where(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return HttpResponse(f"{cursor.fetchone()[0]} {request.path} {reverse('home')}")


def _pieces() -> Iterator[str]:
    try:
        for number in range(3):
            notes = ",".join(Visit.objects.values_list("note", flat=True))
            yield f"{number} {reverse('home')} {visitor().actor_id} {gettext('Language')} {notes}\n"
    finally:
        closed_in.append(f"{current_place().schema_name} {reverse('home')} {Visit.objects.count()}")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_pieces(), content_type="text/plain")


def _rows() -> Iterator[str]:
    for visit in Visit.objects.order_by("pk").iterator(chunk_size=1):
        yield f"{visit.note}\n"


def stream_rows(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_rows(), content_type="text/plain")


def _in_one_transaction() -> Iterator[str]:
    with transaction.atomic():
        yield f"{Visit.objects.count()}\n"
        yield f"{Visit.objects.count()}\n"


def stream_in_a_transaction(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_in_one_transaction(), content_type="text/plain")


def _crashing() -> Iterator[str]:
    yield "one\n"
    raise ValueError("a secret note")


def stream_that_crashes(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_crashing(), content_type="text/plain")


def crash(request: HttpRequest) -> HttpResponse:
    note = Visit.objects.get().note
    raise ValueError(f"cannot make sense of {note}")


def crash_in_the_database(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Visit.objects.update(minutes=0)
    raise AssertionError("a constraint should have refused this")


def crash_in_the_template(request: HttpRequest) -> HttpResponse:
    return render(request, "no such template.html", {"visit": Visit.objects.get()})


def crash_with_an_open_transaction(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
    Visit.objects.update(note="never committed")
    return HttpResponse("done")


def remember(request: HttpRequest) -> HttpResponse:
    """Keep something in the cache, the messages and the session, each of which lives outside the space."""
    found = cache.get("latest", "nothing")
    cache.set("latest", Visit.objects.get().note)
    messages.success(request, "The visit is saved.")
    request.session["seen"] = "yes"
    return HttpResponse(found)


urlpatterns = [
    path("", home, name="home"),
    path("where/", where, name="where"),
    path("stream/", stream, name="stream"),
    path("stream/rows/", stream_rows, name="stream_rows"),
    path("stream/transaction/", stream_in_a_transaction, name="stream_in_a_transaction"),
    path("stream/crash/", stream_that_crashes, name="stream_that_crashes"),
    path("crash/", crash, name="crash"),
    path("crash/database/", crash_in_the_database, name="crash_in_the_database"),
    path("crash/template/", crash_in_the_template, name="crash_in_the_template"),
    path("crash/open/", crash_with_an_open_transaction, name="crash_with_an_open_transaction"),
    path("remember/", remember, name="remember"),
]

"""Pages of an EPN: `/<federation>/<epn>/…`."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

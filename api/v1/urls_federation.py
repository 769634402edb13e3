from django.urls import path

from api.v1.network import CadastreSummary, Cards, Figures
from api.v1.openapi import Schema

app_name = "api"
urlpatterns = [
    path("epn/", Cards.as_view(), name="epn"),
    path("cadastre/summary/", CadastreSummary.as_view(), name="summary"),
    path("figures/", Figures.as_view(), name="figures"),
    path("schema/", Schema.as_view(), name="schema"),
]

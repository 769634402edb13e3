from django.urls import path

from api.v1.docs import docs
from api.v1.openapi import Schema
from api.v1.people import Me, Token

app_name = "api"
urlpatterns = [
    path("me/", Me.as_view(), name="me"),
    path("token/", Token.as_view(), name="token"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

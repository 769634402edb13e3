"""Pages that belong to no space."""

from django.urls import include, path

from maillage.design.views import set_language
from tenants.registry import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("language/", set_language, name="set_language"),
    path("spaces/", views.spaces, name="spaces"),
    path("accounts/", include("allauth.account.urls")),
]

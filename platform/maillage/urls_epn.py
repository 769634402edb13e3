"""Pages of an EPN: `/<federation>/<epn>/…`."""

from django.urls import URLPattern, URLResolver, include, path

from maillage.audit.views import history
from tenants.activity.counter.home_views import home
from tenants.registry.charter.views import of_the_epn

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("visits/", include("tenants.activity.urls")),
    path("follow-up/", include("tenants.followup.urls")),
    path("workshops/", include("tenants.workshops.urls")),
    path("appointments/", include("tenants.appointments.urls")),
    path("contracts/", include("tenants.staff.urls")),
    path("leaving/", include("tenants.handover.urls")),
    path("privacy/", include("tenants.privacy.urls")),
    path("charter/", of_the_epn, name="charter"),
    path("article-60/", include("tenants.article60.urls")),
    path("cover/", include("tenants.cover.urls")),
    path("sites/", include("tenants.premises.urls")),
    path("volunteers/", include("tenants.volunteers.urls")),
    path("census/", include("network.cadastre.editions.urls_epn")),
    path("money/", include("network.funding.own.urls")),
    path("overview/", include("tenants.overview.urls")),
    path("recognition/", include("network.cadastre.recognition.urls_epn")),
    path("people/", include("tenants.registry.team.urls")),
    path("shared-pcs/", include("tenants.registry.signing_in.pins.urls_epn")),
    path("history/", history, name="audit"),
    path("api/v1/", include("api.v1.urls_epn")),
]

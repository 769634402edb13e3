"""Pages of a federation: `/<federation>/…`."""

from django.urls import URLPattern, URLResolver, include, path

from maillage.audit.views import history
from network.directory.place_views import sitemap
from network.directory.views import home
from tenants.registry.charter.views import of_the_network, publish
from tenants.registry.done_for.views import done_for
from tenants.staff.own_types import views as own_types

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("cadastre/", include("network.cadastre.urls")),
    path("editions/", include("network.cadastre.editions.urls")),
    path("recognition/", include("network.cadastre.recognition.urls")),
    path("cover/", include("network.cover.urls")),
    path("coverage/", include("network.cadastre.coverage.urls")),
    path("duplicates/", include("network.directory.merging.urls")),
    path("epn/", include("network.directory.urls")),
    path("funding/", include("network.funding.urls")),
    path("funder/", include("network.reports.space.urls")),
    path("open-data/", include("network.directory.open_data.urls")),
    path("releases/", include("network.releases.urls")),
    path("reports/", include("network.reports.urls")),
    path("figures/", include("network.releases.public_urls")),
    path("reports/", include("network.reports.papers.urls")),
    path("verify/", include("network.reports.papers.public_urls")),
    path("webhooks/", include("network.webhooks.urls")),
    path("people/", include("tenants.registry.team.urls")),
    path("settings/charter/", of_the_network, name="charter"),
    path("settings/charter/publish/", publish, name="charter_publish"),
    path("settings/done-for/", done_for, name="settings_done_for"),
    path("settings/contract-types/", own_types.types, name="contract_types"),
    path("settings/contract-types/add/", own_types.type_add, name="contract_type_add"),
    path("settings/contract-types/<int:type_id>/retire/", own_types.type_retire, name="contract_type_retire"),
    path("settings/contract-types/<int:type_id>/restore/", own_types.type_restore, name="contract_type_restore"),
    path("settings/", include("tenants.registry.signing_in.urls_federation")),
    path("history/", history, name="audit"),
    path("api/v1/", include("api.v1.urls_federation")),
]

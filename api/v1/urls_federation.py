from django.urls import path

from api.v1.docs import docs
from api.v1.funder import FunderGrants, FunderReports, FunderReportVersion, FunderReportVersions
from api.v1.network import CadastreSummary, Cards, Figures
from api.v1.openapi import Schema
from api.v1.releases import Releases, ReleaseTable
from api.v1.team import InvitationAgain, Invitations, Memberships, OneInvitation, OneMembership
from api.v1.webhooks import (
    OneWebhook,
    WebhookDeliveries,
    WebhookReplay,
    Webhooks,
    WebhookSecret,
    WebhookTest,
)

app_name = "api"
urlpatterns = [
    path("epn/", Cards.as_view(), name="epn"),
    path("cadastre/summary/", CadastreSummary.as_view(), name="summary"),
    path("figures/", Figures.as_view(), name="figures"),
    path("releases/", Releases.as_view(), name="releases"),
    path("releases/<int:number>/tables/<slug:table>/", ReleaseTable.as_view(), name="release_table"),
    path("funder/grants/", FunderGrants.as_view(), name="funder_grants"),
    path("funder/reports/", FunderReports.as_view(), name="funder_reports"),
    path("funder/reports/<int:report>/versions/", FunderReportVersions.as_view(), name="funder_report_versions"),
    path(
        "funder/reports/<int:report>/versions/<int:number>/",
        FunderReportVersion.as_view(),
        name="funder_report_version",
    ),
    path("webhooks/", Webhooks.as_view(), name="webhooks"),
    path("webhooks/<int:pk>/", OneWebhook.as_view(), name="webhook"),
    path("webhooks/<int:pk>/secret/", WebhookSecret.as_view(), name="webhook_secret"),
    path("webhooks/<int:pk>/test/", WebhookTest.as_view(), name="webhook_test"),
    path("webhooks/<int:pk>/replay/", WebhookReplay.as_view(), name="webhook_replay"),
    path("webhooks/<int:pk>/deliveries/", WebhookDeliveries.as_view(), name="webhook_deliveries"),
    path("memberships/", Memberships.as_view(), name="memberships"),
    path("memberships/<int:pk>/", OneMembership.as_view(), name="membership"),
    path("invitations/", Invitations.as_view(), name="invitations"),
    path("invitations/<int:pk>/", OneInvitation.as_view(), name="invitation"),
    path("invitations/<int:pk>/resend/", InvitationAgain.as_view(), name="invitation_resend"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

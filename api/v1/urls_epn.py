from django.urls import path

from api.v1.contracts import Contracts, OneContract
from api.v1.docs import docs
from api.v1.openapi import Schema
from api.v1.sites import OneSite, Sites
from api.v1.team import InvitationAgain, Invitations, Memberships, OneInvitation, OneMembership
from api.v1.visits import OneVisit, Visits

app_name = "api"
urlpatterns = [
    path("visits/", Visits.as_view(), name="visits"),
    path("visits/<int:pk>/", OneVisit.as_view(), name="visit"),
    path("contracts/", Contracts.as_view(), name="contracts"),
    path("contracts/<int:pk>/", OneContract.as_view(), name="contract"),
    path("sites/", Sites.as_view(), name="sites"),
    path("sites/<int:pk>/", OneSite.as_view(), name="site"),
    path("memberships/", Memberships.as_view(), name="memberships"),
    path("memberships/<int:pk>/", OneMembership.as_view(), name="membership"),
    path("invitations/", Invitations.as_view(), name="invitations"),
    path("invitations/<int:pk>/", OneInvitation.as_view(), name="invitation"),
    path("invitations/<int:pk>/resend/", InvitationAgain.as_view(), name="invitation_resend"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

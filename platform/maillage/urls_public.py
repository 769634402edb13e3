"""Pages that belong to no space."""

from allauth.account import views as account
from django.urls import include, path, re_path

from maillage.design.views import set_language
from maillage.observability.csp_reports import csp_report
from maillage.observability.views import live
from tenants.registry import indexing, token_views, views
from tenants.registry.signing_in.views import SignIn
from tenants.registry.team import own_views

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", indexing.robots, name="robots"),
    path("sitemap.xml", indexing.sitemaps, name="sitemap"),
    path("health/", views.health, name="health"),
    path("health/live/", live, name="health_live"),
    path("csp-report/", csp_report, name="csp_report"),
    path("language/", set_language, name="set_language"),
    path("spaces/", views.spaces, name="spaces"),
    path("invitations/<str:secret>/", own_views.invitation, name="invitation"),
    path("accounts/profile/", own_views.profile, name="profile"),
    path("accounts/tokens/", token_views.tokens, name="tokens"),
    path("accounts/tokens/<int:token_id>/revoke/", token_views.revoke, name="token_revoke"),
    path("accounts/", include("tenants.registry.signing_in.urls")),
    path("api/v1/", include("api.v1.urls_public")),
    # allauth's own names: it reverses them. What it offers besides (addresses, codes by mail) has no page here.
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

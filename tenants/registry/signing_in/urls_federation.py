from django.urls import path

from tenants.registry.signing_in import federation_views

urlpatterns = [
    path("", federation_views.settings_page, name="settings"),
    path("follow-up/", federation_views.followups, name="settings_followups"),
    path("second-factor/", federation_views.second_factor, name="settings_second_factor"),
]

from django.urls import path

from tenants.registry.team import views

app_name = "team"
urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite_somebody, name="invite"),
    path("invitations/<int:invitation_id>/resend/", views.resend, name="resend"),
    path("invitations/<int:invitation_id>/revoke/", views.revoke, name="revoke"),
    path("<int:membership_id>/role/", views.role, name="role"),
    path("<int:membership_id>/end/", views.end, name="end"),
    path("leave/", views.leave, name="leave"),
]

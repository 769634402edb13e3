from django.urls import path

from tenants.registry.signing_in.pins import views

urlpatterns = [
    path("", views.shared_pcs, name="shared_pcs"),
    path("revoke/", views.revoke, name="shared_pc_revoke"),
]

from django.urls import path

from tenants.premises import views
from tenants.premises.closings import views as closing_views
from tenants.premises.equipment import views as equipment_views

app_name = "premises"
urlpatterns = [
    path("", views.sites, name="sites"),
    path("confirm/", views.sites_confirm, name="sites_confirm"),
    path("add/", views.site_add, name="site_add"),
    path("closings/", closing_views.closing_days, name="closings"),
    path("closings/<int:pk>/remove/", closing_views.closing_remove, name="closing_remove"),
    path("equipment/", equipment_views.equipment, name="equipment"),
    path("<int:site_id>/equipment/", equipment_views.count, name="equipment_count"),
    path("<int:site_id>/", views.site_edit, name="site_edit"),
    path("<int:site_id>/close/", views.site_retire, name="site_retire"),
    path("<int:site_id>/open/", views.site_restore, name="site_restore"),
]

from django.urls import path

from tenants.workshops import date_views, views
from tenants.workshops.registrations import views as registration_views

app_name = "workshops"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("find/", registration_views.triage, name="triage"),
    path("new/", views.series_new, name="series_new"),
    path("<int:pk>/", views.series, name="series"),
    path("<int:pk>/change/", views.series_edit, name="series_edit"),
    path("<int:pk>/delete/", views.series_delete, name="series_delete"),
    path("<int:pk>/dates/", views.dates_add, name="dates_add"),
    path("<int:pk>/calendar/", views.calendar, name="calendar"),
    path("<int:pk>/register/", registration_views.register_somebody, name="register"),
    path("dates/<int:pk>/", date_views.date, name="date"),
    path("dates/<int:pk>/change/", date_views.change, name="date_change"),
    path("dates/<int:pk>/move/", date_views.move, name="date_move"),
    path("dates/<int:pk>/cancel/", date_views.cancel, name="date_cancel"),
    path("dates/<int:pk>/reopen/", date_views.reopen, name="date_reopen"),
    path("dates/<int:pk>/delete/", date_views.delete, name="date_delete"),
    path("dates/<int:pk>/sheet/", date_views.sheet, name="sheet"),
    path("registrations/<int:pk>/", registration_views.registration, name="registration"),
    path("registrations/<int:pk>/place/", registration_views.place, name="registration_place"),
    path("registrations/<int:pk>/remove/", registration_views.remove, name="registration_remove"),
    path("registrations/<int:pk>/certificate/", registration_views.certificate_of, name="certificate"),
]

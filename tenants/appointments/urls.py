from django.urls import path

from tenants.appointments import calendar_views, stop_views, views, week_views

app_name = "appointments"
urlpatterns = [
    path("", views.day, name="day"),
    path("week/", week_views.week, name="week"),
    path("new/", week_views.book, name="book"),
    path("<int:pk>/", views.change, name="change"),
    path("<int:pk>/move/", week_views.move, name="move"),
    path("<int:pk>/move/back/", week_views.move_back, name="move_back"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    path("<int:pk>/withdraw/", week_views.withdraw, name="withdraw"),
    path("<int:pk>/visit/", views.note, name="note"),
    path("<int:pk>/visit/back/", views.take_back, name="take_back"),
    path("settings/", calendar_views.settings, name="settings"),
    path("calendars/", calendar_views.calendars, name="calendars"),
    path("calendars/<int:pk>/revoke/", calendar_views.revoke, name="calendar_revoke"),
    path("calendars/<slug:secret>.ics", calendar_views.feed, name="feed"),
    path("stops/", stop_views.stops, name="stops"),
    path("stops/new/", stop_views.stop_new, name="stop_new"),
    path("stops/places/", stop_views.places, name="places"),
    path("stops/<int:pk>/", stop_views.stop_edit, name="stop_edit"),
    path("stops/<int:pk>/kit/", stop_views.kit, name="kit"),
    path("stops/<int:pk>/held/", stop_views.stop_held, name="stop_held"),
    path("stops/<int:pk>/cancel/", stop_views.stop_cancel, name="stop_cancel"),
    path("stops/<int:pk>/again/", stop_views.stop_again, name="stop_again"),
    path("stops/<uuid:series>/withdraw/", stop_views.stops_withdraw, name="stops_withdraw"),
]

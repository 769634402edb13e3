from django.urls import path

from tenants.activity import counter_views, views

app_name = "activity"
urlpatterns = [
    path("", views.journal, name="journal"),
    path("export/", views.export, name="export"),
    path("export/columns/", views.export_columns, name="export_columns"),
    path("new/", views.new, name="new"),
    path("undo/", views.undo, name="undo"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    path("desk/", counter_views.sessions, name="sessions"),
    path("desk/new/", counter_views.session_new, name="session_new"),
    path("desk/<int:pk>/", counter_views.session_edit, name="session_edit"),
    path("desk/<int:pk>/delete/", counter_views.session_delete, name="session_delete"),
]

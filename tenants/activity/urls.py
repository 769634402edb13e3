from django.urls import path

from tenants.activity import views
from tenants.activity.counter import views as counter
from tenants.activity.journal import views as journal
from tenants.activity.journal.exporting import views as exporting

app_name = "activity"
urlpatterns = [
    path("", journal.journal, name="journal"),
    path("export/", journal.export, name="export"),
    path("export/columns/", journal.export_columns, name="export_columns"),
    path("files/", exporting.files, name="files"),
    path("files/<int:pk>/", exporting.file, name="file"),
    path("files/<int:pk>/again/", exporting.again, name="file_again"),
    path("files/<int:pk>/content/", exporting.content, name="file_content"),
    path("new/", views.new, name="new"),
    path("undo/", views.undo, name="undo"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    path("desk/", counter.sessions, name="sessions"),
    path("desk/new/", counter.session_new, name="session_new"),
    path("desk/<int:pk>/", counter.session_edit, name="session_edit"),
    path("desk/<int:pk>/delete/", counter.session_delete, name="session_delete"),
]

from django.urls import path

from tenants.activity import views
from tenants.activity.counter import desk_views as desk
from tenants.activity.counter import tally_views
from tenants.activity.counter import views as counter
from tenants.activity.journal import views as journal
from tenants.activity.journal.bulk import views as bulk
from tenants.activity.journal.exporting import views as exporting
from tenants.activity.journal.history import views as history
from tenants.activity.journal.importing import views as importing
from tenants.activity.journal.saved import views as saved

app_name = "activity"
urlpatterns = [
    path("", journal.journal, name="journal"),
    path("export/", journal.export, name="export"),
    path("export/columns/", journal.export_columns, name="export_columns"),
    path("files/", exporting.files, name="files"),
    path("files/<int:pk>/", exporting.file, name="file"),
    path("files/<int:pk>/again/", exporting.again, name="file_again"),
    path("files/<int:pk>/content/", exporting.content, name="file_content"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="correction_undo"),
    path("views/", saved.save, name="views"),
    path("views/<int:pk>/", saved.rename, name="view_rename"),
    path("views/<int:pk>/delete/", saved.delete, name="view_delete"),
    path("imports/", importing.imports, name="imports"),
    path("imports/<int:pk>/", importing.one, name="import"),
    path("imports/<int:pk>/columns/", importing.columns, name="import_columns"),
    path("imports/<int:pk>/values/", importing.values, name="import_values"),
    path("imports/<int:pk>/write/", importing.write, name="import_write"),
    path("imports/<int:pk>/undo/", importing.undo, name="import_undo"),
    path("imports/<int:pk>/forget/", importing.forget, name="import_forget"),
    path("new/", views.new, name="new"),
    path("undo/", views.undo, name="undo"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    path("<int:pk>/duplicate/", journal.duplicate, name="duplicate"),
    path("<int:pk>/history/", history.history, name="visit_history"),
    path("desk/", counter.sessions, name="sessions"),
    path("desk/new/", counter.session_new, name="session_new"),
    path("desk/open/", desk.session_open, name="session_open"),
    path("desk/tally/", tally_views.tally, name="tally"),
    path("desk/tally/sheet/", tally_views.tally_sheet, name="tally_sheet"),
    path("desk/tally/<int:pk>/undo/", tally_views.tally_undo, name="tally_undo"),
    path("desk/taps/<int:pk>/undo/", desk.tap_undo, name="tap_undo"),
    path("desk/requests/<int:pk>/drop/", desk.request_drop, name="request_drop"),
    path("desk/requests/<int:pk>/restore/", desk.request_restore, name="request_restore"),
    path("desk/<int:pk>/", counter.session_edit, name="session_edit"),
    path("desk/<int:pk>/close/", desk.session_close, name="session_close"),
    path("desk/<int:pk>/now/", desk.session_now, name="session_now"),
    path("desk/<int:pk>/tap/", desk.session_tap, name="session_tap"),
    path("desk/<int:pk>/delete/", counter.session_delete, name="session_delete"),
]

from django.urls import path

from network.funding.importing import views as importing
from network.funding.ledger import views as ledger
from network.funding.needs.urls import urlpatterns as needs

app_name = "funding"
urlpatterns = [
    path("", ledger.home, name="home"),
    *needs,
    path("funders/", ledger.funders, name="funders"),
    path("applications/", ledger.applications, name="applications"),
    path("applications/<int:pk>/", ledger.application, name="application"),
    path("applications/<int:pk>/move/", ledger.application_move, name="application_move"),
    path("applications/<int:pk>/steps/<int:step>/undo/", ledger.application_undo, name="application_undo"),
    path("grants/", ledger.grants, name="grants"),
    path("grants/<int:pk>/", ledger.grant, name="grant"),
    path("grants/<int:pk>/import/", importing.file, name="import_file"),
    path("imports/<int:pk>/", importing.one, name="import"),
    path("imports/<int:pk>/columns/", importing.columns, name="import_columns"),
    path("imports/<int:pk>/write/", importing.write, name="import_write"),
    path("imports/<int:pk>/undo/", importing.undo, name="import_undo"),
    path("imports/<int:pk>/forget/", importing.forget, name="import_forget"),
    path("lines/<slug:what>/add/", ledger.add, name="add"),
    path("lines/<slug:what>/<int:pk>/", ledger.change, name="change"),
    path("lines/<slug:what>/<int:pk>/delete/", ledger.delete, name="delete"),
    path("lines/<slug:what>/<int:pk>/restore/", ledger.restore, name="restore"),
]

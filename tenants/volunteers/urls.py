from django.urls import path

from tenants.volunteers import ledger_views, views

app_name = "volunteers"
urlpatterns = [
    path("", views.volunteers, name="list"),
    path("organisation/", views.organisation, name="organisation"),
    path("contracts/<int:contract_id>/", views.file, name="file"),
    path("contracts/<int:contract_id>/note/", views.note, name="note"),
    path("contracts/<int:contract_id>/add/", ledger_views.add, name="add"),
    path("people/<int:member_id>/", ledger_views.ledger, name="ledger"),
    path("people/<int:member_id>/<int:year>/statement/", ledger_views.statement_of, name="statement"),
    path("lines/<int:pk>/", ledger_views.change, name="line_change"),
    path("lines/<int:pk>/delete/", ledger_views.delete, name="line_delete"),
    path("lines/<int:pk>/restore/", ledger_views.restore, name="line_restore"),
    path("added/<uuid:batch>/undo/", ledger_views.withdraw, name="withdraw"),
    path("mine/", ledger_views.mine, name="mine"),
    path("mine/<int:year>/statement/", ledger_views.own_statement, name="own_statement"),
]

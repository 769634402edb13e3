from django.urls import path

from tenants.staff import views
from tenants.staff.course import views as course
from tenants.staff.fte.views import fte_page
from tenants.staff.importing import views as importing
from tenants.staff.trainings import views as trainings

app_name = "staff"
urlpatterns = [
    path("", views.contracts, name="contracts"),
    path("ended/", views.ended, name="ended"),
    path("add/", views.add, name="add"),
    path("mine/", views.mine, name="mine"),
    path("trainings/", trainings.trainings, name="trainings"),
    path("import/", importing.imports, name="imports"),
    path("import/model/", importing.model, name="import_model"),
    path("import/<int:pk>/", importing.one, name="import"),
    path("import/<int:pk>/columns/", importing.columns, name="import_columns"),
    path("import/<int:pk>/words/", importing.values, name="import_values"),
    path("import/<int:pk>/write/", importing.write, name="import_write"),
    path("import/<int:pk>/undo/", importing.undo, name="import_undo"),
    path("import/<int:pk>/forget/", importing.forget, name="import_forget"),
    path("fte/", fte_page, name="fte"),
    path("export/", views.export, name="export"),
    path("<int:contract_id>/", views.contract, name="contract"),
    path("<int:contract_id>/change/", views.change, name="change"),
    path("<int:contract_id>/end/", views.end, name="end"),
    path("<int:contract_id>/delete/", views.delete, name="delete"),
    path("<int:contract_id>/restore/", views.restore, name="restore"),
    path("<int:contract_id>/hours/", course.amend, name="amend"),
    path("<int:contract_id>/hours/remove/", course.amendment_remove, name="amendment_remove"),
    path("<int:contract_id>/breaks/add/", course.break_add, name="break_add"),
    path("<int:contract_id>/breaks/<int:break_id>/", course.break_change, name="break_change"),
    path("<int:contract_id>/breaks/<int:break_id>/remove/", course.break_remove, name="break_remove"),
    path("<int:contract_id>/put-back/<int:change_id>/", course.put_back, name="put_back"),
    path("<int:contract_id>/payers/", course.payers, name="payers"),
    path("people/<int:member_id>/", views.person, name="person"),
    path("people/<int:member_id>/trainings/add/", trainings.training_add, name="training_add"),
    path("people/<int:member_id>/trainings/<int:training_id>/", trainings.training_change, name="training_change"),
    path(
        "people/<int:member_id>/trainings/<int:training_id>/remove/",
        trainings.training_remove,
        name="training_remove",
    ),
    path(
        "people/<int:member_id>/trainings/<int:training_id>/restore/",
        trainings.training_restore,
        name="training_restore",
    ),
    path("people/<int:member_id>/change/", views.person_change, name="person_change"),
]

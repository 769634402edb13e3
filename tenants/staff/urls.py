from django.urls import path

from tenants.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.contracts, name="contracts"),
    path("ended/", views.ended, name="ended"),
    path("add/", views.add, name="add"),
    path("export/", views.export, name="export"),
    path("<int:contract_id>/", views.contract, name="contract"),
    path("<int:contract_id>/change/", views.change, name="change"),
    path("<int:contract_id>/end/", views.end, name="end"),
    path("<int:contract_id>/delete/", views.delete, name="delete"),
    path("<int:contract_id>/restore/", views.restore, name="restore"),
    path("people/<int:member_id>/", views.person, name="person"),
    path("people/<int:member_id>/change/", views.person_change, name="person_change"),
]

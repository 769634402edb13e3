from django.urls import path

from network.cadastre import views

app_name = "cadastre"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:name>.csv", views.table, name="table"),
    path("epn/<int:epn_id>/", views.epn, name="epn"),
]

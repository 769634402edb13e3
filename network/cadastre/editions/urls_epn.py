from django.urls import path

from network.cadastre.editions import epn_views as views

app_name = "census"

urlpatterns = [
    path("", views.home, name="list"),
    path("<int:pk>/", views.one, name="return"),
    path("<int:pk>/tables/<slug:code>/", views.table, name="table"),
    path("<int:pk>/files/<slug:code>/", views.file, name="file"),
    path("<int:pk>/files/<slug:code>/content/", views.file_content, name="file_content"),
    path("<int:pk>/files/<slug:code>/remove/", views.detach, name="detach"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/fill-again/", views.fill_again, name="fill_again"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/import/", views.import_file, name="import"),
    path("<int:pk>/import/model/", views.import_model, name="import_model"),
    path("<int:pk>/import/write/", views.import_write, name="import_write"),
]

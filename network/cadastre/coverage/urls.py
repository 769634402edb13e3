from django.urls import path

from network.cadastre.coverage import views

app_name = "coverage"
urlpatterns = [
    path("", views.home, name="home"),
    path("map/", views.public_map, name="public_map"),
    path("target/", views.target, name="target"),
    path("context/", views.context, name="context"),
    path("context/add/", views.context_add, name="context_add"),
    path("context/<int:figure_id>/retire/", views.context_retire, name="context_retire"),
    path("context/<int:figure_id>/restore/", views.context_restore, name="context_restore"),
]

from django.urls import path

from network.cadastre.recognition import epn_views as views

app_name = "recognition"
urlpatterns = [
    path("", views.home, name="home"),
    path("apply/", views.apply, name="apply"),
    path("take-back/", views.take_back, name="take_back"),
]

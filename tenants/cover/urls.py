from django.urls import path

from tenants.cover import views

app_name = "cover"
urlpatterns = [
    path("", views.home, name="home"),
    path("what-if/", views.what_if, name="what_if"),
]

from django.urls import path

from network.cover import views

app_name = "cover"
urlpatterns = [path("", views.home, name="home")]

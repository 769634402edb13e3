from django.urls import path

from network.funding.own import views

app_name = "money"
urlpatterns = [path("", views.home, name="home")]

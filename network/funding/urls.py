from django.urls import path

from network.funding import views

app_name = "funding"
urlpatterns = [path("cost/", views.cost_model, name="cost_model")]

from django.urls import path

from network.reports.space import views

app_name = "funder"
urlpatterns = [
    path("", views.home, name="home"),
    path("grants/<int:pk>/", views.grant, name="grant"),
    path("year/", views.year, name="year"),
    path("epn/", views.epn, name="epn"),
]

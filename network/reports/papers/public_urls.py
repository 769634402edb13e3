from django.urls import path

from network.reports.papers import public_views as views

app_name = "verify"
urlpatterns = [
    path("", views.home, name="home"),
    path("<str:sha256>/", views.file, name="file"),
]

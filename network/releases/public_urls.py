from django.urls import path

from network.releases import public_views as views

app_name = "figures"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:number>/", views.release, name="release"),
    path("<int:number>/datapackage.json", views.package, name="package"),
    path("<int:number>/<slug:table>/", views.table, name="table"),
]

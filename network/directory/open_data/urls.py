from django.urls import path, re_path

from network.directory.open_data import views

app_name = "open_data"
urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^(?P<name>places|places-complete)\.(?P<kind>csv|json|geojson)$", views.file, name="file"),
    path("numbers/", views.numbers, name="numbers"),
    path("schema.json", views.schema, name="schema"),
    path("conformance/", views.conformance, name="conformance"),
    path("conformance.json", views.conformance_json, name="conformance_json"),
    path("catalogue.json", views.catalogue, name="catalogue"),
]

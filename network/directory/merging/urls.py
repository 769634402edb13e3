from django.urls import path

from network.directory.merging import views

app_name = "merging"
urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("<int:first>/<int:second>/", views.pair, name="pair"),
    path("<int:first>/<int:second>/apart/", views.apart, name="apart"),
    path("apart/<int:pk>/again/", views.again, name="again"),
    path("merges/<int:pk>/undo/", views.undo, name="undo"),
]

from django.urls import path

from tenants.handover import views

app_name = "handover"
urlpatterns = [
    path("", views.leaving, name="leaving"),
    path("<int:member_id>/", views.pack, name="pack"),
    path("<int:member_id>/things/", views.thing_add, name="thing_add"),
    path("<int:member_id>/access/", views.keep_access, name="keep_access"),
    path("things/<int:pk>/returned/", views.thing_return, name="thing_return"),
    path("things/<int:pk>/held/", views.thing_held_again, name="thing_held_again"),
    path("<int:pk>/back/", views.take_back, name="take_back"),
]

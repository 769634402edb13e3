from django.urls import path

from tenants.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.mine, name="mine"),
    path("people/<int:member_id>/", views.person, name="person"),
]

from django.urls import path

from network.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.subscription_list, name="list"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/secret/", views.new_secret, name="secret"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/replay/", views.replay_all, name="replay_all"),
    path("<int:pk>/replay/<int:delivery_id>/", views.replay_one, name="replay"),
]

from django.urls import path

from tenants.followup import card_views, overseeing_views, step_views, views

app_name = "followup"
urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("new/", views.open_one, name="open"),
    path("threads/", views.threads, name="threads"),
    path("hand-over/", overseeing_views.hand_over_page, name="hand_over"),
    path("erasures/", overseeing_views.erasures, name="erasures"),
    path("<int:pk>/", views.thread, name="thread"),
    path("<int:pk>/card/", card_views.card, name="card"),
    path("<int:pk>/visit/", step_views.visit, name="visit"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/erase/", views.erase, name="erase"),
    path("steps/<int:pk>/", step_views.step, name="step"),
    path("steps/<int:pk>/done/", step_views.done, name="step_done"),
    path("steps/<int:pk>/undone/", step_views.undone, name="step_undone"),
    path("steps/<int:pk>/delete/", step_views.delete, name="step_delete"),
]

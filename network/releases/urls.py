from django.urls import path

from network.releases import views

app_name = "releases"
urlpatterns = [
    path("", views.home, name="home"),
    path("draft/", views.draft_page, name="draft"),
    path("draft/release/", views.release, name="release"),
    path("draft/discard/", views.throw_away, name="discard"),
    path("draft/tables/<slug:table>/", views.draft_table, name="draft_table"),
    path("<int:number>/correct/", views.correct, name="correct"),
]

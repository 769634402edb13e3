from django.urls import path

from network.cadastre import views
from network.cadastre.papers import views as papers

app_name = "cadastre"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:name>.csv", views.table, name="table"),
    path("epn/<int:epn_id>/", views.epn, name="epn"),
    path("documents/", papers.papers, name="papers"),
    path("documents/<int:pk>/", papers.paper, name="paper"),
    path("documents/<int:pk>/again/", papers.again, name="paper_again"),
    path("documents/<int:pk>/content/", papers.content, name="paper_content"),
]

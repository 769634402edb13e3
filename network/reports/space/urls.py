from django.urls import path

from network.reports.space import report_views, views

app_name = "funder"
urlpatterns = [
    path("", views.home, name="home"),
    path("grants/<int:pk>/", views.grant, name="grant"),
    path("year/", views.year, name="year"),
    path("epn/", views.epn, name="epn"),
    path("reports/<int:pk>/", report_views.report, name="report"),
    path("reports/<int:pk>/decide/", report_views.decide, name="decide"),
    path("reports/<int:pk>/comment/", report_views.say, name="comment"),
    path("reports/<int:pk>/undo/", report_views.undo, name="undo"),
    path("reports/<int:pk>/versions/<int:number>/", report_views.version, name="version"),
    path("reports/<int:pk>/versions/<int:number>/changes/", report_views.differences, name="differences"),
    path("reports/<int:pk>/versions/<int:number>/<slug:kind>/", report_views.file, name="file"),
]

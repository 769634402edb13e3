from django.urls import path

from network.reports.papers import views

app_name = "report_files"
urlpatterns = [
    path("<int:pk>/versions/<int:number>/differences/", views.differences, name="differences"),
    path("<int:pk>/versions/<int:number>/<slug:kind>/", views.file, name="file"),
]

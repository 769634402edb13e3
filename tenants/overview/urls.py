from django.urls import path

from tenants.overview import report_views, views

app_name = "overview"
urlpatterns = [
    path("", views.home, name="home"),
    path("paper/", views.paper, name="paper"),
    path("workbook/", views.workbook, name="workbook"),
    path("reports/", report_views.reports, name="reports"),
    path("reports/<int:year>/", report_views.report, name="report"),
    path("reports/<int:year>/logo/", report_views.logo, name="logo"),
    path("reports/<int:year>/<int:number>/pdf/", report_views.version_pdf, name="version_pdf"),
    path("reports/<int:year>/<int:number>/xlsx/", report_views.version_xlsx, name="version_xlsx"),
    path("reports/<int:year>/<int:number>/changes/", report_views.version_changes, name="version_changes"),
]

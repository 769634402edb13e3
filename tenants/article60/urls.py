from django.urls import path

from tenants.article60 import outcome_views, views

app_name = "article60"
urlpatterns = [
    path("", views.home, name="home"),
    path("mine/", views.mine, name="mine"),
    path("what-if/", views.what_if, name="what_if"),
    path("outcomes/", outcome_views.outcomes, name="outcomes"),
    path("<int:contract_id>/", views.contract, name="contract"),
    path("<int:contract_id>/convention/", views.convention, name="convention"),
    path("<int:contract_id>/take-date/", views.take_date, name="take_date"),
    path("<int:contract_id>/what-if/", views.what_if_of, name="what_if_of"),
    path("<int:contract_id>/evaluations/add/", views.evaluation_add, name="evaluation_add"),
    path("evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/delete/", views.evaluation_delete, name="evaluation_delete"),
]

from django.urls import path

from network.cadastre.recognition import criteria_views, decision_views, paper_views, views

app_name = "recognition"
urlpatterns = [
    path("", views.home, name="home"),
    path("criteria/", criteria_views.criteria, name="criteria"),
    path("criteria/new/", criteria_views.criteria_set, name="criteria_set"),
    path("criteria/<int:set_id>/drop/", criteria_views.criteria_drop, name="criteria_drop"),
    path("ask/", decision_views.ask_due, name="ask_due"),
    path("simulation/", views.simulation, name="simulation"),
    path("benefits/", views.benefits, name="benefits"),
    path("<int:epn_id>/", views.epn, name="epn"),
    path("<int:epn_id>/decide/", decision_views.decide, name="decide"),
    path("<int:epn_id>/undo/<int:number>/", decision_views.undo, name="undo"),
    path("<int:epn_id>/ask/", decision_views.ask, name="ask"),
    path("<int:epn_id>/visits/add/", paper_views.inspect, name="inspect"),
    path("<int:epn_id>/visits/<int:pk>/", paper_views.inspection, name="inspection"),
    path("<int:epn_id>/visits/<int:pk>/remove/", paper_views.inspection_remove, name="inspection_remove"),
    path("<int:epn_id>/benefits/add/", paper_views.benefit_add, name="benefit_add"),
    path("<int:epn_id>/benefits/<int:pk>/remove/", paper_views.benefit_remove, name="benefit_remove"),
]

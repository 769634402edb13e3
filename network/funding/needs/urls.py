"""Addresses of needs, scenarios and proposals: part of those of the network's money."""

from django.urls import path

from network.funding.needs import cost_views, proposal_views, views

urlpatterns = [
    path("cost/", cost_views.cost_model, name="cost_model"),
    path("cost/<int:pk>/", cost_views.cost_items, name="cost_items"),
    path("needs/", views.needs, name="needs"),
    path("scenarios/", views.scenarios, name="scenarios"),
    path("scenarios/add/", views.scenario_add, name="scenario_add"),
    path("scenarios/compare/", views.compare, name="compare"),
    path("scenarios/<int:pk>/", views.scenario, name="scenario"),
    path("scenarios/<int:pk>/change/", views.scenario_change, name="scenario_change"),
    path("scenarios/<int:pk>/copy/", views.scenario_copy, name="scenario_copy"),
    path("scenarios/<int:pk>/delete/", views.scenario_delete, name="scenario_delete"),
    path("scenarios/<int:pk>/restore/", views.scenario_restore, name="scenario_restore"),
    path("scenarios/<int:pk>/add/<slug:kind>/", views.measure_add, name="measure_add"),
    path("measures/<int:pk>/", views.measure_change, name="measure_change"),
    path("measures/<int:pk>/delete/", views.measure_delete, name="measure_delete"),
    path("measures/<int:pk>/restore/", views.measure_restore, name="measure_restore"),
    path("proposals/", proposal_views.proposals, name="proposals"),
    path("proposals/add/", proposal_views.proposal_add, name="proposal_add"),
    path("proposals/<int:pk>/", proposal_views.proposal, name="proposal"),
    path("proposals/<int:pk>/change/", proposal_views.proposal_change, name="proposal_change"),
    path("proposals/<int:pk>/document/", proposal_views.document, name="proposal_document"),
    path("proposals/<int:pk>/keep/", proposal_views.proposal_keep, name="proposal_keep"),
    path("proposals/<int:pk>/delete/", proposal_views.proposal_delete, name="proposal_delete"),
    path("proposals/<int:pk>/restore/", proposal_views.proposal_restore, name="proposal_restore"),
]

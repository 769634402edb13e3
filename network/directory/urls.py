from django.urls import path

from network.directory import feed_views, place_views
from network.directory import management_views as views

app_name = "epn"
urlpatterns = [
    path("", views.epn_list, name="list"),
    path("add_one/", views.epn_add, name="add"),  # with an underscore, which the address of no EPN has
    path("list.pdf", place_views.paper_list, name="paper_list"),
    path("<slug:slug>/", place_views.place, name="place"),
    path("<slug:slug>/poster.pdf", place_views.poster, name="poster"),
    path("<slug:slug>/hours.ics", feed_views.hours, name="hours"),
    path("<slug:slug>/sites/<int:site_id>/hours.ics", feed_views.hours, name="site_hours"),
    path("<int:epn_id>/rename/", views.epn_rename, name="rename"),
    path("<int:epn_id>/archive/", views.epn_archive, name="archive"),
    path("<int:epn_id>/restore/", views.epn_restore, name="restore"),
    path("<int:epn_id>/coordinator/", views.epn_coordinator, name="coordinator"),
    path("<int:epn_id>/coordinator/<int:invitation_id>/resend/", views.epn_coordinator_again, name="coordinator_again"),
    path(
        "<int:epn_id>/coordinator/<int:invitation_id>/revoke/", views.epn_coordinator_revoke, name="coordinator_revoke"
    ),
    path("<int:epn_id>/label/", views.epn_label, name="label"),
]

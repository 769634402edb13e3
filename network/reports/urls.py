from django.urls import path

from network.reports import line_views, pack_views, views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("begin/", views.begin, name="begin"),
    path("packs/", pack_views.packs, name="packs"),
    path("packs/new/", pack_views.new, name="pack_new"),
    path("packs/<int:pk>/", pack_views.pack, name="pack"),
    path("packs/<int:pk>/next/", pack_views.following, name="pack_next"),
    path("packs/<int:pk>/delete/", pack_views.delete, name="pack_delete"),
    path("packs/<int:pk>/restore/", pack_views.restore, name="pack_restore"),
    path("packs/<int:pk>/write/", pack_views.write, name="pack_write"),
    path("packs/<int:pk>/use/", pack_views.use, name="pack_use"),
    path("packs/<int:pk>/add/<slug:kind>/", pack_views.line_add, name="pack_line_add"),
    path("packs/<int:pk>/lines/<int:line>/", pack_views.line, name="pack_line"),
    path("packs/<int:pk>/lines/<int:line>/remove/", pack_views.line_remove, name="line_remove"),
    path("packs/<int:pk>/lines/<int:line>/move/", pack_views.line_move, name="line_move"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/change/", line_views.change, name="change"),
    path("<int:pk>/lines/<slug:code>/", line_views.line, name="line"),
    path("<int:pk>/keys/", line_views.keys, name="keys"),
    path("<int:pk>/keys/add/", line_views.keys_add, name="keys_add"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/unsign/", views.unsign, name="unsign"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/comment/", views.comment, name="comment"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/restore/", views.restore, name="restore"),
    path("<int:pk>/versions/<int:number>/", views.version, name="version"),
]

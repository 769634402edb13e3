"""`/<federation>/editions/…`: the network's side of the census. The EPN's own side is `urls_epn.py`."""

from django.urls import path

from network.cadastre.editions import comparing_views, questionnaire_views, return_views, views

app_name = "editions"

urlpatterns = [
    path("", views.home, name="home"),
    path("open/", views.open_new, name="open"),
    path("years/", comparing_views.years, name="years"),
    path("difference/", comparing_views.two, name="difference"),
    path("questionnaires/", questionnaire_views.every, name="questionnaires"),
    path("questionnaires/add/", questionnaire_views.add, name="questionnaire_add"),
    path("questionnaires/<int:number>/", questionnaire_views.one, name="questionnaire"),
    path("questionnaires/<int:number>/remove/", questionnaire_views.remove, name="questionnaire_remove"),
    path("questionnaires/<int:number>/indicators/add/", questionnaire_views.indicator, name="indicator_add"),
    path("questionnaires/<int:number>/indicators/<int:pk>/", questionnaire_views.indicator, name="indicator"),
    path(
        "questionnaires/<int:number>/indicators/<int:pk>/remove/",
        questionnaire_views.indicator_remove,
        name="indicator_remove",
    ),
    path(
        "questionnaires/<int:number>/indicators/<int:pk>/move/",
        questionnaire_views.indicator_move,
        name="indicator_move",
    ),
    path("questionnaires/<int:number>/rules/add/", questionnaire_views.rule, name="rule_add"),
    path("questionnaires/<int:number>/rules/<int:pk>/", questionnaire_views.rule, name="rule"),
    path("questionnaires/<int:number>/rules/<int:pk>/remove/", questionnaire_views.rule_remove, name="rule_remove"),
    path("returns/<int:pk>/", return_views.one, name="return"),
    path("returns/<int:pk>/send-back/", return_views.back, name="send_back"),
    path("returns/<int:pk>/validate/", return_views.validate, name="validate"),
    path("returns/<int:pk>/undo/", return_views.undo, name="undo"),
    path("returns/<int:pk>/more-time/", return_views.more_time, name="extend"),
    path("returns/<int:pk>/remind/", return_views.send_reminder, name="remind"),
    path("returns/<int:pk>/called/", return_views.called, name="called"),
    path("returns/<int:pk>/files/<slug:code>/", return_views.attachment, name="attachment"),
    path("enter/<int:pk>/", return_views.enter_return, name="enter_return"),
    path("enter/<int:pk>/tables/<slug:code>/", return_views.enter_table, name="enter_table"),
    path("enter/<int:pk>/files/<slug:code>/", return_views.enter_file, name="enter_file"),
    path("enter/<int:pk>/files/<slug:code>/content/", return_views.attachment, name="enter_file_content"),
    path("enter/<int:pk>/files/<slug:code>/remove/", return_views.enter_detach, name="enter_detach"),
    path("enter/<int:pk>/sign/", return_views.enter_sign, name="enter_sign"),
    path("enter/<int:pk>/take-back/", return_views.enter_take_back, name="enter_take_back"),
    path("enter/<int:pk>/fill-again/", return_views.enter_fill_again, name="enter_fill_again"),
    path("enter/<int:pk>/paper/", return_views.enter_paper, name="enter_paper"),
    path("enter/<int:pk>/import/", return_views.enter_import, name="enter_import"),
    path("enter/<int:pk>/import/model/", return_views.enter_import_model, name="enter_import_model"),
    path("enter/<int:pk>/import/write/", return_views.enter_import_write, name="enter_import_write"),
    path("<int:year>/", views.board, name="board"),
    path("<int:year>/reminders/", views.reminders, name="reminders"),
    path("<int:year>/freeze/", views.freeze, name="freeze"),
    path("<int:year>/verify/", views.check, name="verify"),
    path("<int:year>/file/", views.frozen_file, name="file"),
    path("<int:year>/totals/", views.totals_page, name="totals"),
]

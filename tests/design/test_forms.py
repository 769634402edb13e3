from __future__ import annotations

import re

from django import forms
from django.test import RequestFactory
from django.utils.translation import override

from maillage.design.templatetags.design import filter_bar, icon, icon_names
from tests.design.gallery import FilterForm, VisitForm


def test_a_label_points_to_its_field_and_the_field_to_its_help_and_error() -> None:
    html = str(VisitForm({"minutes": "9999"})["minutes"].as_field_group())

    assert 'for="id_minutes"' in html
    assert 'id="id_minutes_helptext"' in html
    assert 'id="id_minutes_error"' in html
    assert 'aria-describedby="id_minutes_helptext id_minutes_error"' in html
    assert 'aria-invalid="true"' in html


def test_each_entry_of_the_error_summary_leads_to_a_field_of_the_page() -> None:
    html = str(VisitForm({}))

    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert len(targets) == 6
    for target in targets:
        assert f'id="{target}"' in html


def test_optional_fields_say_so_in_words_and_required_ones_carry_no_mark() -> None:
    with override("fr"):
        html = str(VisitForm())

    assert html.count("(facultatif)") == 1
    assert "*" not in re.sub(r"<[^>]*>", "", html)


def test_filters_do_not_repeat_that_they_are_optional() -> None:
    request = RequestFactory().get("/journal/?theme=tax")

    context = filter_bar({"request": request}, FilterForm())  # type: ignore[arg-type]

    with override("fr"):
        assert "(facultatif)" not in str(context["form"])
    assert context["active"]


def test_what_was_typed_comes_back_escaped() -> None:
    html = str(VisitForm({"minutes": "<b>", "note": "</textarea><script>"}))

    assert "<script>" not in html
    assert 'value="&lt;b&gt;"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = str(VisitForm()["themes"].as_field_group())

    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Thèmes", html)
    assert html.count('type="checkbox"') == 6


def test_a_placeholder_is_never_the_only_hint() -> None:
    class Form(forms.Form):
        name = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Your name"}))

    assert "placeholder" not in str(Form())


def test_an_unknown_drawing_is_a_dot_so_that_a_new_theme_still_shows() -> None:
    assert icon("a_new_code").endswith('#dot"></use></svg>')
    assert icon("tax").endswith('#tax"></use></svg>')
    assert {"solved", "redirected", "home"} <= icon_names()

"""The questionnaire for the members of the network; who coordinates makes a new version and changes it."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from network.cadastre.editions.contradictions import Relation
from network.cadastre.editions.models import Indicator, Questionnaire, Rule
from network.cadastre.editions.questionnaire import (
    OF_AN_INDICATOR,
    in_words,
    is_used,
    latest_questionnaire,
    move_indicator,
    new_version,
    note_version,
    plain,
    remove_indicator,
    remove_rule,
    remove_version,
    save_indicator,
    save_rule,
    versions,
)
from network.cadastre.editions.questionnaire_forms import IndicatorForm, NoteForm, RuleForm, as_lines
from network.cadastre.editions.views import Page, by_of, may_manage, posted
from network.cadastre.editions.words import source_label, unit_of
from tenants.registry.middleware import SpaceRequest
from tenants.registry.team.views import take_errors

HIGHEST = 32_767


def _questionnaire(number: int) -> Questionnaire:
    found: Questionnaire | None = Questionnaire.objects.filter(number=min(number, HIGHEST)).first()
    if found is None:
        raise Http404
    return found


@require_safe
def every(request: SpaceRequest) -> Page:
    latest_questionnaire()
    found = versions()
    if kind := asked(request):
        header = [_("Version"), _("What is new in it"), _("Indicators"), _("Editions that use it")]
        rows = [[one.number, one.note, one.asked, one.used] for one in found]  # type: ignore[attr-defined]
        names = ("version", "note", "indicators", "editions")
        return download(request, kind, "questionnaires", names=names, header=header, rows=rows, as_of=timezone.now())
    context = {
        "versions": found,
        "may_manage": may_manage(request),
        "may_add": may_manage(request) and bool(found[0].used),  # type: ignore[attr-defined]
        "last": found[0].number,
    }
    return render(request, "editions/questionnaires.html", context)


@require_POST
def add(request: SpaceRequest) -> HttpResponse:
    try:
        made = new_version(by_id=by_of(request).person_id)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("editions:questionnaires")
    messages.success(
        request, _("Version %(number)s is a copy of the last one: change what you need.") % {"number": made.number}
    )
    return redirect("editions:questionnaire", made.number)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SpaceRequest, number: int) -> Page:
    questionnaire = _questionnaire(number)
    indicators = list(questionnaire.indicators.all())
    if kind := asked(request):
        header = ["code", *OF_AN_INDICATOR[1:]]
        rows = [_cells(each) for each in indicators]
        stem = f"questionnaire-{number}"
        return download(request, kind, stem, names=OF_AN_INDICATOR, header=header, rows=rows, as_of=timezone.now())
    form = NoteForm(posted(request), initial={"note": questionnaire.note})
    if form.is_bound and form.is_valid():
        try:
            note_version(number=number, **form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("editions:questionnaire", number)
    labels = {each.code: each.label for each in indicators}
    rules = [
        (each, in_words(Relation(each.left, each.comparison, tuple(each.right)), labels))
        for each in questionnaire.rules.all()
    ]
    used = is_used(questionnaire)
    context = {
        "questionnaire": questionnaire,
        "sections": [
            (title, list(rows)) for title, rows in groupby(map(_Shown, indicators), lambda each: each.section)
        ],
        "count": len(indicators),
        "rules": rules,
        "used": used,
        "form": form,
        "may_change": may_manage(request) and not used,
    }
    return render(request, "editions/questionnaire.html", context)


class _Shown:
    """An indicator in words."""

    def __init__(self, indicator: Indicator) -> None:
        self.it = indicator
        self.section = indicator.section
        self.unit = unit_of(indicator)
        self.source = source_label(indicator.source) if indicator.source else ""
        low, high = plain(indicator.minimum), plain(indicator.maximum)
        self.bounds = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""


def _cells(each: Indicator) -> list[object]:
    cells: list[object] = []
    for name in OF_AN_INDICATOR:
        value = getattr(each, name)
        if name in ("choices", "columns", "rows"):
            value = as_lines(value)
        elif name == "replaces":
            value = ", ".join(value)
        cells.append(value)
    return cells


@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: SpaceRequest, number: int, pk: int = 0) -> HttpResponse:
    """Add one (without `pk`), or change it."""
    questionnaire = _questionnaire(number)
    there = list(questionnaire.indicators.all())
    found = next((each for each in there if each.pk == pk), None)
    if pk and found is None:
        raise Http404
    form = IndicatorForm(posted(request), indicator=found, section=there[-1] if there else None)
    if form.is_bound and form.is_valid():
        try:
            save_indicator(number=number, pk=pk or None, said=form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("editions:questionnaire", number)
    return render(request, "editions/indicator.html", {"form": form, "questionnaire": questionnaire, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: SpaceRequest, number: int, pk: int = 0) -> HttpResponse:
    questionnaire = _questionnaire(number)
    found = Rule.objects.filter(questionnaire=questionnaire, pk=pk).first() if pk <= 2**63 - 1 else None
    if pk and found is None:
        raise Http404
    form = RuleForm(posted(request), indicators=questionnaire.indicators.all(), rule=found)
    if form.is_bound and form.is_valid():
        try:
            save_rule(number=number, pk=pk or None, said=form.cleaned_data)
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("editions:questionnaire", number)
    return render(request, "editions/rule.html", {"form": form, "questionnaire": questionnaire, "found": found})


@require_POST
def indicator_remove(request: SpaceRequest, number: int, pk: int) -> HttpResponse:
    _questionnaire(number)
    try:
        remove_indicator(number=number, pk=min(pk, 2**63 - 1))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The indicator is removed from this version."))
    return redirect("editions:questionnaire", number)


@require_POST
def indicator_move(request: SpaceRequest, number: int, pk: int) -> HttpResponse:
    _questionnaire(number)
    try:
        move_indicator(number=number, pk=pk, by=-1 if request.POST.get("to") == "up" else 1)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    found = Indicator.objects.filter(pk=min(pk, 2**63 - 1)).first()
    return redirect(f"{request.path.partition('indicators/')[0]}#{found.code if found else 'indicators'}")


@require_POST
def rule_remove(request: SpaceRequest, number: int, pk: int) -> HttpResponse:
    _questionnaire(number)
    try:
        remove_rule(number=number, pk=min(pk, 2**63 - 1))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The rule is removed from this version."))
    return redirect("editions:questionnaire", number)


@require_POST
def remove(request: SpaceRequest, number: int) -> HttpResponse:
    _questionnaire(number)
    try:
        remove_version(number=number)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("editions:questionnaire", number)
    messages.success(request, _("The version is removed."))
    return redirect("editions:questionnaires")

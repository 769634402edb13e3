"""Trainings and badges, for the EPN's coordinator."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.design.downloads import asked, download
from maillage.design.feedback import success_with_undo
from tenants.staff.models import StaffMember, Training
from tenants.staff.trainings import services
from tenants.staff.trainings.forms import TrainingForm, initial_of
from tenants.staff.trainings.selectors import NAMES, SOON, rows_of, trainings_here

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def trainings(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    soon = request.GET.get("show") == "soon"
    lines = trainings_here(timezone.localdate(), soon=soon)
    if kind := asked(request):
        header = [
            _("Person"), _("Kind"), _("Title"), _("Given by"), _("Followed or obtained on"), _("Valid until"),
            _("Days left"), _("Hours"),
        ]  # fmt: skip
        rows = list(rows_of(lines))
        return download(request, kind, "trainings", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    return render(request, "staff/trainings.html", {"lines": lines, "soon": soon, "days": SOON})


@form_page
def training_add(request: HttpRequest, member_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(StaffMember, pk=member_id), None)


@form_page
def training_change(request: HttpRequest, member_id: int, training_id: int) -> HttpResponse:
    training = get_object_or_404(Training.objects.select_related("member"), pk=training_id, member=member_id)
    return _form(request, training.member, training)


def _form(request: HttpRequest, member: StaffMember, training: Training | None) -> HttpResponse:
    initial = initial_of(training) if training is not None else {"obtained_on": timezone.localdate()}
    form = TrainingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            if training is None:
                services.add_training(member=member, **facts)
            else:
                services.change_training(training=training, **facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("“%(title)s” is saved.") % {"title": facts["title"]})
            return redirect("staff:person", member.pk)
    return render(request, "staff/training.html", {"form": form, "member": member, "training": training})


@require_POST
def training_remove(request: HttpRequest, member_id: int, training_id: int) -> HttpResponse:
    training = Training.objects.filter(pk=training_id, member=member_id).first()
    if training is not None:
        services.remove_training(training=training)
        undo = reverse("staff:training_restore", args=[member_id, training.pk])
        success_with_undo(request, _("“%(title)s” is removed.") % {"title": training.title}, undo)
    return redirect("staff:person", get_object_or_404(StaffMember, pk=member_id).pk)


@require_POST
def training_restore(request: HttpRequest, member_id: int, training_id: int) -> HttpResponse:
    training: Training = get_object_or_404(Training.with_deleted, pk=training_id, member=member_id)
    services.restore_training(training=training)
    messages.success(request, _("“%(title)s” is back.") % {"title": training.title})
    return redirect("staff:person", member_id)

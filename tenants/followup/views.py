"""Follow-up: what is to do today, find a thread by its code, open, read, change, close and erase it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import Person
from maillage.design.downloads import asked, download
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from maillage.reference.selectors import label_of
from tenants.activity.forms import new_key
from tenants.activity.selectors import animators
from tenants.activity.views import actor_of, space_id
from tenants.followup import selectors
from tenants.followup.codes import shown
from tenants.followup.exports import STEP_NAMES, THREAD_NAMES, step_header, step_rows, thread_header, thread_rows
from tenants.followup.forms import NEXT_WEEK, TO_DO, CloseForm, CodeForm, NewThreadForm, StepForm, ThreadForm
from tenants.followup.models import Step, Thread
from tenants.followup.rules import erased_on
from tenants.followup.services import add_step, change_thread, close_thread, erase_thread, open_thread, reopen_thread
from tenants.registry.middleware import SpaceRequest
from tenants.registry.selectors import followup_months

LINES_A_PAGE = 50


def team() -> list[Person]:
    return animators(space_id())


def labels_of(thread: Thread) -> str:
    return ", ".join(label_of("theme", one) for one in thread.themes)


def _line(step: Step, person_id: int) -> dict[str, Any]:
    return {
        "step": step,
        "code": shown(step.thread.code),
        "is_mine": step.animator_id == person_id,
        "is_late": step.due_on is not None and step.due_on < timezone.localdate(),
    }


# --- to do today, and finding a thread --------------------------------------------------------------------------


@require_safe
@never_cache
def home(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    person_id = actor_of(request).person_id
    if kind := asked(request):
        rows = step_rows(selectors.to_do(person_id=person_id))
        return download(request, kind, "to-do", names=STEP_NAMES, header=step_header(), rows=rows, as_of=timezone.now())
    return _home_page(request, CodeForm())


def _home_page(request: SpaceRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "form": form,
        "to_do": [_line(one, actor.person_id) for one in selectors.to_do(person_id=actor.person_id)],
        "coming": [_line(one, actor.person_id) for one in selectors.coming()[:LINES_A_PAGE]],
        "coordinates": actor.coordinates,
    }
    return render(request, "followup/home.html", context, status=status)


@require_POST
@never_cache
def find(request: SpaceRequest) -> HttpResponse:
    """By POST, so that no code gets into an address, a history or a log."""
    form = CodeForm(request.POST)
    if form.is_valid():
        thread = selectors.by_code(form.cleaned_data["code"])
        if thread is not None:
            return redirect("followup:thread", thread.pk)
        form.add_error(
            "code",
            _("No follow-up has this code here. It may have been erased, or the card is of another EPN."),
        )
    return _home_page(request, form)


@require_safe
@never_cache
def threads(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    """The open ones, or with `?closed=1` the others."""
    is_closed = request.GET.get("closed") == "1"
    found = selectors.threads().filter(closed_on__isnull=not is_closed)
    months = followup_months(space_id())
    if kind := asked(request):
        return download(
            request, kind, "follow-ups", names=THREAD_NAMES, header=thread_header(),
            rows=thread_rows(found, months), as_of=timezone.now(),
        )  # fmt: skip
    page = Paginator(found, LINES_A_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "thread": one,
            "code": shown(one.code),
            "themes": labels_of(one),
            "erased_on": erased_on(one.last_activity, months),
            "is_soon_erased": selectors.is_soon_erased(one, months),
        }
        for one in page.object_list
    ]
    context = {"lines": lines, "page_obj": page, "is_closed": is_closed}
    return render(request, "followup/threads.html", context)


# --- one thread -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_one(request: SpaceRequest) -> HttpResponse:
    people = team()
    usual = {"key": new_key(), "animator": request.user.pk, "language": get_language()}
    form = NewThreadForm(request.POST if request.method == "POST" else None, people=people, initial=usual)
    if form.is_bound and form.is_valid():
        try:
            made = open_thread(by=actor_of(request), key=form.cleaned_data["key"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The follow-up is open. Print the card and give it to the person."))
            return redirect("followup:card", made.pk)
    return render(request, "followup/open.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def thread(request: SpaceRequest, pk: int) -> HttpResponse:
    """The whole thread, with the form of its next step."""
    found = get_object_or_404(selectors.threads(), pk=pk)
    usual = {
        "key": new_key(), "kind": TO_DO, "day": timezone.localdate() + NEXT_WEEK, "animator": request.user.pk,
    }  # fmt: skip
    form = StepForm(request.POST if request.method == "POST" else None, people=team(), initial=usual)
    if form.is_bound and form.is_valid():
        try:
            add_step(thread=found, key=form.cleaned_data["key"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        else:
            messages.success(request, _("The step is saved."))
            return redirect("followup:thread", pk)
    waiting, done = selectors.steps_of(found)
    months = followup_months(space_id())
    today = timezone.localdate()
    context = {
        "thread": found,
        "code": shown(found.code),
        "themes": labels_of(found),
        "form": form,
        "waiting": [{"step": one, "is_late": bool(one.due_on and one.due_on < today)} for one in waiting],
        "done": done,
        "erased_on": erased_on(found.last_activity, months),
        "is_soon_erased": selectors.is_soon_erased(found, months),
    }
    return render(request, "followup/thread.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: SpaceRequest, pk: int) -> HttpResponse:
    """Whoever saves second sees both versions and chooses."""
    found = get_object_or_404(selectors.threads(), pk=pk)
    people = team()
    stored = ThreadForm(thread=found, people=people)
    sent = settled(request.POST, stored) if request.method == "POST" else None
    form = ThreadForm(sent, thread=found, people=people)
    differences: list[Difference] = []
    if form.is_bound and form.is_valid():
        try:
            if is_undecided(request.POST):
                raise ChangedMeanwhile(found)
            change_thread(thread=found, seen=form.cleaned_data["version"], **form.facts())
        except ValidationError as error:
            form.add_problems(error)
        except ChangedMeanwhile as meanwhile:
            form.data = renewed(request.POST, meanwhile.stored)
            differences = compare(form, ThreadForm(thread=meanwhile.stored, people=people))
        if not form.errors and not differences:
            messages.success(request, _("The follow-up is changed."))
            return redirect("followup:thread", pk)
    context = {"form": form, "thread": found, "code": shown(found.code), "differences": differences}
    return render(request, "followup/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SpaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.threads(), pk=pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        close_thread(thread=found, ending=form.cleaned_data["ending"])
        messages.success(request, _("The follow-up is closed."))
        return redirect("followup:home")
    context = {
        "title": _("Close this follow-up?"),
        "text": _("It leaves the list of what is to do. It can be opened again until it is erased."),
        "action_label": _("Close the follow-up"),
        "cancel_url": reverse("followup:thread", args=[pk]),
        "danger": False,
        "form": form,
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
def reopen(request: SpaceRequest, pk: int) -> HttpResponseRedirect:
    found = get_object_or_404(selectors.threads(), pk=pk)
    reopen_thread(thread=found)
    messages.success(request, _("The follow-up is open again."))
    return redirect("followup:thread", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SpaceRequest, pk: int) -> HttpResponse:
    """The person takes their consent back. It asks once: nothing brings it back."""
    found = get_object_or_404(selectors.threads(), pk=pk)
    if request.method == "POST":
        erase_thread(thread=found)
        messages.success(request, _("The follow-up is erased. The card leads nowhere any more."))
        return redirect("followup:home")
    context = {
        "title": _("Erase this follow-up?"),
        "text": _(
            "The person no longer agrees: everything written in it is erased at once and for good. "
            "The visits stay; nothing in them says whose they were."
        ),
        "action_label": _("Erase it now"),
        "cancel_url": reverse("followup:thread", args=[pk]),
        "danger": True,
        "form": None,
    }  # fmt: skip
    return render(request, "components/confirm_page.html", context)

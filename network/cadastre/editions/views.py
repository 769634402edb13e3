"""The editions of a network, for its members: the list, the board of one, reminders, freezing, its file, its totals."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.accounts.models import Person
from maillage.design.downloads import asked, download, perimeter
from maillage.reference.selectors import commune_label
from network.cadastre.editions import board as boards
from network.cadastre.editions import exports
from network.cadastre.editions.answering import By
from network.cadastre.editions.comparing import perimeters_of
from network.cadastre.editions.edition_forms import BoardForm, FreezeForm, OpenForm, PerimeterForm, RemindForm
from network.cadastre.editions.enums import Step
from network.cadastre.editions.exports import File
from network.cadastre.editions.freezing import facts_of, freeze_edition, missing_of, verify
from network.cadastre.editions.letters import ask_for_letters, preview
from network.cadastre.editions.models import CensusReturn, Edition, FrozenEdition, LetterRun
from network.cadastre.editions.opening import open_edition
from network.cadastre.editions.publishing import comes_too_late, year_release
from network.cadastre.editions.questionnaire import latest_questionnaire, versions
from network.cadastre.editions.tasks import write_letters
from network.cadastre.editions.totals import indicators_of, totals, who
from network.cadastre.enums import Perimeter
from tenants.registry.enums import Role
from tenants.registry.jobs import defer_after_commit
from tenants.registry.middleware import SpaceRequest
from tenants.registry.team.views import origin_of, take_errors

ROWS_A_PAGE = 50
ON_THE_PHONE = 12  # whom to phone today: more is another day's work
Page = HttpResponse | StreamingHttpResponse


def by_of(request: SpaceRequest) -> By:
    person = request.user
    assert isinstance(person, Person)
    return By(person.pk, person.name, for_network=True)


def may_manage(request: SpaceRequest) -> bool:
    return request.membership is not None and request.membership.role == Role.NETWORK_COORDINATOR


def posted(request: SpaceRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def edition_of(year: int) -> Edition:
    found: Edition | None = Edition.objects.select_related("questionnaire").filter(year=min(year, 9999)).first()
    if found is None:
        raise Http404
    return found


def as_file(request: SpaceRequest, kind: str, file: File) -> StreamingHttpResponse:
    return download(
        request, kind, file.stem, names=file.names, header=file.header, rows=file.rows, as_of=timezone.now()
    )


def words_of(edition: Edition, chosen: str, board: boards.Board | None = None, asked_of: int | None = None) -> str:
    """Whose figures these are, with how many they are."""
    count = asked_of if asked_of is not None else board.asked if board else 0
    if chosen == Perimeter.LABELLED:
        return ngettext("%(n)s labelled EPN that was asked", "%(n)s labelled EPN that were asked", count) % {"n": count}
    return ngettext("%(n)s EPN that was asked", "%(n)s EPN that were asked", count) % {"n": count}


@require_safe
def home(request: SpaceRequest) -> Page:
    found = boards.editions()
    if kind := asked(request):
        names = ("year", "perimeter", "questionnaire", "due_on", "asked", "sent", "validated", "frozen_at")
        header = [
            _("Year"), _("Who is asked"), _("Questionnaire"), _("To be sent by"), _("EPN asked"), _("Signed"),
            _("Validated"), _("Frozen"),
        ]  # fmt: skip
        rows = [
            [
                str(one.year), str(Perimeter(one.perimeter).label), one.questionnaire.number, one.due_on,
                one.asked, one.sent, one.validated, one.frozen_at,  # type: ignore[attr-defined]
            ]
            for one in found
        ]  # fmt: skip
        return download(request, kind, "editions", names=names, header=header, rows=rows, as_of=timezone.now())
    return render(request, "editions/home.html", {"editions": found, "may_manage": may_manage(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def open_new(request: SpaceRequest) -> Page:
    latest_questionnaire()
    known = versions()
    form = OpenForm(posted(request), versions=known, taken={one.year for one in boards.editions()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        by = by_of(request)
        try:
            edition = open_edition(
                year=said["year"],
                perimeter=said["perimeter"],
                due_on=said["due_on"],
                questionnaire=next(one for one in known if str(one.number) == said["questionnaire"]),
                by_id=by.person_id,
                by_name=by.name,
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            ids = list(CensusReturn.objects.filter(edition=edition).values_list("pk", flat=True))
            text = ngettext(
                "The edition is open: %(n)s EPN is asked.", "The edition is open: %(n)s EPN are asked.", len(ids)
            )
            messages.success(request, text % {"n": len(ids)})
            if said["letters"]:
                _letters(request, edition, Step.OPENED, ids)
            return redirect("editions:board", edition.year)
    return render(request, "editions/open.html", {"form": form})


def _letters(request: SpaceRequest, edition: Edition, kind: Step, ids: list[int], *, again: bool = False) -> None:
    run = ask_for_letters(
        edition=edition, kind=kind, returns=ids, by=by_of(request), origin=origin_of(request), again=again
    )
    assert request.space is not None
    defer_after_commit(write_letters, once=f"census letters {run.pk}", space_id=request.space.pk, run_id=run.pk)
    messages.info(request, _("The letters are being written; the board says when they have gone."))


@require_safe
def board(request: SpaceRequest, year: int) -> Page:
    edition = edition_of(year)
    found = boards.board(edition)
    form = BoardForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    rows = found.chosen(
        text=said.get("q", ""), state=said.get("state", ""), why=said.get("why", ""),
        perimeter=said.get("perimeter", ""),
    )  # fmt: skip
    communes = {one.commune: commune_label(one.commune) for one in found.rows}
    if kind := asked(request):
        return download(
            request, kind, f"edition-{year}", names=boards.NAMES, header=boards.header(),
            rows=boards.file_rows(rows, communes), as_of=timezone.now(),
        )  # fmt: skip
    calls = [] if edition.is_frozen else found.to_phone
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "editions/board.html",
        {
            "edition": edition,
            "year": str(edition.year),
            "board": found,
            "perimeter": words_of(edition, edition.perimeter, found),
            "filter": form,
            "calls": calls[:ON_THE_PHONE],
            "more_calls": max(len(calls) - ON_THE_PHONE, 0),
            "page": page,
            "rows": [(communes[one.commune], one) for one in page],
            "found": len(rows),
            "runs": list(LetterRun.objects.filter(edition=edition)[:3]),
            "may_manage": may_manage(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reminders(request: SpaceRequest, year: int) -> Page:
    """Who would get a letter, and how it reads; then they are written."""
    edition = edition_of(year)
    found = boards.board(edition)
    groups = {name: boards.to_remind(found, name) for name in ("late", "open")}
    form = RemindForm(
        posted(request), initial={"who": request.GET.get("who") or ("late" if groups["late"] else "open")}
    )
    if form.is_bound and form.is_valid():
        rows = boards.to_remind(found, form.cleaned_data["who"])
        again = form.cleaned_data["again"]
        ids = [one.pk for one in rows if again or not one.reminded_today]
        if edition.is_frozen:
            form.add_error(None, _("This edition is frozen: nothing in it changes any more."))
        elif ids:
            _letters(request, edition, Step.REMINDED, ids, again=again)
            return redirect("editions:board", edition.year)
        else:
            form.add_error("who", _("Nobody is to be reminded: none is late, or all have had a letter today."))
    first = next((one for name in ("late", "open") for one in groups[name]), None)
    sample = None
    if first is not None:
        row = CensusReturn.objects.select_related("edition__questionnaire").get(pk=first.pk)
        sample = preview(row, origin=origin_of(request), language=get_language() or "fr")
    context = {
        "edition": edition,
        "year": str(edition.year),
        "form": form,
        "groups": groups,
        "today": {name: sum(one.reminded_today for one in rows) for name, rows in groups.items()},
        "first": first,
        "sample": sample,
    }
    return render(request, "editions/reminders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def freeze(request: SpaceRequest, year: int) -> Page:
    """What is missing first; then the edition is closed for good."""
    edition = edition_of(year)
    if edition.is_frozen:
        return redirect("editions:verify", edition.year)
    missing = missing_of(edition)
    form = FreezeForm(posted(request), missing=len(missing))
    if form.is_bound and form.is_valid():
        by = by_of(request)
        try:
            freeze_edition(
                pk=edition.pk, missing=form.cleaned_data["missing"] or 0, by_id=by.person_id, by_name=by.name
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The edition is frozen: nothing in it changes any more."))
            return redirect("editions:verify", edition.year)
    asked_of = CensusReturn.objects.filter(edition=edition).count()
    context = {
        "edition": edition,
        "year": str(edition.year),
        "form": form,
        "missing": missing,
        "states": Counter(str(one.get_state_display()) for one in missing).items(),
        "asked": asked_of,
        "validated": asked_of - len(missing),
        "facts": facts_of(edition),
        "release": year_release(edition.year),
    }
    return render(request, "editions/freeze.html", context)


@require_safe
@never_cache
def check(request: SpaceRequest, year: int) -> Page:
    """Whether a frozen edition is what it was."""
    edition = edition_of(year)
    if not edition.is_frozen:
        raise Http404
    frozen = FrozenEdition.objects.only("facts", "sha256", "made_at").get(edition=edition)
    missing = missing_of(edition)
    asked_of = CensusReturn.objects.filter(edition=edition).count()
    release = year_release(edition.year)
    context = {
        "release": release,
        "not_released": release is None or comes_too_late(edition, release),
        "may_manage": may_manage(request),
        "edition": edition,
        "year": str(edition.year),
        "frozen": frozen,
        "facts": frozen.facts,
        "verdict": verify(edition),
        "missing": missing,
        "asked": asked_of,
        "validated": asked_of - len(missing),
    }
    return render(request, "editions/verify.html", context)


@require_safe
def frozen_file(request: SpaceRequest, year: int) -> HttpResponse:
    """The file itself, as it was frozen."""
    frozen = FrozenEdition.objects.filter(edition=edition_of(year)).first()
    if frozen is None:
        raise Http404
    response = HttpResponse(bytes(frozen.content), content_type="application/json")
    name = f"{perimeter().replace('/', '-')}-edition-{year}-{frozen.sha256[:12]}.json"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    response["ETag"] = f'"{frozen.sha256}"'
    return response


@require_safe
def totals_page(request: SpaceRequest, year: int) -> Page:
    """What the edition adds up to in a perimeter, and everything it holds as files."""
    edition = edition_of(year)
    form = PerimeterForm(request.GET or None)
    offered = perimeters_of(edition)
    form.fields["perimeter"].choices = [(one, Perimeter(one).label) for one in offered]  # type: ignore[attr-defined]
    chosen = (form.cleaned_data["perimeter"] if form.is_valid() else "") or offered[0]
    whose = who(edition, chosen)
    found = totals(whose, indicators_of(edition))
    if kind := asked(request):
        table = request.GET.get("table", "")
        if table == "long":
            return as_file(request, kind, exports.long(edition, chosen))
        if table == "wide":
            return as_file(request, kind, exports.wide(edition, chosen))
        return as_file(request, kind, exports.of_totals(whose, found))
    shown = [one for one in found if one.is_number or one.indicator.choices]
    context = {
        "edition": edition,
        "year": str(edition.year),
        "filter": form,
        "whose": whose,
        "perimeter": words_of(edition, chosen, asked_of=whose.asked),
        "counted": len(whose.counted),
        "totals": shown,
    }
    return render(request, "editions/totals.html", context)

"""The pages on which a census return is filled in and signed, whoever does it.

A `Desk` says who, how the return is read and changed, and under which names its pages stand: the EPN's own pages go
through the crossing, those of the network on behalf of an EPN work in the federation. An URLconf that serves them has
the routes `return`, `table`, `file`, `file_content`, `detach`, `sign`, `take_back`, `fill_again`, `paper`, `import`,
`import_model` and `import_write`, each behind the desk's prefix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design.downloads import asked, download
from maillage.design.two_versions import ChangedMeanwhile, Difference, compare, is_undecided, renewed, settled
from network.cadastre.editions import answering
from network.cadastre.editions.answering import By, Given
from network.cadastre.editions.answers import Answer, ReturnInFull
from network.cadastre.editions.enums import Kind, State
from network.cadastre.editions.forms import VALUE, AnswersForm, FileForm, SignForm, TableForm, as_typed
from network.cadastre.editions.models import CensusReturn, ReturnFile
from network.cadastre.editions.showing import NAMES, file_rows, header, sections

T = TypeVar("T")
ALL = "*"
SAVED, FILLED, SIGNED = "census_return.saved", "census_return.filled_again", "census_return.signed"
TAKEN_BACK, ATTACHED, DETACHED = "census_return.taken_back", "census_return.file_attached", "census_return.file_removed"
FileFound = Callable[[str], ReturnFile]


class Changing(Protocol):
    """Does the deed to the return, and the journal says so by the verb."""

    def __call__(self, deed: Callable[[CensusReturn], T], *, verb: str) -> T: ...


@dataclass(frozen=True)
class Desk:
    """Who fills a return in, and how it is reached."""

    pk: int
    by: By
    prefix: str  # of its routes: "census:"
    read: Callable[[], ReturnInFull]
    change: Changing
    home: str  # the address that leads back from the return

    def address(self, name: str, *args: str) -> str:
        return reverse(f"{self.prefix}{name}", args=[self.pk, *args])


Page = HttpResponse | HttpResponseRedirect | StreamingHttpResponse


def fill_in(request: HttpRequest, desk: Desk) -> Page:
    """The return itself: a form while it may be changed, then what was signed; also its files."""
    full = desk.read()
    if kind := asked(request):
        return _file(request, kind, full)
    if request.method != "POST":
        return _show(request, desk, full, AnswersForm(full=full) if full.is_writable else None)
    stored = AnswersForm(full=full)
    form = AnswersForm(settled(_with_buttons(request.POST, full), stored), full=full)
    form.is_valid()
    try:
        if is_undecided(request.POST):
            raise ChangedMeanwhile(full)
        _save(desk, form)
    except ChangedMeanwhile as meanwhile:
        full = meanwhile.stored
        form.data = renewed(_sent(form), full)
        return _show(request, desk, full, form, compare(form, AnswersForm(full=full)))
    except ValidationError as error:
        form.add_error(None, error)
    if not form.errors:
        return _on(request, desk)
    # What is right is saved; the rest stays as it was typed.
    full = desk.read()
    form.full, form.data = full, renewed(_sent(form), full)
    return _show(request, desk, full, form)


def _sent(form: AnswersForm) -> QueryDict:
    assert isinstance(form.data, QueryDict)
    return form.data


def _save(desk: Desk, form: AnswersForm) -> None:
    """Somebody else's change that this form shows nothing of is none: it is saved upon."""
    given = form.given()

    def deed(seen: str) -> Callable[[CensusReturn], int]:
        return lambda row: answering.save_answers(census_return=row, seen=seen, given=given, by=desk.by)

    try:
        desk.change(deed(form.cleaned_data.get("version", "")), verb=SAVED)
    except ChangedMeanwhile as meanwhile:
        if compare(form, AnswersForm(full=meanwhile.stored)):
            raise
        desk.change(deed(str(meanwhile.stored.version)), verb=SAVED)


def _with_buttons(sent: QueryDict, full: ReturnInFull) -> QueryDict:
    """What was typed, with the computed value or that of the last time where their button was pressed."""
    computed, before = sent.get("take_computed", ""), sent.get("take_before", "")
    if not computed and not before:
        return sent
    data = sent.copy()
    for answer in full.answers:
        code, value = answer.indicator.code, answer.value
        if code == computed and value is not None and value.computed is not None:
            data[VALUE + code] = as_typed(answer.indicator, value.computed)
        blank = before == ALL and not answer.is_answered and not data.get(VALUE + code)
        if (code == before or blank) and answer.before is not None:
            data[VALUE + code] = as_typed(answer.indicator, answer.before)
    return data


def _on(request: HttpRequest, desk: Desk) -> HttpResponseRedirect:
    """Where the pressed button leads, once everything is saved."""
    pressed, _dash, code = request.POST.get("then", "").partition("-")
    if pressed == "fill_again":
        return fill_again(request, desk)
    full = desk.read()
    if pressed in ("table", "file") and code in full.questions.by_code:
        return redirect(desk.address(pressed, code))
    if pressed == "sign" and full.can_be_signed:
        return redirect(desk.address("sign"))
    left = len(full.completeness.missing)
    if left:
        text = ngettext("Saved. %(n)s answer is missing.", "Saved. %(n)s answers are missing.", left)
        messages.success(request, text % {"n": left})
    elif full.problems:
        messages.warning(request, _("Saved. Some answers don't agree yet."))
    else:
        messages.success(request, _("Saved. Everything is answered: you can sign."))
    touched = request.POST.get("take_computed") or request.POST.get("take_before") or ""
    known = touched in full.questions.by_code
    return redirect(desk.address("return") + (f"#q-{touched}" if known else ""))


def _show(
    request: HttpRequest,
    desk: Desk,
    full: ReturnInFull,
    form: AnswersForm | None,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    shown = sections(full, form)
    context = {
        "desk": desk,
        "full": full,
        "form": form,
        "sections": shown,
        "differences": differences,
        "missing": [line for _title, lines in shown for line in lines if line.answer.is_missing],
        "may_take_all_before": form is not None
        and sum(one.may_take_before and not one.answer.is_answered for _title, lines in shown for one in lines) > 1,
        "saved_in_part": form is not None and form.is_bound and bool(form.errors) and not differences,
    }
    return render(request, "editions/epn_return.html", context)


def _file(request: HttpRequest, kind: str, full: ReturnInFull) -> StreamingHttpResponse:
    as_of = full.census_return.submitted_at or max(
        (one.at for one in full.steps), default=full.census_return.prefilled_at
    )
    name = f"census-{full.edition.year}"
    return download(request, kind, name, names=NAMES, header=header(), rows=file_rows(full), as_of=as_of)


def _answer(full: ReturnInFull, code: str, kind: Kind) -> Answer:
    """Raises Http404 for a code that is no question of this kind, or a return that isn't open."""
    for answer in full.answers:
        if answer.indicator.code == code and answer.indicator.kind == kind:
            return answer
    raise Http404


def fill_table(request: HttpRequest, desk: Desk, code: str) -> Page:
    full = desk.read()
    answer = _answer(full, code, Kind.TABLE)
    if not full.is_writable:
        return redirect(desk.address("return"))
    form = TableForm(request.POST if request.method == "POST" else None, answer=answer, full=full)
    meanwhile = False
    if form.is_bound and "take_computed" in request.POST and answer.value is not None:
        rows: Any = answer.value.computed
        return _saved_table(request, desk, code, Given(rows, answer.explanation), seen="")
    if form.is_bound and form.is_valid():
        try:
            return _saved_table(
                request, desk, code, Given(form.rows(), answer.explanation), seen=form.cleaned_data["version"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhile as changed:
            meanwhile = True
            form.data = renewed(request.POST, changed.stored)
    computed = answer.value is not None and answer.value.computed is not None
    context = {
        "desk": desk,
        "full": full,
        "answer": answer,
        "form": form,
        "meanwhile": meanwhile,
        "may_take_computed": computed and answer.value is not None and answer.value.value != answer.value.computed,
    }
    return render(request, "editions/epn_table.html", context)


def _saved_table(request: HttpRequest, desk: Desk, code: str, given: Given, *, seen: str) -> HttpResponseRedirect:
    desk.change(
        lambda row: answering.save_answers(census_return=row, seen=seen, given={code: given}, by=desk.by), verb=SAVED
    )
    messages.success(request, _("The table is saved."))
    return redirect(f"{desk.address('return')}#q-{code}")


def add_file(request: HttpRequest, desk: Desk, code: str) -> Page:
    full = desk.read()
    answer = _answer(full, code, Kind.FILE)
    if not full.is_writable:
        return redirect(desk.address("return"))
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            desk.change(
                lambda row: answering.attach(census_return=row, code=code, upload=upload, by=desk.by), verb=ATTACHED
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The file is attached."))
            return redirect(f"{desk.address('return')}#q-{code}")
    return render(request, "editions/epn_file.html", {"desk": desk, "full": full, "answer": answer, "form": form})


def file_content(found: ReturnFile) -> HttpResponse:
    """To be kept, never opened in the page: what it is was read in it, and the browser isn't to guess."""
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    disposition = content_disposition_header(True, found.name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def sign(request: HttpRequest, desk: Desk) -> Page:
    """Everything once more, and a name under it."""
    full = desk.read()
    if full.census_return.state in (State.SUBMITTED, State.VALIDATED) and request.method != "POST":
        return redirect(desk.address("return"))
    form = SignForm(
        request.POST if request.method == "POST" else None, initial=_signer(desk, full), for_network=desk.by.for_network
    )
    changed = False
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            desk.change(
                lambda row: answering.sign(
                    census_return=row, seen=said["version"], name=said["name"], role=said["role"], by=desk.by
                ),
                verb=SIGNED,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except ChangedMeanwhile as meanwhile:
            full, changed = meanwhile.stored, True
            form.data = renewed(request.POST, full)
        else:
            messages.success(request, _("The return is signed and sent to the network. Thank you!"))
            return redirect(desk.address("return"))
    context = {"desk": desk, "full": full, "form": form, "sections": sections(full), "changed": changed}
    return render(request, "editions/epn_sign.html", context)


def _signer(desk: Desk, full: ReturnInFull) -> dict[str, str]:
    """The EPN's own people sign with their name, which they may change; whoever enters for an EPN says whose it is."""
    before = next((one for one in full.steps if one.text and one.by_id == desk.by.person_id), None)
    return {
        "version": str(full.census_return.version),
        "name": "" if desk.by.for_network else desk.by.name,
        "role": before.text if before is not None and not desk.by.for_network else "",
    }


def paper(request: HttpRequest, desk: Desk) -> Page:
    """To print: everything, and nothing to press."""
    full = desk.read()
    return render(request, "editions/epn_paper.html", {"desk": desk, "full": full, "sections": sections(full)})


def take_back(request: HttpRequest, desk: Desk) -> HttpResponseRedirect:
    done = _try(request, desk, lambda row: answering.take_back(census_return=row, by=desk.by), TAKEN_BACK)
    if done:
        messages.success(request, _("The return is open again. Remember to sign it when it is right."))
    return redirect(desk.address("return"))


def fill_again(request: HttpRequest, desk: Desk) -> HttpResponseRedirect:
    done = _try(request, desk, lambda row: answering.fill_in_again(census_return=row, by=desk.by), FILLED)
    if done is not None:
        messages.success(request, _("The computed values are up to date. Your corrections have stayed."))
    return redirect(desk.address("return"))


def detach(request: HttpRequest, desk: Desk, code: str) -> HttpResponseRedirect:
    _answer(desk.read(), code, Kind.FILE)
    if _try(request, desk, lambda row: answering.detach(census_return=row, code=code, by=desk.by), DETACHED):
        messages.success(request, _("The file is taken away."))
    return redirect(f"{desk.address('return')}#q-{code}")


def _try(request: HttpRequest, desk: Desk, deed: Callable[[CensusReturn], T], verb: str) -> T | None:
    try:
        return desk.change(deed, verb=verb)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return None

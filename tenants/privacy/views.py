"""What is kept about the people of the staff: for each of them, for the coordinator, and when it is forgotten."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from maillage.audit.services import record
from maillage.design.downloads import asked, download
from tenants.activity.views import space_id
from tenants.privacy import exporting, selectors
from tenants.privacy.forgetting import former_staff
from tenants.registry.crossing import outside
from tenants.registry.middleware import SpaceRequest
from tenants.staff.models import StaffMember
from tenants.staff.selectors import staff_members

NAMES = ("contract_type", "years_kept")
SOON = 30  # former members of the staff that are shown


@require_safe
@never_cache
def home(request: SpaceRequest) -> HttpResponse | StreamingHttpResponse:
    today, here = timezone.localdate(), space_id()
    with outside():
        regions = selectors.regions_of(here)
    kept = selectors.how_long(regions, today)
    if kind := asked(request):
        rows = [[one.label, one.years] for one in kept]
        header = [_("Contract type"), _("Years kept after the end")]
        return download(request, kind, "retention", names=NAMES, header=header, rows=rows, as_of=timezone.now())
    context = {
        "kept": kept,
        "unknown": any(one.years is None for one in kept),
        "former": former_staff(regions, today)[:SOON],
        "runs": selectors.runs(),
        "members": staff_members(),
    }
    return render(request, "privacy/home.html", context)


@require_safe
@never_cache
def person(request: SpaceRequest, member_id: int) -> HttpResponse:
    return _about(request, get_object_or_404(StaffMember, pk=member_id), is_own=False)


@require_safe
@never_cache
def mine(request: SpaceRequest) -> HttpResponse:
    """What this EPN keeps about oneself: nobody has to ask anybody."""
    member = selectors.member_of_account(request.user.pk or 0)
    if member is None:
        return render(request, "privacy/nothing.html")
    return _about(request, member, is_own=True)


def _about(request: SpaceRequest, member: StaffMember, *, is_own: bool) -> HttpResponse:
    if request.GET.get("download") == "json":
        record(verb="person_data.exported", target=member.pk)
        answer = JsonResponse(exporting.whole_file(member), json_dumps_params={"ensure_ascii": False, "indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="person-{member.pk}.json"'
        return answer
    context = {
        "member": member,
        "is_own": is_own,
        "tables": exporting.tables_about(member),
        "visits": exporting.visits_by_year(member),
        "as_of": timezone.now(),
    }
    return render(request, "privacy/person.html", context)

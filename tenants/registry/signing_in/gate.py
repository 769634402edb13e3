"""Before a space is entered: has a person whose role asks for a second factor shown one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tenants.registry.crossing import address_of
from tenants.registry.machine import problem
from tenants.registry.models import ApiToken, Membership, Space
from tenants.registry.signing_in import keeping
from tenants.registry.signing_in.selectors import has_factor, is_required, shown_in

if TYPE_CHECKING:
    from maillage.accounts.models import Person

NEXT = "second_factor_next"


def stopped(
    request: HttpRequest,
    *,
    person: Person | None,
    space: Space | None,
    membership: Membership | None,
    token: ApiToken | None,
    door: str,
) -> HttpResponse | None:
    """What such a person gets instead of the page: the way to a factor, and afterwards back to where they were going.

    A token stands for a factor that was shown when it was made, so it stops where its person has none.
    """
    if person is None or space is None or not is_required(membership, space):
        return None
    has_one = has_factor(person)
    if (has_one and token is not None) or (token is None and shown_in(request, person)):
        return None
    if door == "api":
        if has_one:
            return problem(403, _("This network asks for your second factor. Show it on a page of the site."))
        return problem(
            403, _("This network asks for a second factor. Set one up on a page of the site, then try again.")
        )
    wanted = keeping.way_back(request, person) or address_of(space)
    if has_one:
        return keeping.lead(request, address_of(None, "mfa_reauthenticate"), wanted)
    request.session[NEXT] = wanted
    return keeping.lead(request, address_of(None, "mfa_index"), "")


def wanted_before(request: HttpRequest) -> str:
    """Where a person was going when the gate sent them to set up a factor; else nothing."""
    wanted = str(request.session.get(NEXT, ""))
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""

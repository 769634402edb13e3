"""A funder's reviewer by program: what the pages show, of one's own funder, and never a draft."""

from __future__ import annotations

from collections.abc import Callable

from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.api.conftest import CABAN, Program
from tests.conftest import Cast, inside
from tests.funder_space.things import a_grant
from tests.reports.invented import content
from tests.reports.signed import frozen

Programs = Callable[..., Program]


def test_a_reviewer_reads_grants_and_sent_versions_of_ones_own_funder(cast: Cast, program: Programs) -> None:
    sent = frozen(cast, content())
    with inside(cast.caban):
        a_grant("other", title="Argent Zinneke")
        own = a_grant("region", title="Aide")
    eva = program(cast.eva, cast.caban)

    grants = eva.get(f"{CABAN}/funder/grants/").json()["results"]
    reports = eva.get(f"{CABAN}/funder/reports/?fields=id,number,state").json()["results"]
    address = f"{CABAN}/funder/reports/{sent.report_id}/versions/"
    versions = eva.get(address).json()
    whole = eva.get(f"{address}{sent.number}/").json()

    assert [(one["id"], one["granted_eur"], one["spent_eur"]) for one in grants] == [(own.pk, 12_000, 0)]
    assert reports == [{"id": sent.report_id, "number": sent.number, "state": "waiting"}]
    assert [one["sha256"] for one in versions] == [sent.sha256]
    assert whole["title"] == content().title and "Zinneke" not in str(grants)
    grant_membership(person=cast.farid, space=cast.caban.space, role=Role.FUNDER_REVIEWER, funder="other")
    farid = program(cast.farid, cast.caban)
    assert [one["title"] for one in farid.get(f"{CABAN}/funder/grants/").json()["results"]] == ["Argent Zinneke"]
    assert farid.get(f"{CABAN}/funder/reports/").json()["results"] == []
    for path in ("", f"{sent.number}/", "999999999999999999999/"):
        assert farid.get(f"{address}{path}").status_code == 404
    assert farid.get(f"{CABAN}/funder/grants/?funder=region").status_code == 400
    assert program(cast.dries, cast.caban).get(f"{CABAN}/funder/grants/?funder=region").json()["results"] == grants
    assert program(cast.amina, cast.poste).get(f"{CABAN}/funder/grants/").status_code == 404
    assert program().get(f"{CABAN}/funder/grants/").status_code == 401

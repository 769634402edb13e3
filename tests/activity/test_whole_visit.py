"""The whole form of a visit: folded groups, errors, what a receipt says."""

import re

import pytest
from django.utils.html import escape

from tenants.activity.models import Visit
from tests.activity.conftest import whole
from tests.conftest import Cast, inside

HOME = "/caban/rue-de-la-poste/"
VISITS = f"{HOME}visits/"


def test_the_whole_form_keeps_everything_and_screens_show_text_as_text(cast: Cast, signed_in) -> None:
    client = signed_in(cast.bram)

    response = client.post(f"{VISITS}new/", whole(cast), headers={"accept-language": "fr"})

    assert response.status_code == 302, response.content.decode()
    with inside(cast.poste):
        visit = Visit.objects.get()
        assert (visit.themes, visit.autonomy, str(visit.obstacle_cost_eur)) == (["bank", "tax"], "done_with", "22.59")
        assert visit.margins == {"gender": {"woman": 2}, "age_band": {"70_plus": 3}, "audience": {"senior": 3}}
        assert visit.note == "<script>alert(1)</script> =1+1"
        assert (visit.obstacle_minutes_lost, visit.exceptional, visit.causes) == (45, True, ["skill", "cost"])
        assert (visit.referral, visit.referral_to, visit.language) == ("cpas", "<i>Antenne</i> Nord", "ar")
    for address in (HOME, VISITS, f"{VISITS}{visit.pk}/"):
        page = signed_in(cast.amina).get(address).content.decode()
        assert "<script>alert" not in page and "⟦undefined" not in page
    assert escape("<script>alert(1)</script>") in signed_in(cast.amina).get(VISITS).content.decode()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("typed", ["22,59", "22.59", "22,59 €"])
def test_an_amount_is_read_as_a_receipt_writes_it(cast: Cast, signed_in, typed: str, language: str) -> None:
    said = whole(cast, obstacle_cost_eur=typed)

    response = signed_in(cast.bram).post(f"{VISITS}new/", said, headers={"accept-language": language})

    assert response.status_code == 302
    with inside(cast.poste):
        assert str(Visit.objects.get().obstacle_cost_eur) == "22.59"


@pytest.mark.parametrize("typed", ["NaN", "1e30", "-1", "x", "100000", "1\0", "9" * 500, "0.001"])
def test_an_amount_that_is_none_is_refused(cast: Cast, signed_in, typed: str) -> None:
    response = signed_in(cast.bram).post(f"{VISITS}new/", whole(cast, obstacle_cost_eur=typed))

    assert response.status_code == 200 and b"m-summary" in response.content


def test_an_audience_that_does_not_add_up_is_named_and_nothing_typed_is_lost(cast: Cast, signed_in) -> None:
    said = whole(cast, gender__man="2", note="kept")
    page = signed_in(cast.bram).post(f"{VISITS}new/", said, headers={"accept-language": "en"}).content.decode()

    assert "Gender adds up to 4, but 3 came. Correct one of them." in page
    assert "kept" in page and 'name="gender__man" value="2"' in page


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ({"obstacle_provider": "", "obstacle_kind": ""}, "Un obstacle"),
        ({"referral": ""}, "Une orientation"),
        ({"accessibility": "sight"}, "Langue et accès"),
        ({"language": "klingon"}, "Langue et accès"),
        ({"gender__man": "9"}, "Le public"),
    ],
)
def test_an_error_opens_the_group_that_it_is_in(cast: Cast, signed_in, said: dict[str, str], group: str) -> None:
    client, empty = signed_in(cast.bram), {"causes": [], "exceptional": "", "language": ""}
    fresh = client.get(f"{VISITS}new/", headers={"accept-language": "fr"}).content.decode()

    answer = client.post(f"{VISITS}new/", whole(cast, **empty | said), headers={"accept-language": "fr"})

    page = answer.content.decode()
    assert answer.status_code == 200 and '<details class="m-details" open>' not in fresh
    assert re.search(rf'<details class="m-details" open>\s*<summary>{group}</summary>', page)

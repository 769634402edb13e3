"""One sitting of the network's coordinator, page by page: released, opened, chased, signed for, sent back, validated,
frozen, corrected, released, compared."""

from __future__ import annotations

from typing import Any

from django.test import Client

from network.cadastre.editions.board import board
from network.releases.models import Release, ReleasedCell
from tests.conftest import Cast, inside
from tests.editions.office import DECLARED, NEXT, Office

RELEASES = "/caban/releases/"


def to_phone(office: Office) -> list[str]:
    with inside(office.cast.caban):
        return [one.name for one in board(office.edition).to_phone]


def test_an_edition_is_opened_chased_frozen_released_and_compared(year_2022: Cast, signed_in: Any) -> None:
    client: Client = signed_in(year_2022.dries)
    client.cookies["django_language"] = "en"
    office = Office(year_2022, client)

    def public() -> str:
        """From the draft to what everybody reads."""
        with inside(year_2022.caban):
            draft = Release.objects.get(number=None)
        return client.post(f"{RELEASES}draft/release/", {"draft": draft.pk}, follow=True).content.decode()

    # The year is released before its census is there.
    assert "What would be published: 2022" in client.post(RELEASES, {"period": "2022"}, follow=True).content.decode()
    assert "Release 1" in public()

    assert (
        "2 EPN are asked"
        in office.post(
            "open/", year="2022", perimeter="all", due_on=NEXT.isoformat(), questionnaire="1"
        ).content.decode()
    )
    assert to_phone(office) == ["Abattoirs", "Rue de la Poste"], "nothing has reached them"
    office.post(office.of(year_2022.abattoirs, "called/"), note="Nobody there")
    assert to_phone(office) == ["Rue de la Poste"], "who was phoned has time to begin"

    pk = office.row(year_2022.poste).pk
    for comment in ("The income is last year's.", ""):
        said = {f"value_{code}": value for code, value in DECLARED.items()}
        office.post(f"enter/{pk}/", version=str(office.row(year_2022.poste).version), **said)
        page = office.get(f"enter/{pk}/sign/")
        assert "Who gave the answers at the EPN" in page
        version = str(office.row(year_2022.poste).version)
        assert (
            "Signed by Amina"
            in office.post(f"enter/{pk}/sign/", version=version, name="Amina", role="coordinator").content.decode()
        )
        if comment:
            office.post(office.of(year_2022.poste, "send-back/"), comment=comment)
            assert comment.split(" ")[1] in office.get(f"enter/{pk}/")
    office.post(office.of(year_2022.poste, "validate/"))

    assert f"{RELEASES}1/correct/" in office.get("2022/freeze/")
    page = office.post("2022/freeze/", missing="1", without="on").content.decode()
    assert "It is what it was" in page and f"{RELEASES}1/correct/" in page

    draft = client.post(f"{RELEASES}1/correct/", {"reason": "The census of 2022 is frozen."}, follow=True)
    assert "labelled EPN of the network" in draft.content.decode() and "frozen after" not in draft.content.decode()
    assert "The census of 2022 is frozen." in public()
    with inside(year_2022.caban):
        cells = ReleasedCell.objects.filter(release__number=2, table="census_things")
        assert {one.value: one.numbers for one in cells}["computers"] == [600, 1]
    assert "Its totals are not public yet" not in office.get("2022/verify/")
    everybody = Client().get("/caban/figures/2/census_things/", headers={"accept-language": "en"}).content.decode()
    assert "labelled EPN of the network" in everybody

    office.post("open/", year="2023", perimeter="all", due_on=NEXT.isoformat(), questionnaire="1")
    page = office.get("difference/?after=2023")
    assert 'value="2022" selected' in page and 'value="2023" selected' in page

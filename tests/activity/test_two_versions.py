"""Two people correct one visit at the same time: the second sees both versions and loses nothing."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.test import Client

from maillage.design.two_versions import compare
from tenants.activity.models import Visit
from tenants.activity.services import change_visit, delete_visit
from tests.conftest import Cast, inside

EN = {"accept-language": "en"}


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of the form that carries a version, as it is shown."""
    form = next(one for one in page.split("<form")[1:] if 'name="version"' in one).split("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or (('type="radio"' in tag or 'type="checkbox"' in tag) and " checked" not in tag):
            continue
        found.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen[1] if chosen else ""]
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = [text.replace("\n", "\r\n")]
    return found


def test_an_untouched_form_changes_nothing(cast: Cast, signed_in: Any, log: Any) -> None:
    with inside(cast.poste):
        visit = log(note="a\nb", obstacle_kind="cost", obstacle_cost_eur="22.59", margins={"gender": {"woman": 1}})
    client, address = signed_in(cast.amina), f"/caban/rue-de-la-poste/visits/{visit.pk}/"

    answer = client.post(address, filled(client.get(address).content.decode()))

    assert answer.status_code == 302
    with inside(cast.poste):
        assert not Visit.objects.get().changes.exists()


def both(cast: Cast, client: Client, visit: Visit) -> tuple[str, dict[str, Any], str]:
    """Amina opens the visit, Bram corrects its minutes and theme, Amina sends hers: her page and what it holds."""
    address = f"/caban/rue-de-la-poste/visits/{visit.pk}/"
    typed = filled(client.get(address, headers=EN).content.decode())
    with inside(cast.poste):
        change_visit(visit=visit, minutes=45, themes=["bank"], outcome="must_return")
    page = client.post(address, {**typed, "minutes": "30", "note": "hers"}, headers=EN).content.decode()
    return address, filled(page), page


def test_the_second_sees_both_versions_and_nothing_is_saved_yet(cast: Cast, signed_in: Any, log: Any) -> None:
    with inside(cast.poste):
        visit = log()

    _address, sent, page = both(cast, signed_in(cast.amina), visit)

    assert "Somebody has changed this meanwhile" in page
    assert sent["differs"] == ["minutes", "themes", "outcome", "note"]
    assert sent["minutes"] == ["30"] and sent["note"] == ["hers"] and sent["themes"] == ["tax"]
    assert re.search(r"Yours:</span> 30\b", page) and re.search(r"Theirs:</span> 45\b", page)
    assert re.search(r"Theirs:</span> Banking\b", page)
    with inside(cast.poste):
        assert Visit.objects.get().minutes == 45


def test_they_choose_line_by_line(cast: Cast, signed_in: Any, log: Any) -> None:
    with inside(cast.poste):
        visit = log()
    client = signed_in(cast.amina)
    address, sent, _page = both(cast, client, visit)

    chosen = {"keep-minutes": "mine", "keep-themes": "theirs", "keep-outcome": "theirs"}
    undecided = client.post(address, {**sent, **chosen}, headers=EN).content.decode()
    answer = client.post(address, {**filled(undecided), "keep-note": "mine"})

    assert filled(undecided)["keep-minutes"] == ["mine"] and "keep-note" not in filled(undecided)
    assert answer.status_code == 302
    with inside(cast.poste):
        kept = Visit.objects.get()
        assert (kept.minutes, kept.themes, kept.outcome, kept.note) == (30, ["bank"], "must_return", "hers")


def test_all_of_one_version_is_one_button(cast: Cast, signed_in: Any, log: Any) -> None:
    for keep, minutes in (("mine", 30), ("theirs", 45)):
        with inside(cast.poste):
            visit = log()
        client = signed_in(cast.amina)
        address, sent, _page = both(cast, client, visit)

        assert client.post(address, {**sent, "keep": keep}).status_code == 302
        with inside(cast.poste):
            visit.refresh_from_db()
            assert visit.minutes == minutes


def test_a_visit_that_was_deleted_meanwhile_can_be_saved_as_a_new_one(
    cast: Cast, signed_in: Any, log: Any, today: dt.date
) -> None:
    with inside(cast.poste):
        visit = log()
    client, address = signed_in(cast.amina), f"/caban/rue-de-la-poste/visits/{visit.pk}/"
    typed = {**filled(client.get(address).content.decode()), "note": "hers"}
    with inside(cast.poste):
        delete_visit(visit=visit)

    page = client.post(address, typed, headers=EN).content.decode()
    answer = client.post("/caban/rue-de-la-poste/visits/new/", filled(page))

    assert "Somebody has deleted this visit meanwhile." in page and "visits/new/" in page
    assert answer.status_code == 302
    with inside(cast.poste):
        assert Visit.objects.get(deleted_at=None).note == "hers"


def test_the_ends_of_lines_are_no_difference() -> None:
    class Goals(forms.Form):
        goals = forms.CharField(widget=forms.Textarea)

    for kept in ("ask\ncheck", "ask\r\ncheck"):
        assert not compare(Goals({"goals": "ask\r\ncheck"}), Goals(initial={"goals": kept}))
    assert compare(Goals({"goals": "ask\r\ncheck"}), Goals(initial={"goals": "ask"}))

"""Publishing a charter, and agreeing to it. Called outside the space, whose own role can't write here."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.charter.models import Agreement, Charter
from tenants.registry.charter.selectors import charter_of
from tenants.registry.models import Epn, Federation

LANGUAGES = ("fr", "nl", "en")
LONGEST_TEXT = 20_000
LONGEST_QUALITY = 120


def publish(*, federation: Federation, texts: Mapping[str, str], by: Person) -> Charter:
    """The next version, from now on the one in force: every EPN is asked again. The same texts again are no new one.

    Raises ValidationError by field (`text_fr` …).
    """
    tidy = {one: texts.get(one, "").replace("\r\n", "\n").strip() for one in LANGUAGES}
    found = {f"text_{one}": problems for one, text in tidy.items() if (problems := _text_problems(text))}
    if found:
        raise ValidationError(found)
    with transaction.atomic():
        Federation.objects.select_for_update(no_key=True).get(pk=federation.pk)
        last = charter_of(federation.pk)
        if last is not None and all(getattr(last, f"text_{one}") == text for one, text in tidy.items()):
            return last
        charter = Charter.objects.create(
            federation=federation,
            number=1 if last is None else last.number + 1,
            published_by=by,
            **{f"text_{one}": text for one, text in tidy.items()},
        )
        record(verb="charter.published", target=charter.pk, space_id=federation.pk)
    return charter


def _text_problems(text: str) -> list[ValidationError]:
    if not text:
        return [ValidationError(_("Write the charter in this language too: everybody reads their own."), "required")]
    if "\0" in text:
        return [ValidationError(_("There is a character in it that can't be saved. Type it again."), "null")]
    if len(text) > LONGEST_TEXT:
        params = {"longest": LONGEST_TEXT}
        return [ValidationError(_("This is too long: at most %(longest)s characters."), "too_long", params)]
    return []


def agree(*, epn: Epn, charter: Charter, by: Person, quality: str) -> Agreement:
    """Twice is once. Raises ValidationError when the network has published another version meanwhile."""
    quality = quality.strip()
    if not quality or "\0" in quality or len(quality) > LONGEST_QUALITY:
        text = _("In what quality do you agree? For instance: coordinator, director.")
        raise ValidationError({"quality": [ValidationError(text, "required")]})
    current = charter_of(charter.federation_id)
    if current is None or current.pk != charter.pk:
        text = _("The network has published another version meanwhile. Read it, then agree again.")
        raise ValidationError(text, code="other_version")
    try:
        with transaction.atomic():
            agreement, made = Agreement.objects.get_or_create(
                charter=charter, epn=epn, defaults={"by": by, "quality": quality}
            )
            if made:
                record(verb="charter.agreed", target=charter.pk, space_id=epn.pk)
    except IntegrityError:
        agreement = Agreement.objects.get(charter=charter, epn=epn)
    return agreement

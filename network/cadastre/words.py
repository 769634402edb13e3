from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.cadastre.enums import Perimeter
from network.cadastre.selectors import Cadastre


def words_of_perimeter(page: Cadastre) -> str:
    """Whose figures these are, with how many they are of how many."""
    one = page.summary
    if one.perimeter == Perimeter.LABELLED:
        return _("the %(labelled)s labelled EPN of %(all)s") % {"labelled": one.epn_labelled, "all": one.epn}
    return ngettext("%(all)s EPN, all of them", "%(all)s EPN, all of them", one.epn) % {"all": one.epn}

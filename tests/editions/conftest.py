from __future__ import annotations

import pytest
from django.test import Client

from tests.cadastre.conftest import after_commit, year_2022
from tests.conftest import Cast
from tests.editions.returns import Poste, an_edition

__all__ = ["after_commit", "poste", "year_2022"]


@pytest.fixture
def poste(year_2022: Cast, signed_in) -> Poste:
    """Amina before the return of Rue de la Poste for 2022, that daily work filled in; Abattoirs has its own."""
    an_edition(year_2022.caban, year_2022.poste, year_2022.abattoirs)
    client: Client = signed_in(year_2022.amina)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Poste(year_2022, client)

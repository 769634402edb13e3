"""The settings of the request bench's peer, with what the tests take out of the real ones taken out."""

from maillage.bench.plain.settings import DATABASES  # noqa: F401
from tests.settings import *  # noqa: F403

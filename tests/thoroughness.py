"""How much of what can be tried is tried: every day enough to notice, before a release all of it.

`THOROUGH=1 make test` takes the numbers that the house promises (every language at every width, thousands of made-up
calls with two seeds, a thousand lost answers, an image installed by pip); without it the same tests take fewer.

What Hypothesis makes up is the same every day, so that whoever changes nothing breaks nothing; before a release it is
new. A test that passes slowly passes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("THOROUGH") == "1"
WIDTHS = (1280, 360)
LANGUAGES = ("fr", "nl", "en")
# (width, language) of a page that is looked at for itself.
EVERY_LOOK = [(width, language) for width in WIDTHS for language in LANGUAGES]
LOOKS = EVERY_LOOK if THOROUGH else [(360, "nl")]
# (width, JavaScript) of a whole job: the big screen with it and the telephone without, or each with each.
# The gallery of components: each language and each width, every day.
COMPONENT_LOOKS = EVERY_LOOK if THOROUGH else [(1280, "fr"), (360, "nl"), (360, "en")]
# Widths of a page that has more to it than a look (each language is met elsewhere): the narrow one breaks first.
SCREENS = WIDTHS if THOROUGH else (360,)
WAYS = [(1280, True), (360, False), *([(1280, False), (360, True)] if THOROUGH else [])]

settings.register_profile(
    "maillage", derandomize=not THOROUGH, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("maillage")
